import { defineRule, isRefused } from '../src/rule.ts';

export default defineRule({
  name: 'no-truncate',
  summary: 'all rows of a live table are deleted by TRUNCATE',
  severity: 'error',
  category: 'data-loss',
  on: ['truncate'],
  recommended: true,
  why: 'TRUNCATE deletes every row under an ACCESS EXCLUSIVE lock, without running row triggers. With CASCADE it also empties every table that has a foreign key to it, directly or not, and names none of them. Sessions with an older snapshot see the table empty at once.',
  references: [{ title: 'PostgreSQL: TRUNCATE', url: 'https://www.postgresql.org/docs/current/sql-truncate.html' }],
  check(op, { before, effects, isNew, name }) {
    if (isRefused(effects)) return undefined;
    const table = before.table(op.table);
    if (isNew(op.table) || table?.persistence === 'temporary') return undefined;
    const cascade = op.behavior === 'cascade';
    const also = cascade && table !== undefined ? [...new Set(before.referencing(table).map((one) => `${one.table.schema}.${one.table.name}`))] : [];
    return { relation: name(op.table), cascade, also };
  },
  message: ({ relation, cascade, also }) =>
    `TRUNCATE deletes all rows of ${relation}${cascade ? `, and CASCADE those of ${also.length > 0 ? also.join(', ') : 'every table with a foreign key to it'}` : ''}, under AccessExclusiveLock.`,
  advice: ({ cascade }) =>
    `If the rows are really not needed, keep a copy and delete them in committed batches by key${cascade ? ', naming every table that is to be emptied instead of CASCADE' : ''}; do it by hand or in a migration that does nothing else.`,
});
