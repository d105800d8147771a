import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, hurts } from '../src/rule.ts';

export default defineRule({
  name: 'no-lock-on-referenced-table',
  summary: 'a statement locks live tables that it is not about, through their foreign keys',
  severity: 'info',
  category: 'lock',
  on: ['createTable', 'addColumn', 'addConstraint', 'dropTable', 'dropColumn', 'dropConstraint'],
  recommended: true,
  down: 'off',
  why: 'Creating a foreign key takes SHARE ROW EXCLUSIVE on the referenced table, dropping one (also with its table or column) ACCESS EXCLUSIVE. It is held until the transaction ends. One such lock is part of daily life, but for a table that is declared hot (`tables` in the configuration): there everything that writes queues behind it, for as long as the migration waits and then runs. Several at once wait for one another, and deadlock with code that locks the same tables in another order.',
  references: [{ title: 'PostgreSQL: Explicit Locking', url: 'https://www.postgresql.org/docs/current/explicit-locking.html' }],
  check(op, context) {
    const { before, effects, isLive, isHot, name } = context;
    if (op.kind === 'createTable' && op.partitionOf !== undefined) return undefined;
    const creates = op.kind === 'createTable' || op.kind === 'addColumn' || op.kind === 'addConstraint';
    // A foreign key of a table that is there already is added on its own, or is for other rules.
    if (creates && op.kind !== 'createTable' && !isMadeBeside(op.table, context)) return undefined;
    const table = before.table(op.table);
    const about = new Set([op.table, ...(table === undefined ? [] : [...before.descendants(table), ...before.ancestors(table)])].map((relation) => name(relation)));
    const locks = effects.locks.filter((lock) => hurts(lock) && lock.relationKind !== 'index' && lock.relationKind !== 'sequence' && isLive(lock.relation) && !about.has(name(lock.relation)));
    const hot = creates ? locks.find(({ relation }) => isHot(relation)) : undefined;
    const first = hot ?? locks[0];
    if (first === undefined || (hot === undefined && creates && (op.kind !== 'createTable' || locks.length < 2))) return undefined;
    return {
      relation: name(first.relation),
      locked: locks.map(({ relation }) => name(relation)).join(', '),
      mode: first.mode,
      about: name(op.table),
      create: creates,
      ...(hot === undefined ? {} : { severity: 'warning' as const }),
    };
  },
  message: ({ locked, mode, about }) => `This statement about ${about} also takes ${mode} on ${locked}.`,
  advice: ({ create }) =>
    create
      ? 'Create the table without the foreign keys, then add them NOT VALID, each in a migration of its own with a short lock_timeout: that takes an instant, and is tried again where it cannot have the lock.'
      : 'Drop the foreign key first, alone in a short transaction with a lock_timeout; then the rest locks nobody else.',
});

/** Created by this very migration: the lock comes along with whatever else is done there. */
const isMadeBeside = (table: SubjectOf<'addColumn'>['table'], { before, isNew, deploy }: RuleContext): boolean => {
  const known = before.table(table);
  return known !== undefined && isNew(table) && deploy?.earlier(known.origin) !== true;
};
