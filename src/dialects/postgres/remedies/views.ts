import type { CatalogView } from '../../../catalog/view.ts';
import type { Statement } from '../../../ir/migration.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { Operation, OperationOf } from '../../../ir/operation.ts';
import type { Along, PatternInput } from '../../../remedy/step.ts';
import type { Held } from './carried-views.ts';
import { freshName, indexNameOf } from './names.ts';

/** Views over the table that the script drops before the statement and makes again after it. */
export interface ViewsAround {
  /** To be made again where the column changes its name or goes, at this place of the step. */
  readonly along: (at: number) => Along;
  /** A star takes every column that there is: the views see the old one until they are made anew without it. */
  readonly stars: boolean;
}

/** Undefined where there are none, or where something else changes while they are gone, for which they may wait as well. */
export function viewsAround({ before, script, statement, operation }: PatternInput, table: ObjectName): ViewsAround | undefined {
  const key = keyIn(before);
  const place = script.statements.indexOf(statement);
  const behind = script.statements.slice(place + 1);
  const made = behind.flatMap(({ operations }) => operations).filter((one): one is OperationOf<'createView'> => one.kind === 'createView' && !one.temporary);
  const own = new Set([key(table)]);
  // What is over a materialized view that is over the table stands there as well.
  const held = behind.flatMap(({ operations }) => operations).filter((one) => one.kind === 'createMaterializedView');
  const read = closure([...made, ...held].sort((a, b) => a.span.start - b.span.start), own, before);
  const dropped = script.statements.slice(0, place).filter(({ operations }) => operations.length > 0 && operations.every((one) => one.kind === 'dropView' && one.within === undefined && read.has(key(one.view))));
  const gone = new Set(dropped.flatMap(({ operations }) => operations.flatMap((one) => (one.kind === 'dropView' ? [key(one.view)] : []))));
  const again = made.filter(({ view }) => gone.has(key(view)));
  if (again.length === 0 || again.some(({ within }) => within !== undefined)) return undefined;
  const [first, last] = [script.statements.indexOf(dropped[0] ?? statement), script.statements.findLastIndex(({ operations }) => operations.some((one) => one === again.at(-1)))];
  const between = script.statements.slice(first, last).flatMap(({ operations }) => operations);
  if (between.some((one) => one !== operation && CHANGES.has(one.kind))) return undefined;
  const plain = new Set(made.map(({ view }) => key(view)));
  const about = (one: Operation): boolean => one.within === undefined && namesOf(one).length > 0 && namesOf(one).every((name) => read.has(key(name)) && plain.has(key(name)));
  const after = behind.filter(({ operations }) => operations.length > 0 && operations.every(about));
  return { along: (at) => ({ at, before: dropped, after }), stars: again.some(({ query }) => (query.stars ?? []).length > 0 || query.hasStar) };
}

/** Materialized views over the table that the script drops before the statement and makes again after it. */
export interface HeldAround {
  readonly held: readonly Held[];
  /** What drops them, makes them again and indexes them. */
  readonly settles: readonly Statement[];
  /** What is said of them then. */
  readonly after: readonly Statement[];
}

