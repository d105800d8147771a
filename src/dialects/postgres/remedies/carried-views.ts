import { readsColumn } from '../../../catalog/lookups.ts';
import type { MaterializedView, Relation, Table, View } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { Refusal, Step } from '../../../remedy/step.ts';
import { quote, quoteLiteral } from '../quote.ts';
import { slug } from './clause.ts';
import { freshName, tableNameSql } from './names.ts';
import { indexOn } from './index-sql.ts';
import { step } from './form.ts';
import type { Retarget } from './retarget.ts';
import { relationKey, retargeted } from './retarget.ts';
import { viewSql } from './reverse.ts';
import { sameRights } from './same-rights.ts';

type Reader = View | MaterializedView;

/** A materialized view with what hangs on it, as the history or a migration tells it. */
export interface Held {
  readonly view: Pick<MaterializedView, 'schema' | 'name' | 'columns' | 'populated' | 'comment'>;
  readonly text: string;
  readonly indexes: readonly (Parameters<typeof indexOn>[0] & { readonly comment?: string })[];
}

/** Views made a second time over what takes the place of what they read, each of which takes the name of the first by and by. */
export interface CarriedViews {
  /** Before the switch: what has to be computed is computed while everybody goes on. */
  readonly steps: readonly Step[];
  /** In the transaction of the switch, and on its way back. */
  readonly switch: readonly string[];
  readonly switchBack: readonly string[];
  /** Once nobody wants the way back: the old ones go, and their indexes give up their names. */
  readonly drop: readonly string[];
  readonly notes: readonly string[];
}

export const NOTHING_CARRIED: CarriedViews = { steps: [], switch: [], switchBack: [], drop: [], notes: [] };

/** All that shows a column: a view over a view shows it too. */
export const readersOf = (before: CatalogView, table: Table, column: string): readonly Reader[] => {
  const direct = new Set(table.dependents);
  return inOrder(before, before.dependentViews(table).filter(isReader), (view) => direct.has(view.id) && readsColumn(view, table, column) !== 'no');
};

/** Materialized views over the table, and over those: they hold rows, so that no statement can point them elsewhere. */
export const heldCopies = (before: CatalogView, table: Table): readonly Reader[] => {
  const direct = new Set(table.dependents);
  const held = before.dependentViews(table).filter(isReader).filter(({ kind }) => kind === 'materializedView');
  return inOrder(before, held, (view) => direct.has(view.id));
};

const isReader = (relation: Relation): relation is Reader => relation.kind === 'view' || relation.kind === 'materializedView';

/** Those that are picked, and those that read one of them, each behind what it reads. */
function inOrder(before: CatalogView, views: readonly Reader[], isPicked: (view: Reader) => boolean): readonly Reader[] {
  const picked = new Set<number>();
  for (let size = -1; size !== picked.size; ) {
    size = picked.size;
    for (const view of views) if (isPicked(view) || view.reads.some((id) => picked.has(id))) picked.add(view.id);
  }
  const done = new Set<number>();
  const sorted: Reader[] = [];
  const visit = (view: Reader): void => {
    if (done.has(view.id)) return;
    done.add(view.id);
    for (const id of view.reads) {
      const read = before.byId(id);
      if (picked.has(id) && read !== undefined && isReader(read)) visit(read);
    }
    sorted.push(view);
  };
  for (const view of views) if (picked.has(view.id)) visit(view);
  return sorted;
}

