import { changeOf, defineRule, hurts, isSystem } from '../src/rule.ts';

export default defineRule({
  name: 'no-unbounded-delete',
  summary: 'one DELETE removes all, or an unknown share, of the rows of a live table',
  severity: 'error',
  category: 'lock',
  on: ['delete', 'insert', 'update', 'merge', 'select'],
  recommended: true,
  scalesWithSize: true,
  why: 'Every deleted row stays locked until the transaction ends, foreign keys that cascade lock rows of other tables too, and code that writes to any of them waits for the whole of it. A failure near the end throws all of it away. Batches that are committed one by one have none of this.',
  references: [{ title: 'PostgreSQL: DELETE', url: 'https://www.postgresql.org/docs/current/sql-delete.html' }],
  check(op, context) {
    const { effects, isLive, name, resolve, unit } = context;
    if (effects.work !== 'allRows' || op.within?.loop === true) return undefined;
    const change = changeOf(op, 'delete', context);
    if (change === undefined || !isLive(change.table) || isSystem(resolve(change.table))) return undefined;
    const lock = unit?.held.find((held) => hurts(held) && isLive(held.relation));
    return {
      relation: name(change.table),
      share: change.where === undefined ? 'every row' : 'an unknown number of rows',
      held: lock === undefined ? '' : `, while ${lock.mode} on ${name(lock.relation)} is held from an earlier statement`,
    };
  },
  message: ({ relation, share, held }) => `This DELETE locks and removes ${share} of ${relation} in one transaction${held}.`,
  advice: () => 'Delete in batches by key, each committed, outside of a transaction, until nothing is left:\nDELETE … WHERE id IN (SELECT id FROM … WHERE <condition> ORDER BY id LIMIT 1000);',
  remedy: (op) => (op.kind === 'delete' ? 'batchDelete' : undefined),
});
