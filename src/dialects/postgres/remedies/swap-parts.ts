import type { Constraint, Index, Relation, Table, Trigger } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import type { CarriedViews } from './carried-views.ts';
import { carriedViews, heldCopies } from './carried-views.ts';
import { columnComment, constraintSql } from './definitions.ts';
import { freshName, tableNameSql } from './names.ts';
import { indexSql } from './index-sql.ts';
import { relationKey } from './retarget.ts';
import { policySql, viewSql } from './reverse.ts';

/** What hangs on a table, made again for the one that takes its place; a name is that of the copy until the two change places. */
export interface SwapParts {
  /** On the new table while it is empty, in its own transaction. */
  readonly made: readonly string[];
  /** Foreign keys of the table, which lock others too. */
  readonly foreignKeys: readonly { readonly name: string; readonly parent: string; readonly sql: readonly string[] }[];
  /** Foreign keys to the table itself, which only hold once all rows are there. */
  readonly own: readonly Incoming[];
  /** Foreign keys of other tables. */
  readonly incoming: readonly Incoming[];
  /** Pairs of index names: that of the table, and that of the copy. */
  readonly indexes: readonly (readonly [string, string])[];
  /** Triggers of the table as they are made on a table of that name. */
  readonly triggers: readonly { readonly name: string; readonly sql: readonly string[] }[];
  /** Views over it, as they are made again. */
  readonly views: readonly string[];
  /** What holds rows of it, made a second time. */
  readonly carried: CarriedViews;
}

export interface Incoming {
  readonly holder: string;
  readonly name: string;
  readonly copy: string;
  /** `FOREIGN KEY …` to the new table. */
  readonly definition: string;
  readonly valid: boolean;
  readonly comment: string | undefined;
}

/** A string says what cannot be carried over. */
export function swapPartsOf(table: Table, fresh: string, before: CatalogView): SwapParts | string {
  const next = { schema: table.schema, name: fresh };
  const target = tableNameSql(next, before);
  const known = { schema: table.schema, name: table.name };
  const made: string[] = [];
  const indexes: [string, string][] = [];
  for (const index of before.indexesOf(table)) {
    const copy = freshName(before, known, `${index.name}_new`);
    const sql = indexOn(index, copy, target, table, before);
    if (sql === undefined) return `The history does not tell how ${index.name} is defined, which the new table would need.`;
    made.push(...sql);
    indexes.push([index.name, copy]);
  }
  const foreign = table.constraints.filter(({ definition }) => definition.type === 'foreignKey');
  const unchecked = table.constraints.find(({ definition, valid }) => definition.type === 'check' && !valid);
  if (unchecked !== undefined) return `${unchecked.name} is NOT VALID, and on a new table it would be checked for every row: validate it first.`;
  const outgoing = foreign.filter(({ references }) => references !== table.id);
  const own = foreign.filter(({ references }) => references === table.id);
  const referring = before.referencing(table).filter((one) => one.table.id !== table.id && one.constraint.inherited !== true);
  const partitioned = referring.find((one) => one.table.partitionBy !== undefined);
  if (partitioned !== undefined) return `${partitioned.table.name} is partitioned and refers to it, so that its foreign key cannot be added NOT VALID on every server: drop that first.`;
  const held = heldCopies(before, table);
  const carried = carriedViews(before, held, { relations: new Map([[relationKey(before, known), fresh]]) });
  if ('refused' in carried) return carried.refused;
  const sql: string[] = [];
  for (const view of shownAnew(table, held, before)) {
    const text = view?.kind === 'view' ? viewSql(view) : undefined;
    if (text === undefined) return `The history does not tell how ${view?.name ?? 'a view over it'} is defined, which would go on reading the old table.`;
    sql.push(text);
  }
  if (table.rules.length > 0) return `It has the rule ${table.rules[0]?.name ?? ''}, which the history does not tell.`;
  const triggers = table.triggers.filter(({ inherited }) => inherited !== true).map((trigger) => ({ name: trigger.name, sql: triggerSql(trigger, tableNameSql(table, before)) }));
  const unknown = triggers.find((one) => one.sql === undefined);
  if (unknown !== undefined) return `The history does not tell all of the trigger ${unknown.name}.`;
  made.push(
    ...(table.comment === undefined ? [] : [`COMMENT ON TABLE ${target} IS ${quoteLiteral(table.comment)}`]),
    ...table.columns.flatMap((column) => columnComment(column, target)),
    ...(table.rowSecurity.enabled ? [`ALTER TABLE ${target} ENABLE ROW LEVEL SECURITY`] : []),
    ...(table.rowSecurity.forced ? [`ALTER TABLE ${target} FORCE ROW LEVEL SECURITY`] : []),
    ...table.policies.flatMap((policy) => [policySql(policy, target), ...commentOn(`POLICY ${quote(policy.name)} ON ${target}`, policy)]),
    ...table.constraints.filter(({ definition }) => definition.type === 'check').flatMap((constraint) => constraintComment(constraint.name, target, constraint)),
  );
  return {
    made,
    foreignKeys: outgoing.map((constraint) => {
      const parent = constraint.references === undefined ? undefined : before.byId(constraint.references);
      return { name: constraint.name, parent: parent === undefined ? target : tableNameSql(parent, before), sql: [`ALTER TABLE ${target} ADD ${constraintSql(constraint, before) ?? ''}`, ...constraintComment(constraint.name, target, constraint)] };
    }),
    own: own.map((constraint) => incoming(constraint, target, constraint.name, target, before)),
    incoming: referring.map((one) => incoming(one.constraint, tableNameSql(one.table, before), freshName(before, { schema: one.table.schema, name: one.table.name }, `${one.constraint.name}_new`), target, before)),
    indexes,
    triggers: triggers.flatMap(({ name, sql: text }) => (text === undefined ? [] : [{ name, sql: text }])),
    views: sql,
    carried,
  };
}

