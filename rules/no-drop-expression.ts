import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-expression',
  summary: 'a generated column stops being computed',
  severity: 'warning',
  category: 'data-loss',
  on: ['alterColumn'],
  recommended: true,
  why: 'After DROP EXPRESSION the column is an ordinary one: rows keep the value that they had, new rows get NULL or the default, updates of the source columns no longer reach it. Running code, which never wrote the column, leaves it wrong from then on.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, DROP EXPRESSION', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-EXPRESSION' }],
  check(op, { before, isNew, madeHere, name }) {
    if (op.change.type !== 'dropExpression' || isNew(op.table)) return undefined;
    const column = before.column(before.table(op.table), op.column);
    if (column !== undefined && (madeHere(column.origin) || (column.generated === undefined && op.change.ifExists))) return undefined;
    return { relation: name(op.table), column: op.column };
  },
  message: ({ relation, column }) => `Column ${column} of ${relation} is no longer computed: existing values freeze and new rows get none.`,
  advice: ({ column }) => `Create a trigger that writes ${column} in the same transaction as DROP EXPRESSION; take it away when every running release writes ${column} itself.`,
});