/** The views over what takes the place of a relation or column; `why` it has to be a view is left to the caller to say. */
export function carriedViews(before: CatalogView, views: readonly Reader[], first: Retarget): CarriedViews | Refusal {
  const relations = new Map(first.relations);
  const carried: Carried[] = [];
  for (const view of views) {
    const why = cannotCarry(view);
    if (why !== undefined) return { refused: `${named(view)} reads it and ${why}: drop it first and create it again afterwards.` };
    const change = { ...first, relations };
    const query = retargeted(view.query?.text ?? '', change, before);
    if ('why' in query) return { refused: `${named(view)} reads it, and ${query.why}, so that it cannot be made a second time for what takes its place: drop it first and create it again afterwards.` };
    const names = { own: view.name, copy: freshName(before, view, `${view.name}_new`), old: freshName(before, view, `${view.name}_old`) };
    const indexes = view.kind === 'view' ? [] : before.indexesOf(view);
    const unknown = indexes.find(({ complete }) => !complete);
    if (unknown !== undefined) return { refused: `The history does not tell how the index ${unknown.name} of the materialized view ${view.name} is defined.` };
    const one = view.kind === 'view' ? plain(before, view, names, query.text) : held(before, { view, text: query.text, indexes }, names);
    relations.set(relationKey(before, view), names.copy);
    carried.push(one);
  }
  return together(carried, views.map(({ name }) => name), views.some(({ kind }) => kind === 'materializedView'));
}

/** Materialized views that a migration drops and makes again, none of which is gone for longer than an instant. */
export function carriedHeld(before: CatalogView, all: readonly Held[], first: Retarget): CarriedViews | undefined {
  const relations = new Map(first.relations);
  const carried: Carried[] = [];
  for (const one of all) {
    const { view } = one;
    const query = retargeted(one.text, { ...first, relations }, before);
    if ('why' in query) return undefined;
    const names = { own: view.name, copy: freshName(before, view, `${view.name}_new`), old: freshName(before, view, `${view.name}_old`) };
    relations.set(relationKey(before, view), names.copy);
    carried.push(held(before, { ...one, text: query.text }, names));
  }
  return together(carried, all.map(({ view }) => view.name), true);
}

function together(carried: readonly Carried[], names: readonly string[], isHeld: boolean): CarriedViews {
  if (carried.length === 0) return NOTHING_CARRIED;
  return {
    steps: carried.map(({ step: build }) => build),
    switch: carried.flatMap(({ swap }) => swap),
    switchBack: carried.flatMap(({ swapBack }) => swapBack),
    drop: [...carried.toReversed().flatMap(({ drop }) => drop), ...carried.flatMap(({ renames }) => renames)],
    notes: [`${names.join(', ')}: a second one has been made ahead, and takes the name in the same instant. The first is kept for the way back.`, ...(isHeld ? [STALE] : [])],
  };
}

const STALE = 'A materialized view is as fresh as when it was built: a REFRESH that ran meanwhile has reached the first one alone, and on the way back the first one is as it was before the switch. Refresh it afterwards, as usual.';

interface Carried {
  readonly step: Step;
  readonly swap: readonly string[];
  readonly swapBack: readonly string[];
  readonly drop: readonly string[];
  readonly renames: readonly string[];
}

interface Names {
  readonly own: string;
  readonly copy: string;
  readonly old: string;
}

const named = ({ kind, name }: Reader): string => (kind === 'view' ? `The view ${name}` : `The materialized view ${name}`);

function cannotCarry(view: Reader): string | undefined {
  if (view.query === undefined || !view.complete) return 'the history does not tell how it is defined';
  if (view.kind === 'materializedView') return undefined;
  if (view.temporary) return 'is temporary';
  return view.triggers.length + view.rules.length > 0 ? `has ${view.triggers.length > 0 ? 'triggers' : 'rules'} that stand for writes` : undefined;
}

function changedNames(kind: 'VIEW' | 'MATERIALIZED VIEW', view: Pick<Reader, 'schema' | 'name'>, { own, copy, old }: Names, before: CatalogView): Pick<Carried, 'swap' | 'swapBack'> {
  const rename = (from: string, to: string): string => `ALTER ${kind} ${tableNameSql({ schema: view.schema, name: from }, before)} RENAME TO ${quote(to)}`;
  return { swap: [rename(own, old), rename(copy, own)], swapBack: [rename(own, copy), rename(old, own)] };
}

