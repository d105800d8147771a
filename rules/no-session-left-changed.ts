import { defineRule, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-session-left-changed',
  summary: 'a role or search_path stays in force for the migrations that come after it',
  severity: 'warning',
  category: 'history',
  on: ['setSetting'],
  recommended: true,
  why: 'Tools that run all pending migrations over one connection leave it as the last file did. The files after it then create their tables in another schema or for another owner, or find nothing, but only where they run in the same go: a fresh database comes out different from production. The tool may not find its own table either.',
  references: [
    { title: 'PostgreSQL: SET', url: 'https://www.postgresql.org/docs/current/sql-set.html' },
    { title: 'PostgreSQL: SET ROLE', url: 'https://www.postgresql.org/docs/current/sql-set-role.html' },
  ],
  check(op, { before, direction, migration, script }) {
    const kept = migration.session === 'kept' || (migration.session === 'reset' && op.name !== 'search_path');
    if (!kept || direction === 'down' || op.local || op.value === undefined || !SETTINGS.has(op.name) || isUsual(op.name, op.value)) return undefined;
    const later = operationsIn(script, 'setSetting').some((one) => one.span.start > op.span.start && !one.local && (one.name === op.name || (one.name === 'all' && op.name === 'search_path')));
    // Where every file says so there is nothing that the next one would not change by itself.
    if (later || before.left.get(op.name)?.value === op.value) return undefined;
    return { setting: op.name, value: op.value };
  },
  message: ({ setting, value }) => `${setting} stays ${value === '' ? 'empty' : value} for the migrations that run after this one on the same connection.`,
  advice: ({ setting }) =>
    setting === 'search_path' ? 'Use SET LOCAL inside the transaction, or write the schema in front of the names, or end the file with RESET search_path.' : `Use SET LOCAL inside the transaction, or end the file with RESET ${setting === 'role' ? 'ROLE' : 'SESSION AUTHORIZATION'}.`,
});

const SETTINGS: ReadonlySet<string> = new Set(['role', 'session_authorization', 'search_path']);

/** What a connection has anyhow: SET ROLE NONE, and a path on which new objects go to `public`. */
function isUsual(name: string, value: string): boolean {
  if (name !== 'search_path') return value.toLowerCase() === 'none';
  const [first] = value.split(',').map((part) => part.trim().replace(/^"(.*)"$/, '$1')).filter((part) => part !== '$user');
  return first === 'public';
}
