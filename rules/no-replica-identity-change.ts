import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-replica-identity-change',
  summary: 'the replica identity of a live table becomes FULL or NOTHING',
  severity: 'warning',
  category: 'compatibility',
  on: ['alterTable'],
  recommended: true,
  why: 'With NOTHING, UPDATE and DELETE on a table in a publication fail at once. With FULL, every UPDATE and DELETE writes the whole old row to the write-ahead log, and subscribers without a suitable index search the whole table for each changed row.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, REPLICA IDENTITY', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-REPLICA-IDENTITY' }],
  check(op, { isNew, name }) {
    if (op.change.type !== 'replicaIdentity' || isNew(op.table)) return undefined;
    const { identity } = op.change;
    return identity === 'full' || identity === 'nothing' ? { relation: name(op.table), identity: identity.toUpperCase() } : undefined;
  },
  message: ({ relation, identity }) =>
    `REPLICA IDENTITY ${identity} on ${relation} ${identity === 'FULL' ? 'writes the whole old row to the log on every UPDATE and DELETE' : 'makes UPDATE and DELETE fail where the table is published'}.`,
  advice: () => 'Use the primary key (DEFAULT), or a unique index on NOT NULL columns: REPLICA IDENTITY USING INDEX ….',
});