function plain(before: CatalogView, view: View, names: Names, text: string): Carried {
  const copy = tableNameSql({ ...view, name: names.copy }, before);
  const query = { ...(view.query as NonNullable<View['query']>), text };
  const shown = view.schema === before.searchPath[0] ? { name: names.copy } : { schema: view.schema, name: names.copy };
  return {
    step: step({
      phase: 'migrate',
      title: `Make ${view.name} a second time, for what takes the place of what it reads`,
      slug: slug('create', names.copy),
      up: [(viewSql({ ...view, query }, shown) ?? '').replace('CREATE OR REPLACE', 'CREATE'), ...comment('VIEW', copy, view), sameRights('VIEW', tableNameSql(view, before), copy)],
      down: [`DROP VIEW ${copy}`],
      transaction: 'inside',
    }),
    ...changedNames('VIEW', view, names, before),
    drop: [`DROP VIEW ${tableNameSql({ ...view, name: names.old }, before)}`],
    renames: [],
  };
}

/** With its indexes, since REFRESH CONCURRENTLY needs the unique one at once. */
function held(before: CatalogView, { view, text, indexes }: Held, names: Names): Carried {
  const copy = tableNameSql({ ...view, name: names.copy }, before);
  const own = tableNameSql(view, before);
  const columns = view.columns.length > 0 && view.columns.every((column) => column !== undefined) ? ` (${view.columns.map((column) => quote(column ?? '')).join(', ')})` : '';
  const copies = indexes.map((index) => ({ index, name: freshName(before, view, `${index.name}_new`) }));
  const shown = (name: string): string => tableNameSql({ schema: view.schema, name }, before);
  const built = copies.flatMap(({ index, name }) => [indexOn({ ...index, name }, copy).replace('INDEX CONCURRENTLY', 'INDEX'), ...comment('INDEX', shown(name), index)]);
  const renames = copies.map(({ index, name }) => `ALTER INDEX ${shown(name)} RENAME TO ${quote(index.name)}`);
  return {
    step: step({
      phase: 'migrate',
      title: `Build ${view.name} a second time, from what takes the place of what it reads`,
      slug: slug('create', names.copy),
      up: [`CREATE MATERIALIZED VIEW ${copy}${columns} AS ${text}${view.populated ? '' : '\nWITH NO DATA'}`, ...built, ...comment('MATERIALIZED VIEW', copy, view), sameRights('MATERIALIZED VIEW', own, copy)],
      down: [`DROP MATERIALIZED VIEW ${copy}`],
      transaction: 'inside',
      verification: [
        {
          title: `${names.copy} has the storage options and the tablespace of ${view.name} (each row is the statement that is missing)`,
          sql: `SELECT concat_ws('; ', CASE WHEN o.reloptions IS DISTINCT FROM n.reloptions THEN format('ALTER MATERIALIZED VIEW %s SET (%s)', n.oid::regclass, array_to_string(o.reloptions, ', ')) END, CASE WHEN o.reltablespace <> n.reltablespace THEN format('ALTER MATERIALIZED VIEW %s SET TABLESPACE %I', n.oid::regclass, coalesce((SELECT spcname FROM pg_tablespace WHERE oid = o.reltablespace), 'pg_default')) END) FROM pg_class o, pg_class n WHERE o.oid = ${quoteLiteral(own)}::regclass AND n.oid = ${quoteLiteral(copy)}::regclass AND (o.reloptions IS DISTINCT FROM n.reloptions OR o.reltablespace <> n.reltablespace)`,
        },
      ],
      notes: ['It reads its tables for as long as the query takes, and keeps nobody from writing to them.'],
    }),
    ...changedNames('MATERIALIZED VIEW', view, names, before),
    drop: [`DROP MATERIALIZED VIEW ${tableNameSql({ ...view, name: names.old }, before)}`],
    renames,
  };
}

const comment = (kind: string, target: string, { comment: text }: { readonly comment?: string }): readonly string[] => (text === undefined ? [] : [`COMMENT ON ${kind} ${target} IS ${quoteLiteral(text)}`]);
