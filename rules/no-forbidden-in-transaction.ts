import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-forbidden-in-transaction',
  summary: 'a statement that works only outside a transaction runs inside one',
  severity: 'error',
  on: ['maintenance', 'createObject', 'alterObject', 'dropObject', 'reindex', 'addEnumValue', 'sessionCommand', 'setSetting', 'transaction', 'call', 'lockTable', 'select'],
  causes: {
    'statement-in-transaction': ({ outside }) => outside,
    'add-enum-value-in-transaction': ({ outside }) => `${outside} From version 12 on a transaction is fine, as long as the value is not used in it.`,
    'commit-in-block-in-transaction': ({ outside }) => `A DO block that commits has to run outside of a transaction. ${outside}`,
  },
  why: 'VACUUM, CREATE DATABASE, ALTER SYSTEM, CREATE SUBSCRIPTION, REINDEX DATABASE, a COMMIT inside a DO block and a few others manage transactions themselves. Inside BEGIN … COMMIT, or in a string of several statements, the server refuses them, and the whole migration fails.',
  references: [{ title: 'PostgreSQL: VACUUM, Notes', url: 'https://www.postgresql.org/docs/current/sql-vacuum.html' }],
  remedy: () => 'runOutsideTransaction',
});
