import type { SubjectOf } from '../src/rule.ts';
import { changeOf, defineRule, hurts, isSystem } from '../src/rule.ts';

export default defineRule({
  name: 'no-unbounded-update',
  summary: 'one UPDATE or MERGE changes all, or an unknown share, of the rows of a live table',
  severity: 'error',
  category: 'lock',
  on: ['update', 'merge', 'insert', 'delete', 'select'],
  recommended: true,
  scalesWithSize: true,
  why: 'Every changed row stays locked until the transaction ends, so code that writes to any of them waits for the whole of it. The statement also leaves as many dead rows as it touched, fills the replication stream, and a failure near the end throws all of it away. Batches that are committed one by one have none of this.',
  references: [{ title: 'PostgreSQL: UPDATE, Notes', url: 'https://www.postgresql.org/docs/current/sql-update.html' }],
  check(op, context) {
    const { effects, isLive, name, resolve, unit } = context;
    if (effects.work !== 'allRows' || isBatch(op)) return undefined;
    const change = op.kind === 'merge' && op.actions.some((action) => action !== 'insert') ? { table: op.table, where: null } : changeOf(op, 'update', context);
    if (change === undefined || !isLive(change.table) || isSystem(resolve(change.table))) return undefined;
    const lock = unit?.held.find((held) => hurts(held) && isLive(held.relation));
    return {
      relation: name(change.table),
      what: op.kind === 'merge' ? 'MERGE' : 'UPDATE',
      share: change.where === undefined ? 'every row' : 'an unknown number of rows',
      held: lock === undefined ? '' : `, while ${lock.mode} on ${name(lock.relation)} is held from an earlier statement`,
    };
  },
  message: ({ relation, what, share, held }) => `This ${what} locks and rewrites ${share} of ${relation} in one transaction${held}.`,
  advice: ({ held }) =>
    `Update in batches by key, each committed, outside of a transaction, with a condition that leaves out what is done:\nUPDATE … WHERE id IN (SELECT id FROM … WHERE <not done> ORDER BY id LIMIT 1000);${held === '' ? '' : '\nKeep it out of the transaction that changes the schema.'}`,
  remedy: (op) => (op.kind === 'update' ? 'batchUpdate' : op.kind === 'merge' ? 'batchMerge' : undefined),
});

/** In a loop it changes a part each time; but in one of code a condition without anything that the round hands in finds all rows in the first. */
const isBatch = (op: SubjectOf<'update' | 'merge' | 'insert' | 'delete' | 'select'>): boolean =>
  op.within?.loop === true && !(op.kind === 'update' && op.within.kind === 'program' && op.where?.termsComplete === true && op.where.terms.every(({ kind }) => kind === 'isNull' || kind === 'notNull'));
