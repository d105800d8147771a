import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-replication-role',
  summary: 'session_replication_role is set to replica, which switches off triggers and foreign keys',
  severity: 'error',
  category: 'compatibility',
  on: ['setSetting'],
  recommended: true,
  why: 'In the replica role the session fires no ordinary triggers, and foreign keys are triggers: rows that violate them are written without an error and are never checked afterwards. Through a connection pool the setting can outlive the migration.',
  references: [{ title: 'PostgreSQL: session_replication_role', url: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE' }],
  check: (op) => (op.name === 'session_replication_role' && op.value?.toLowerCase() === 'replica' ? { local: op.local } : undefined),
  message: ({ local }) => `session_replication_role = replica switches off triggers and foreign keys ${local ? 'for the rest of the transaction' : 'until it is set back'}: orphans are written and never checked.`,
  advice: () => 'Leave the role alone: write parents before children, or declare the constraints DEFERRABLE and SET CONSTRAINTS ALL DEFERRED. Rows already written this way need their foreign keys validated again (drop, ADD … NOT VALID, VALIDATE).',
});
