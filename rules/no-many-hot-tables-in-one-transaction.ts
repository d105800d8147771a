import { defineRule, howToSplit, listed } from '../src/rule.ts';

export default defineRule({
  name: 'no-many-hot-tables-in-one-transaction',
  summary: 'one transaction locks several live tables against reads and writes',
  severity: 'warning',
  category: 'lock',
  on: ['unit'],
  recommended: true,
  why: 'The locks add up: while the transaction waits for the second table, nobody can use the first, and so on. Code that locks the same tables in another order deadlocks with it, and either the migration or a request of a user is killed. One table per transaction keeps each wait short.',
  references: [{ title: 'PostgreSQL: Deadlocks', url: 'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS' }],
  options: {
    tables: { type: 'number', default: 3, description: 'From how many tables on it is a warning; two are worth a note, unless both are declared hot.' },
  },
  check({ unit }, { isHot, isLive, name, options, script }) {
    const byIndex = new Map(unit.statements.map(({ index, statement }) => [index, statement]));
    const locks = unit.held.filter((lock) => {
      if (lock.blocks !== 'readsAndWrites' || lock.because !== undefined || (lock.relationKind !== 'table' && lock.relationKind !== 'unknown') || !isLive(lock.relation)) return false;
      // A table that is dropped is nobody's any more; and who gives all locks back and tries again holds none while waiting for another.
      return byIndex.get(lock.statement)?.operations.some(({ kind, within }) => kind === 'dropTable' || (kind === 'lockTable' && within?.loop === true && within.caught === true)) !== true;
    });
    if (locks.length < 2) return undefined;
    const few = locks.length < Number(options.tables) && locks.filter(({ relation }) => isHot(relation)).length < 2;
    const last = locks.at(-1);
    const at = last && byIndex.get(last.statement)?.span;
    return {
      ...(at === undefined ? {} : { at }),
      ...(few ? { severity: 'info' as const } : {}),
      tables: listed(locks.map(({ relation }) => name(relation))),
      mode: last?.mode ?? '',
      count: locks.length,
      split: howToSplit(script),
    };
  },
  message: ({ tables, mode, count }) => `With this statement the transaction holds ${mode} on ${String(count)} live tables at once: ${tables}.`,
  advice: ({ split }) => `Change one live table per transaction, with a short lock_timeout. ${split}`,
  remedy: () => 'ownTransaction',
});
