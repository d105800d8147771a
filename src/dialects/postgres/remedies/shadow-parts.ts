import type { Constraint, Index, Table } from '../../../catalog/schema.ts';
import type { ConstraintDefinition, ForeignKeyDefinition } from '../../../ir/constraints.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import type { PatternInput, Refusal, Step } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import { slug } from './clause.ts';
import { columnsOf, constraintSql, definitionSql, indexUses, timing } from './definitions.ts';
import { freshName, tableNameSql } from './names.ts';
import { renameColumnIn } from './identifiers.ts';
import { dropFirst, INDEX_GOES, indexSql, leftOver, NO_TIMEOUT, validity } from './index-sql.ts';
import { step } from './form.ts';
import { LOCK_ALL_NOTE, lockAllOrNone, withParents } from './locks.ts';

/** What hangs on a column, made again for the one that takes its place. */
export interface Parts {
  readonly checks: readonly Step[];
  readonly indexes: readonly Step[];
  readonly foreignKeys: readonly Step[];
  /** In the transaction of the switch, before the names change, and after they have changed back. */
  readonly switch: readonly string[];
  readonly switchBack: readonly string[];
  /** Once the old column is gone, and before it comes back. */
  readonly renames: readonly string[];
  readonly renamesBack: readonly string[];
  /** On the way back, once the old column has its values again. */
  readonly restored: readonly string[];
  /** What takes the locks of the switch, and of the drop of the old column, where they are on several tables. */
  readonly switchLocks: readonly string[];
  readonly dropLocks: readonly string[];
  /** The column is part of the primary key. */
  readonly keyed: boolean;
}

interface Context {
  readonly input: PatternInput;
  readonly table: Table;
  readonly target: string;
  readonly from: string;
  readonly to: string;
  /** What the old column is called once the new one has its name. */
  readonly old: string;
}

export function partsOf(input: PatternInput, { table: name, column }: OperationOf<'changeColumnType'>, table: Table, { new: to, old }: { readonly new: string; readonly old: string }): Parts | Refusal {
  const context: Context = { input, table, target: quoteName(name), from: column, to, old };
  const { before } = input;
  const own = table.constraints.filter(({ definition }) => columnsOf(definition).includes(column));
  if (own.some(({ definition }) => definition.type === 'exclusion')) return { refused: `${column} is part of an exclusion constraint, which has no online form.` };
  if (own.some(({ definition }) => (definition.type === 'primaryKey' || definition.type === 'unique') && definition.withoutOverlaps === true)) return { refused: `${column} is part of a constraint WITHOUT OVERLAPS, which has no online form.` };
  const indexes = before.indexesOf(table).filter((index) => indexUses(index, column));
  const built = indexes.map((index) => indexPart(context, index));
  const checks = own.filter(({ definition }) => definition.type === 'check').map((constraint) => checkPart(context, constraint));
  const outgoing = own.filter(({ definition }) => definition.type === 'foreignKey').map((constraint) => outgoingPart(context, constraint));
  const incoming = before.referencing(table).filter(({ constraint }) => refersTo(table, constraint, column));
  if (incoming.some((one) => one.table.partitionBy !== undefined && input.version < 18)) return { refused: 'A partitioned table refers to the column, and before PostgreSQL 18 it refuses a foreign key that is NOT VALID.' };
  const referred = incoming.filter(({ constraint }) => constraint.inherited !== true).map((one) => incomingPart(context, one.table, one.constraint));
  const parts: readonly Part[] = [...built, ...checks, ...outgoing, ...referred];
  const missing = parts.find(({ refused }) => refused !== undefined);
  if (missing?.refused !== undefined) return { refused: missing.refused };
  const primary = indexes.find((index) => own.some(({ name: constraint, definition }) => definition.type === 'primaryKey' && constraint === index.constraint));
  return {
    checks: checks.flatMap(({ steps }) => steps),
    indexes: built.flatMap(({ steps }) => steps),
    foreignKeys: [...outgoing, ...referred].flatMap(({ steps }) => steps),
    // Foreign keys to a primary key go before it does, and come back after it has.
    switch: [...referred, ...built].flatMap((part) => part.switch ?? []),
    switchBack: [...referred.flatMap((part) => part.release ?? []), ...[...built, ...referred].flatMap((part) => part.switchBack ?? [])],
    renames: parts.flatMap(({ renames }) => renames ?? []),
    renamesBack: parts.flatMap(({ renamesBack }) => renamesBack ?? []),
    restored: parts.flatMap(({ restored }) => restored ?? []),
    switchLocks: lockAllOrNone(parts.flatMap(({ switched }) => switched ?? [])),
    dropLocks: lockAllOrNone(parts.flatMap(({ released }) => released ?? [])),
    keyed: primary !== undefined,
  };
}

