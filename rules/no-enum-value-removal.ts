import { defineRule, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-enum-value-removal',
  summary: 'a column moves to an enum that lacks values of the old one',
  severity: 'error',
  category: 'data-loss',
  on: ['changeColumnType'],
  recommended: true,
  why: 'An enum value cannot be removed, so the type is swapped for a smaller one. Rows that still hold a removed value make the change fail after a long scan under ACCESS EXCLUSIVE; a USING that maps them to something else loses what they said. Code of the old release that still writes the value fails at once.',
  references: [{ title: 'PostgreSQL: Enumerated Types', url: 'https://www.postgresql.org/docs/current/datatype-enum.html' }],
  check(op, { before, isNew, madeHere, name }) {
    const column = before.column(before.table(op.table), op.column);
    if (column === undefined || isNew(op.table) || madeHere(column.origin)) return undefined;
    const old = column.typeId === undefined ? before.enumOf(column.type) : before.typeById(column.typeId);
    const next = before.enumOf(op.type);
    if (old?.kind !== 'enum' || next === undefined || old.id === next.id) return undefined;
    const kept = new Set(next.values.map((one) => one.value));
    const gone = old.values.filter((one) => !kept.has(one.value)).map((one) => `'${one.value}'`);
    return gone.length === 0 ? undefined : { relation: name(op.table), table: sqlName(op.table), column: op.column, gone: gone.join(', ') };
  },
  message: ({ relation, column, gone }) => `The new type of column ${column} of ${relation} lacks ${gone}: rows and running code that use it fail.`,
  advice: ({ table, column, gone }) =>
    `Keep the value and forbid it instead: ALTER TABLE ${table} ADD CONSTRAINT … CHECK (${sqlName(column)} NOT IN (${gone})) NOT VALID, after code and rows no longer use it; VALIDATE it later.`,
  remedy: () => 'shadowColumn',
});