/** Undefined where there are none, or where they cannot be made before the column has changed places. */
export function heldAround({ before, script, statement, operation }: PatternInput, table: ObjectName): HeldAround | undefined {
  const key = keyIn(before);
  const place = script.statements.indexOf(statement);
  const behind = script.statements.slice(place + 1);
  const outside = ({ operations: [first, ...more] }: Statement): Operation | undefined => (more.length === 0 && first?.within === undefined ? first : undefined);
  const made = behind.flatMap((one) => {
    const create = outside(one);
    return create?.kind === 'createMaterializedView' && !/\b(?:with|using|tablespace)\b/i.test(script.text.slice(one.span.start, create.query.span.start)) ? [{ one, create }] : [];
  });
  const read = closure(made.map(({ create }) => create), new Set([key(table)]), before);
  const dropped = script.statements.slice(0, place).filter(({ operations }) => operations.length > 0 && operations.every((one) => one.kind === 'dropMaterializedView' && one.within === undefined && read.has(key(one.view))));
  const gone = new Set(dropped.flatMap(({ operations }) => operations.flatMap((one) => (one.kind === 'dropMaterializedView' ? [key(one.view)] : []))));
  const again = made.filter(({ create }) => gone.has(key(create.view)));
  if (again.length === 0 || again.length !== gone.size) return undefined;
  const [first, last] = [script.statements.indexOf(dropped[0] ?? statement), script.statements.indexOf(again.at(-1)?.one ?? statement)];
  const between = script.statements.slice(first, last).flatMap(({ operations }) => operations);
  const views = new Set(between.flatMap((one) => (one.kind === 'createView' || one.kind === 'dropView' ? [key(one.view)] : [])));
  if (between.some((one) => one !== operation && CHANGES.has(one.kind)) || again.some(({ create }) => create.query.reads.some(({ relation }) => views.has(key(relation))))) return undefined;
  const indexed = behind.flatMap((one) => {
    const index = outside(one);
    return index?.kind === 'createIndex' && gone.has(key(index.table)) ? [{ one, index }] : [];
  });
  const taken = new Set<string>();
  const held = again.map(({ create }): Held => {
    const { schema, name } = before.resolve(create.view);
    const indexes = indexed.filter(({ index }) => key(index.table) === key(create.view)).map(({ index }) => ({ ...index, name: namedOf(before, index, taken) }));
    return { view: { schema, name, columns: create.columns, populated: create.withData }, text: create.query.text, indexes };
  });
  const about = (one: Operation): boolean => one.within === undefined && namesOf(one).length > 0 && namesOf(one).every((name) => gone.has(key(name)));
  const settles = [...dropped, ...again.map(({ one }) => one), ...indexed.map(({ one }) => one)];
  return { held, settles, after: behind.filter((one) => !settles.includes(one) && one.operations.length > 0 && one.operations.every((each) => each.kind !== 'createView' && about(each))) };
}

function namedOf(before: CatalogView, index: OperationOf<'createIndex'>, taken: Set<string>): string {
  const name = freshName(before, index.table, indexNameOf(before, index));
  let own = name;
  for (let count = 1; taken.has(own); count++) own = `${name}${String(count)}`;
  taken.add(own);
  return own;
}

/** The views that read the table, or one another. */
function closure(made: readonly (OperationOf<'createView'> | OperationOf<'createMaterializedView'>)[], table: ReadonlySet<string>, before: CatalogView): ReadonlySet<string> {
  const key = keyIn(before);
  const found = new Set<string>();
  for (const { view, query } of made) if (query.reads.some(({ relation }) => table.has(key(relation)) || found.has(key(relation)))) found.add(key(view));
  return found;
}

const keyIn = (before: CatalogView) => (name: ObjectName): string => Object.values(before.resolve(name)).join('\0');

/** What decides which columns a view may read, and as what. */
const CHANGES: ReadonlySet<string> = new Set(['changeColumnType', 'renameColumn', 'renameTable', 'dropColumn', 'dropTable', 'opaque', 'call']);

/** What an operation that can go with a view is about. */
function namesOf(one: Operation): readonly ObjectName[] {
  switch (one.kind) {
    case 'createView':
    case 'alterView':
      return [one.view];
    case 'comment':
    case 'setOwner':
      return [one.object];
    case 'grant':
      return one.objects;
    default:
      return [];
  }
}

export const viewsNote = ({ before }: Along): string =>
  `${before.flatMap(({ operations }: Statement) => operations.flatMap((one) => (one.kind === 'dropView' ? [one.view.name] : []))).join(', ')}: dropped and made again in the same transaction, so that nobody misses it between deploys.`;