interface Part {
  readonly steps: readonly Step[];
  readonly switch?: readonly string[];
  /** Comes first on the way back. */
  readonly release?: readonly string[];
  /** Tables that the switch locks, and those that are locked when the old column goes. */
  readonly switched?: readonly string[];
  readonly released?: readonly string[];
  readonly switchBack?: readonly string[];
  readonly renames?: readonly string[];
  readonly renamesBack?: readonly string[];
  readonly restored?: readonly string[];
  readonly refused?: string;
}

function indexPart(context: Context, index: Index): Part {
  const { input, table, target, from, to, old } = context;
  const { before } = input;
  const name = freshName(before, { schema: table.schema, name: table.name }, `${index.name}_new`);
  const sql = (called: string, column: string): string | undefined => {
    const text = indexSql({ ...index, name: called }, before);
    const at = (text?.indexOf(' ON ') ?? 0) + 4 + tableNameSql(table, before).length;
    return text === undefined ? undefined : text.slice(0, at) + renameColumnIn(text.slice(at), from, column);
  };
  const built = sql(name, to);
  if (built === undefined) return { steps: [], refused: `The history does not tell how the index ${index.name} is defined, which is over ${from}.` };
  const copy = tableNameSql({ schema: table.schema, name }, before);
  const build = step({
    phase: 'migrate',
    title: `Build ${index.name} for the new column without blocking writes`,
    slug: slug('create', name),
    up: [built],
    down: [`DROP INDEX CONCURRENTLY IF EXISTS ${copy}`],
    transaction: 'outside',
    preconditions: [leftOver(copy)],
    verification: [validity(copy, name)],
    notes: [NO_TIMEOUT, dropFirst(copy)],
  });
  const constraint = table.constraints.find((one) => one.name === index.constraint);
  if (constraint === undefined) {
    return {
      steps: [build],
      renames: [`ALTER INDEX ${copy} RENAME TO ${quote(index.name)}`],
      renamesBack: [`ALTER INDEX ${tableNameSql(index, before)} RENAME TO ${quote(name)}`],
      restored: [(sql(index.name, old) ?? '').replace('INDEX CONCURRENTLY', 'INDEX')],
    };
  }
  const suffix = timing(constraint.definition);
  if (constraint.definition.type === 'primaryKey') {
    const columns = constraint.definition.columns.map((column) => quote(column === from ? to : column)).join(', ');
    return {
      steps: [build],
      switch: [`ALTER TABLE ${target} DROP CONSTRAINT ${quote(constraint.name)}`, `ALTER TABLE ${target} ADD CONSTRAINT ${quote(constraint.name)} PRIMARY KEY USING INDEX ${quote(name)}${suffix}`],
      switchBack: [
        `ALTER TABLE ${target} DROP CONSTRAINT ${quote(constraint.name)}`,
        `ALTER TABLE ${target} ADD ${constraintSql(constraint, before) ?? ''}`,
        `CREATE UNIQUE INDEX ${quote(name)} ON ${target} (${columns})`,
      ],
    };
  }
  const adopt = step({
    phase: 'migrate',
    title: `Make the index the constraint ${name}`,
    slug: slug('add', name),
    up: [`ALTER TABLE ${target} ADD CONSTRAINT ${quote(name)} UNIQUE USING INDEX ${quote(name)}${suffix}`],
    down: [`ALTER TABLE ${target} DROP CONSTRAINT ${quote(name)}`],
    transaction: 'either',
    notes: [INDEX_GOES],
  });
  return { steps: [build, adopt], ...renamed(context, constraint, name) };
}

/** The copy takes the name of the constraint once that is gone with the old column, and gives it back before that returns. */
function renamed({ input: { before }, target, from, old }: Context, constraint: Constraint, copy: string): Pick<Part, 'renames' | 'renamesBack' | 'restored'> {
  const { definition } = constraint;
  const mapped: ConstraintDefinition =
    definition.type === 'check'
      ? { ...definition, expression: { ...definition.expression, text: renameColumnIn(definition.expression.text, from, old) } }
      : 'columns' in definition && definition.type !== 'exclusion' ? { ...definition, columns: definition.columns.map((column) => (column === from ? old : column)) } : definition;
  const rename = (one: string, other: string): string => `ALTER TABLE ${target} RENAME CONSTRAINT ${quote(one)} TO ${quote(other)}`;
  return {
    renames: [rename(copy, constraint.name)],
    renamesBack: [rename(constraint.name, copy)],
    restored: [`ALTER TABLE ${target} ADD ${constraintSql({ ...constraint, definition: mapped }, before) ?? ''}`],
  };
}

