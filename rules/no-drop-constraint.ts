import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, deployCondition, isRefused, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-constraint',
  summary: 'a constraint that running code may rely on is dropped',
  severity: 'warning',
  category: 'compatibility',
  on: ['dropConstraint'],
  recommended: true,
  why: 'From that moment the database accepts rows that the constraint refused: orphans, duplicates, values that code never expects. Putting it back later fails on the first bad row. Dropping a unique or primary key also drops its index, so ON CONFLICT on it fails and look-ups get slow; CASCADE drops the foreign keys that point to it.',
  references: [{ title: 'PostgreSQL: Constraints', url: 'https://www.postgresql.org/docs/current/ddl-constraints.html' }],
  check(op, context) {
    if (isRefused(context.effects)) return undefined;
    const { before, isNew, madeHere, name } = context;
    const table = before.table(op.table);
    const constraint = before.constraint(table, op.name);
    if (isNew(op.table) || table?.persistence === 'temporary' || (constraint !== undefined && madeHere(constraint.origin))) return undefined;
    if (constraint === undefined && table?.complete === true && op.ifExists) return undefined;
    const relation = name(op.table);
    const goesAnyway =
      operationsOn(context, 'dropTable', op.table).length > 0 ||
      operationsOn(context, 'dropColumn', op.table).some((one) => constraint !== undefined && columnsOf(constraint.definition).includes(one.column));
    // Where the file says that this has been deployed first, nobody is left who relies on it.
    const isUnused = deployCondition(context.script)?.text.startsWith(`No code uses ${op.table.name} any more`) === true;
    if (goesAnyway || isUnused || isReplaced(op, context)) return undefined;
    const added = operationsOn(context, 'addConstraint', op.table).length > 0;
    return { relation, constraint: op.name, ...(WHAT[constraint?.definition.type ?? 'unknown'] ?? UNKNOWN), cascade: op.behavior === 'cascade', ...(constraint === undefined && added ? { severity: 'info' as const } : {}) };
  },
  message: ({ relation, constraint, what, lets, cascade }) =>
    `Without ${what} ${constraint}, ${relation} accepts ${lets}${cascade ? '; CASCADE also drops the foreign keys that point to it' : ''}.`,
  advice: () => 'Drop it only when no running release relies on it. To replace it, add the new constraint first (NOT VALID, then VALIDATE; for keys a unique index built concurrently), and drop the old one after that.',
});

const UNKNOWN = { what: 'constraint', lets: 'rows that it refused' };
const WHAT: Readonly<Record<string, typeof UNKNOWN>> = {
  foreignKey: { what: 'foreign key', lets: 'orphans' },
  unique: { what: 'unique constraint', lets: 'duplicates' },
  primaryKey: { what: 'primary key', lets: 'duplicates' },
  check: { what: 'check', lets: 'rows that it refused' },
  exclusion: { what: 'exclusion constraint', lets: 'conflicting rows' },
  notNull: { what: 'NOT NULL constraint', lets: 'NULLs' },
};

type Definition = NonNullable<ReturnType<RuleContext['before']['constraint']>>['definition'];

const columnsOf = (definition: Definition): readonly (string | undefined)[] =>
  definition.type === 'check' ? definition.expression.columns : definition.type === 'notNull' ? [definition.column] : definition.columns;

/** Whether something else, here or added before, does its work: a constraint of the same kind over the same columns, or NOT NULL for a check of it. */
function isReplaced(op: SubjectOf<'dropConstraint'>, context: RuleContext): boolean {
  const { before } = context;
  const table = before.table(op.table);
  const old = before.constraint(table, op.name)?.definition;
  const alike = (other: Definition): boolean => old !== undefined && other.type === old.type && (old.type === 'primaryKey' || String([...columnsOf(other)].sort()) === String([...columnsOf(old)].sort()));
  const added = operationsOn(context, 'addConstraint', op.table);
  if (added.some(({ constraint }) => constraint.name === op.name || alike(constraint) || (old !== undefined && covers(constraint, old, context, op.table)))) return true;
  if (table === undefined || old === undefined) return operationsOn(context, 'setNotNull', op.table).some((one) => one.span.start < op.span.start);
  if (table.constraints.some((other) => other.name !== op.name && other.valid && alike(other.definition))) return true;
  // Of a table that is not known to the end, the check was most likely the proof for SET NOT NULL.
  const notNull = (column: string): boolean => before.column(table, column)?.notNull ?? !table.complete;
  if (old.type === 'check' && impliedByBounds(table, old.expression.columns, before)) return true;
  if (old.type === 'check') return old.expression.termsComplete && old.expression.terms.length > 0 && old.expression.terms.every((term) => term.kind === 'notNull' && notNull(term.column));
  if (old.type !== 'unique') return false;
  return before.indexesOf(table).some((index) => index.unique && index.valid && index.constraint !== op.name && index.where === undefined && String(index.keys.map((key) => key.column).sort()) === String([...old.columns].sort()));
}

/** A foreign key over the same columns, by what they are called once the migration is done, or over more of them to the same table. */
function covers(other: Definition, old: Definition, context: RuleContext, table: SubjectOf<'dropConstraint'>['table']): boolean {
  if (other.type !== 'foreignKey' || old.type !== 'foreignKey') return false;
  const renames = new Map(operationsOn(context, 'renameColumn', table).map(({ column, newName }) => [column, newName]));
  const columns = old.columns.map((column) => renames.get(column) ?? column);
  const isSame = columns.length === other.columns.length || context.name(other.references) === context.name(old.references);
  return isSame && columns.every((column) => other.columns.includes(column));
}

/** A check over the partition key alone has served its purpose once the table is attached. */
function impliedByBounds({ partitionOf }: NonNullable<ReturnType<RuleContext['before']['table']>>, columns: readonly string[], before: RuleContext['before']): boolean {
  const parent = partitionOf && before.byId(partitionOf.parent);
  return parent?.kind === 'table' && columns.length > 0 && columns.every((column) => parent.partitionBy?.columns.includes(column) === true);
}