/** Plain views over the table and over what is built a second time, none before another one that it reads. */
function shownAnew(table: Table, held: readonly Relation[], before: CatalogView): readonly (Relation | undefined)[] {
  const copied = new Set(held.map(({ id }) => id));
  return [...new Set([...table.dependents, ...held.flatMap(({ dependents }) => dependents)])].filter((id) => !copied.has(id)).map((id) => before.byId(id));
}

const commentOn = (object: string, { comment }: { readonly comment?: string | undefined }): readonly string[] => (comment === undefined ? [] : [`COMMENT ON ${object} IS ${quoteLiteral(comment)}`]);

export const constraintComment = (name: string, table: string, constraint: { readonly comment?: string | undefined }): readonly string[] => commentOn(`CONSTRAINT ${quote(name)} ON ${table}`, constraint);

/** The index, with the constraint that it backs, on the new table. */
function indexOn(index: Index, copy: string, target: string, table: Table, before: CatalogView): readonly string[] | undefined {
  const constraint = table.constraints.find((one) => one.index === index.id || one.name === index.constraint);
  if (constraint !== undefined) {
    const text = constraintSql({ ...constraint, name: copy }, before);
    return text === undefined ? undefined : [`ALTER TABLE ${target} ADD ${text}`, ...constraintComment(copy, target, constraint)];
  }
  const sql = indexSql({ ...index, name: copy }, before);
  if (sql === undefined) return undefined;
  return [sql.replace('INDEX CONCURRENTLY', 'INDEX').replace(` ON ${tableNameSql(table, before)}`, () => ` ON ${target}`), ...commentOn(`INDEX ${tableNameSql({ schema: index.schema, name: copy }, before)}`, index)];
}

function incoming(constraint: Constraint, holder: string, copy: string, target: string, before: CatalogView): Incoming {
  const text = constraintSql({ ...constraint, name: copy, valid: true }, before) ?? '';
  const old = constraint.references === undefined ? undefined : before.byId(constraint.references);
  const name = old === undefined ? '' : tableNameSql(old, before);
  return { holder, name: constraint.name, copy, definition: text.replace(` REFERENCES ${name}`, () => ` REFERENCES ${target}`), valid: constraint.valid, comment: constraint.comment };
}

/** CREATE TRIGGER as far as the history tells it; undefined where it does not. */
function triggerSql({ name, timing, events, columns = [], forEachRow, function: routine, enabled, text, comment }: Trigger, target: string): readonly string[] | undefined {
  // A condition, or a table that a constraint trigger is bound to, is kept for comparison only.
  if (text !== '') return undefined;
  const of = (event: string): string => (event === 'update' && columns.length > 0 ? `UPDATE OF ${columns.map(quote).join(', ')}` : event.toUpperCase());
  return [
    `CREATE TRIGGER ${quote(name)} ${timing === 'before' ? 'BEFORE' : 'AFTER'} ${events.map(of).join(' OR ')} ON ${target} FOR EACH ${forEachRow ? 'ROW' : 'STATEMENT'} EXECUTE FUNCTION ${quoteName(routine)}()`,
    ...(enabled ? [] : [`ALTER TABLE ${target} DISABLE TRIGGER ${quote(name)}`]),
    ...commentOn(`TRIGGER ${quote(name)} ON ${target}`, { comment }),
  ];
}
