import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-unclosed-transaction',
  summary: 'a BEGIN is never followed by COMMIT or ROLLBACK',
  severity: 'error',
  category: 'fails',
  on: ['unit'],
  recommended: true,
  why: 'Where the session ends with the script, everything since BEGIN is rolled back without an error, and the migration counts as done. Where the session goes on, its locks stay held, and whatever runs next becomes part of the same transaction.',
  references: [{ title: 'PostgreSQL: BEGIN', url: 'https://www.postgresql.org/docs/current/sql-begin.html' }],
  check({ unit }, { script }) {
    // Where the runner has a transaction of its own, its COMMIT closes this one; that of statements sent as one string becomes this one.
    if (script.transaction.wrap === 'script' || script.transaction.wrap === 'batch') return undefined;
    const control = unit.statements.flatMap(({ statement }) => statement.operations.filter((op) => op.kind === 'transaction'));
    const begin = control.find(({ action }) => action === 'begin');
    if (begin === undefined || control.some(({ action }) => ENDS.has(action))) return undefined;
    return { at: begin.span };
  },
  message: () => 'This transaction is never committed: at the end of the session the server rolls it back.',
  advice: () => 'Put COMMIT; after its last statement, or leave BEGIN out where the migration tool opens a transaction itself.',
});

const ENDS: ReadonlySet<string> = new Set(['commit', 'rollback', 'prepare']);
