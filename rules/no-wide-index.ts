import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-wide-index',
  summary: 'an index that is not unique has many columns',
  severity: 'info',
  category: 'hygiene',
  on: ['createIndex'],
  recommended: false,
  why: 'Columns after the third rarely narrow a search, but they make the index larger and every write that touches one of them slower.',
  references: [{ title: 'PostgreSQL: Multicolumn Indexes', url: 'https://www.postgresql.org/docs/current/indexes-multicolumn.html' }],
  options: { columns: { type: 'number', default: 3, description: 'How many columns are fine.' } },
  check(op, { name, options }) {
    return op.unique || op.keys.length <= Number(options.columns) ? undefined : { relation: name(op.table), index: op.name ?? 'this index', count: op.keys.length };
  },
  message: ({ relation, index, count }) => `${index} on ${relation} has ${String(count)} columns.`,
  advice: () => 'Start with the most selective columns; put those that are only read into INCLUDE.',
});
