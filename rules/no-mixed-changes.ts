import { defineRule, howToSplit } from '../src/rule.ts';

export default defineRule({
  name: 'no-mixed-changes',
  summary: 'one transaction changes rows of a live table and the definition of one',
  severity: 'info',
  category: 'hygiene',
  on: ['unit'],
  recommended: true,
  why: 'The locks of the schema change are held while the rows are changed, and row locks while the schema change waits for its turn. With deferred foreign keys on the table the server refuses the ALTER altogether (pending trigger events). Taking back one without the other is not possible.',
  references: [{ title: 'PostgreSQL: Explicit Locking', url: 'https://www.postgresql.org/docs/current/explicit-locking.html' }],
  check({ unit }, { isLive, name, script }) {
    let rows: string | undefined;
    let schema: string | undefined;
    for (const { statement } of unit.statements) {
      for (const op of statement.operations) {
        if (op.kind === 'update' || op.kind === 'delete' || op.kind === 'merge' || (op.kind === 'insert' && op.source === 'query')) rows ??= isLive(op.table) ? name(op.table) : undefined;
        else if ('table' in op && op.table !== undefined && /^(?:add|drop|alter|rename|set|change)/.test(op.kind)) schema ??= isLive(op.table) ? name(op.table) : undefined;
        if (rows !== undefined && schema !== undefined) return { at: op.span, relation: schema, rows, split: howToSplit(script) };
      }
    }
    return undefined;
  },
  message: ({ relation, rows }) => `The same transaction changes the definition of ${relation} and rows of ${rows}.`,
  advice: ({ split }) => `Change the schema first, then the rows, in batches. ${split}`,
  remedy: () => 'ownTransaction',
});