function checkPart(context: Context, constraint: Constraint): Part {
  const { input, table, target, from, to } = context;
  if (constraint.definition.type !== 'check') return { steps: [] };
  const name = freshName(input.before, { schema: table.schema, name: table.name }, `${constraint.name}_new`);
  const condition = renameColumnIn(constraint.definition.expression.text, from, to);
  const inherit = constraint.definition.noInherit === true ? ' NO INHERIT' : '';
  return { steps: validated(target, name, `CHECK (${condition})${inherit}`, constraint), ...renamed(context, constraint, name) };
}

function outgoingPart(context: Context, constraint: Constraint): Part {
  const { input, table, target, from, to } = context;
  const { before } = input;
  const { definition } = constraint;
  if (definition.type !== 'foreignKey') return { steps: [] };
  const name = freshName(before, { schema: table.schema, name: table.name }, `${constraint.name}_new`);
  const copied: ForeignKeyDefinition = { ...definition, columns: definition.columns.map((column) => (column === from ? to : column)) };
  return {
    steps: validated(target, name, foreignKey(copied, constraint, before), constraint, lockAllOrNone(withParents(before, table, [constraint]), 'SHARE ROW EXCLUSIVE')),
    released: withParents(before, table, [constraint]),
    ...renamed(context, constraint, name),
  };
}

const foreignKey = (definition: ConstraintDefinition, { references }: Constraint, before: PatternInput['before']): string =>
  `${definitionSql(definition, relationOf(references, before), before) ?? ''}${timing(definition)}`;

const relationOf = (id: Constraint['references'], before: PatternInput['before']): Table | undefined => {
  const relation = id === undefined ? undefined : before.byId(id);
  return relation?.kind === 'table' ? relation : undefined;
};

function refersTo(table: Table, { definition }: Constraint, column: string): boolean {
  if (definition.type !== 'foreignKey') return false;
  if (definition.referencedColumns.length > 0) return definition.referencedColumns.includes(column);
  return table.constraints.some((one) => one.definition.type === 'primaryKey' && one.definition.columns.includes(column));
}

/** A foreign key of another table, pointed at the new column; the names change in the switch. */
function incomingPart({ input, table, target, from, to }: Context, holder: Table, constraint: Constraint): Part {
  const { before } = input;
  const { definition } = constraint;
  if (definition.type !== 'foreignKey') return { steps: [] };
  const key = table.constraints.find((one) => one.definition.type === 'primaryKey')?.definition;
  const referenced = definition.referencedColumns.length > 0 ? definition.referencedColumns : key?.type === 'primaryKey' ? key.columns : [];
  const copied = { ...definition, referencedColumns: referenced.map((column) => (column === from ? to : column)) };
  const name = freshName(before, { schema: holder.schema, name: holder.name }, `${constraint.name}_new`);
  const child = holder.id === table.id ? target : tableNameSql(holder, before);
  const alter = (what: string): string => `ALTER TABLE ${child} ${what}`;
  const again = constraintSql(constraint, before) ?? '';
  const copy = constraintSql({ ...constraint, name, definition: copied }, before) ?? '';
  return {
    steps: validated(child, name, foreignKey(copied, constraint, before), constraint, lockAllOrNone(withParents(before, holder, [constraint]), 'SHARE ROW EXCLUSIVE')),
    switched: withParents(before, holder, [constraint]),
    switch: [alter(`DROP CONSTRAINT ${quote(constraint.name)}`), alter(`RENAME CONSTRAINT ${quote(name)} TO ${quote(constraint.name)}`)],
    release: [alter(`DROP CONSTRAINT ${quote(constraint.name)}`)],
    switchBack: [alter(`ADD ${again}`), alter(`ADD ${copy}`)],
  };
}

function validated(table: string, name: string, definition: string, { valid, definition: { notEnforced } }: Constraint, locks: readonly string[] = []): readonly Step[] {
  const add = step({
    phase: 'migrate',
    title: `Add ${name} for new rows only`,
    slug: slug('add', name),
    up: [...locks, `ALTER TABLE ${table} ADD CONSTRAINT ${quote(name)} ${definition} ${notEnforced === true ? 'NOT ENFORCED' : 'NOT VALID'}`],
    down: [`ALTER TABLE ${table} DROP CONSTRAINT ${quote(name)}`],
    transaction: locks.length === 0 ? 'either' : 'inside',
    notes: locks.length === 0 ? [] : [LOCK_ALL_NOTE],
  });
  if (!valid || notEnforced === true) return [add];
  return [
    add,
    step({
      phase: 'migrate',
      title: `Validate ${name} while writes go on`,
      slug: slug('validate', name),
      up: [`ALTER TABLE ${table} VALIDATE CONSTRAINT ${quote(name)}`],
      down: [],
      transaction: 'either',
    }),
  ];
}
