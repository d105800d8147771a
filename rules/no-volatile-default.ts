import { brief, defineRule, isRefused, lockOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-volatile-default',
  summary: 'a column is added with a default that differs from row to row, which rewrites the table',
  severity: 'error',
  category: 'rewrite',
  on: ['addColumn'],
  recommended: true,
  scalesWithSize: true,
  why: 'A default that gives every row the same value (a constant, now()) is stored once and costs nothing. A volatile one (random(), gen_random_uuid(), clock_timestamp(), nextval()) has to be computed for each row: the table and all its indexes are written anew under an ACCESS EXCLUSIVE lock.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, Notes', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES' }],
  check(op, { effects, isLive, isVolatile, name, resolve }) {
    const { column } = op;
    if (column.default === undefined || column.serial === true || !effects.rewrites.some(isLive) || isRefused(effects)) return undefined;
    const volatile = isVolatile(column.default);
    if (volatile === false) return undefined;
    const alter = `ALTER TABLE ${sqlName(resolve(op.table))}`;
    return {
      relation: name(op.table),
      column: column.name,
      default: column.default.text,
      known: volatile === true,
      mode: lockOn(effects, resolve(op.table))?.mode ?? 'AccessExclusiveLock',
      add: `${alter} ADD COLUMN ${sqlName(column.name)} …;`,
      set: `${alter} ALTER COLUMN ${sqlName(column.name)} SET DEFAULT ${column.default.text};`,
      required: column.notNull,
    };
  },
  message: ({ relation, column, default: value, known, mode }) =>
    `Default ${brief(value)} of new column ${column} ${known ? 'is volatile' : 'is not known to be stable'}: every row of ${relation} is written anew under ${mode}.`,
  advice: ({ add, set, required }) =>
    `Add the column without the default${required ? ' and without NOT NULL' : ''}; give it to new rows; fill the old ones in batches${required ? '; make it NOT NULL by way of a validated CHECK' : ''}:\n${add}\n${set}`,
  remedy: () => 'volatileDefault',
});
