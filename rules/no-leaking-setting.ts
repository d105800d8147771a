import { defineRule, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-leaking-setting',
  summary: 'a setting made without LOCAL in a transaction stays on the connection',
  severity: 'info',
  category: 'hygiene',
  on: ['setSetting'],
  recommended: true,
  why: 'A setting of the session outlives the migration when the connection goes back to a pool: the next user of the connection gets its search_path, role or timeout. A transaction pooler may even hand it to the application at once.',
  references: [{ title: 'PostgreSQL: SET', url: 'https://www.postgresql.org/docs/current/sql-set.html' }],
  check(op, { migration, script, unit }) {
    // Another rule says more of it there.
    if (migration.session !== undefined && (op.name === 'search_path' || op.name === 'role' || op.name === 'session_authorization')) return undefined;
    if (op.local || op.value === undefined || unit === undefined || op.name === 'all') return undefined;
    const undone = operationsIn(script, 'setSetting').some((one) => one.span.start > op.span.start && one.value === undefined && (one.name === op.name || one.name === 'all'));
    return undone ? undefined : { setting: op.name, value: op.value };
  },
  message: ({ setting }) => `${setting} stays set on the connection after the migration.`,
  advice: ({ setting, value }) => `SET LOCAL ${setting} = '${value.replaceAll("'", "''")}'; ends with the transaction.`,
});
