import { defineRule, hurts } from '../src/rule.ts';

export default defineRule({
  name: 'no-lock-on-referenced-table',
  summary: 'a statement locks live tables that it is not about, through their foreign keys',
  severity: 'info',
  category: 'lock',
  on: ['createTable', 'dropTable', 'dropColumn', 'dropConstraint'],
  recommended: true,
  down: 'off',
  why: 'Creating a foreign key takes SHARE ROW EXCLUSIVE on the referenced table, dropping one (also with its table or column) ACCESS EXCLUSIVE. It is held until the transaction ends. One such lock is part of daily life; several at once wait for one another, and deadlock with code that locks the same tables in another order.',
  references: [{ title: 'PostgreSQL: Explicit Locking', url: 'https://www.postgresql.org/docs/current/explicit-locking.html' }],
  check(op, { before, effects, isLive, name }) {
    if (op.kind === 'createTable' && op.partitionOf !== undefined) return undefined;
    const table = before.table(op.table);
    const about = new Set([op.table, ...(table === undefined ? [] : [...before.descendants(table), ...before.ancestors(table)])].map((relation) => name(relation)));
    const locks = effects.locks.filter((lock) => hurts(lock) && lock.relationKind !== 'index' && lock.relationKind !== 'sequence' && isLive(lock.relation) && !about.has(name(lock.relation)));
    const [first] = locks;
    if (first === undefined || (op.kind === 'createTable' && locks.length < 2)) return undefined;
    return { relation: name(first.relation), locked: locks.map(({ relation }) => name(relation)).join(', '), mode: first.mode, about: name(op.table), create: op.kind === 'createTable' };
  },
  message: ({ locked, mode, about }) => `This statement about ${about} also takes ${mode} on ${locked}.`,
  advice: ({ create }) =>
    create
      ? 'Create the table without the foreign keys, then add them one per transaction: on an empty table each takes an instant.'
      : 'Drop the foreign key first, alone in a short transaction with a lock_timeout; then the rest locks nobody else.',
});
