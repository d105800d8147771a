import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-not-null',
  summary: 'a column may become NULL, which running code may not expect',
  severity: 'info',
  category: 'compatibility',
  on: ['dropNotNull'],
  recommended: true,
  why: 'Nothing breaks at the moment of the change. But as soon as a new release writes a NULL, code of the old one that still runs reads a value that its types rule out.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, DROP NOT NULL', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL' }],
  check(op, { before, isNew, madeHere, name }) {
    const column = before.column(before.table(op.table), op.column);
    if (isNew(op.table) || (column !== undefined && (madeHere(column.origin) || !column.notNull))) return undefined;
    return { relation: name(op.table), column: op.column };
  },
  message: ({ relation, column }) => `Column ${column} of ${relation} may become NULL: running code must be able to read that.`,
  advice: ({ column }) => `Deploy code that can read NULL in ${column} before the first release that writes it.`,
});
