import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, howToSplit, isRefused, lockOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-not-null',
  summary: 'a column becomes NOT NULL by a scan of the table while reads and writes wait',
  severity: 'error',
  category: 'lock',
  on: ['setNotNull', 'addConstraint', 'addColumn'],
  recommended: true,
  scalesWithSize: true,
  why: 'SET NOT NULL reads the whole table under an ACCESS EXCLUSIVE lock to prove that there is no NULL; adopting an index over nullable columns as PRIMARY KEY does the same. From version 12 the scan is skipped when a validated CHECK (column IS NOT NULL) proves it already, and such a CHECK can be added NOT VALID and validated without blocking anybody.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, SET NOT NULL', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL' }],
  check(op, context) {
    const { before, can, effects, isLive, name, resolve, script } = context;
    const columns = columnsOf(op, context);
    if (columns.length === 0 || !effects.scans.some(isLive) || isRefused(effects)) return undefined;
    const table = resolve(op.table);
    const column = columns[0] ?? '';
    const plain = `${table.name}_${column}_not_null`;
    const constraints = before.table(op.table)?.constraints ?? [];
    const waiting = constraints.find(
      ({ definition, valid }) => !valid && definition.type === 'check' && definition.expression.terms.some((term) => term.kind === 'notNull' && term.column === column),
    );
    const taken = constraints.some((constraint) => constraint.name === plain);
    return {
      relation: name(op.table),
      columns: columns.join(', '),
      primaryKey: op.kind === 'addConstraint' && op.constraint.type === 'primaryKey',
      clause: op.kind === 'setNotNull' ? 'SET NOT NULL on' : op.kind === 'addColumn' ? 'NOT NULL on the new virtual column' : 'Constraint NOT NULL on',
      isNew: op.kind === 'addColumn',
      mode: lockOn(effects, table)?.mode ?? 'AccessExclusiveLock',
      alter: `ALTER TABLE ${sqlName(table)}`,
      column: sqlName(column),
      label: sqlName(waiting?.name ?? (taken ? `${plain}_check` : plain)),
      added: waiting !== undefined,
      way: can('notValidNotNull') ? ('constraint' as const) : can('checkProvesNotNull') ? ('check' as const) : undefined,
      split: howToSplit(script),
    };
  },
  message: ({ columns, relation, primaryKey, clause, mode }) =>
    `${primaryKey ? `The primary key makes ${columns} NOT NULL` : `${clause} ${columns}`}: every row of ${relation} is read under ${mode}, reads and writes wait.`,
  advice({ alter, column, label, added, way, split, primaryKey, isNew }) {
    const add = `${alter} ADD CONSTRAINT ${label} ${way === 'constraint' ? `NOT NULL ${column}` : `CHECK (${column} IS NOT NULL)`} NOT VALID;`;
    const steps = `${added ? '' : `${add}\n`}${alter} VALIDATE CONSTRAINT ${label};`;
    const before = isNew ? 'Add the column without NOT NULL; then prove that there is no NULL without blocking anybody' : primaryKey ? 'Before the primary key, prove that there is no NULL' : 'Prove that there is no NULL without blocking anybody';
    if (way === undefined) return `${before}, and keep the CHECK: before version 12 SET NOT NULL scans even so.\n${steps}\n${split}`;
    if (way === 'constraint') return `${before}, in two transactions:\n${steps}\n${split}`;
    return `${before}; then SET NOT NULL is instant:\n${steps}\n${alter} ALTER COLUMN ${column} SET NOT NULL;\n${alter} DROP CONSTRAINT ${label};\nVALIDATE in a transaction of its own, and the last two as two statements: in one ALTER TABLE the server drops first, and scans.`;
  },
  remedy: (op) => (op.kind === 'setNotNull' ? 'proveNotNull' : undefined),
});

function columnsOf(op: SubjectOf<'setNotNull' | 'addConstraint' | 'addColumn'>, { before, effects, isLive }: RuleContext): readonly string[] {
  if (op.kind === 'setNotNull') return [op.column];
  // A virtual column is computed for every row to see that none is NULL.
  if (op.kind === 'addColumn') return op.column.notNull && op.column.generated?.stored === false ? [op.column.name] : [];
  const { constraint } = op;
  if (constraint.type === 'notNull') return constraint.notValid === true || op.inline ? [] : [constraint.column];
  if (constraint.type !== 'primaryKey' || constraint.usingIndex === undefined || !effects.scans.some(isLive)) return [];
  const table = before.table(op.table);
  const index = before.index({ name: constraint.usingIndex, ...(table === undefined ? {} : { schema: table.schema }) });
  const columns = index?.keys.flatMap(({ column }) => (column === undefined ? [] : [column])) ?? constraint.columns;
  // Whether a column that the history does not tell of may be NULL is not known: most keys may not.
  return columns.filter((column) => !before.isNotNull(table, column) && (before.column(table, column) !== undefined || table?.complete === true));
}
