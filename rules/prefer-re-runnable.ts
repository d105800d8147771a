import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'prefer-re-runnable',
  summary: 'a statement that commits on its own fails when the migration is run again',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable', 'createIndex', 'createSequence', 'createSchema', 'createExtension', 'addColumn', 'dropTable', 'dropColumn', 'dropIndex', 'dropConstraint', 'dropView', 'dropSequence', 'dropType', 'dropRoutine'],
  recommended: false,
  why: 'Outside a transaction, a migration that stops half-way has done its first statements. Running it again then fails at the first of them, unless each says IF NOT EXISTS or IF EXISTS. The other side of it: IF NOT EXISTS looks at the name only.',
  references: [{ title: 'PostgreSQL: CREATE TABLE, IF NOT EXISTS', url: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS' }],
  check(op, { unit, script }) {
    if (unit !== undefined || script.statements.length < 2) return undefined;
    if (op.kind === 'createTable' && op.persistence === 'temporary') return undefined;
    // IF NOT EXISTS on a concurrent build hides an invalid index.
    if (op.kind === 'createIndex' && op.concurrently) return undefined;
    const guarded = 'ifNotExists' in op ? op.ifNotExists : op.ifExists;
    return guarded ? undefined : { clause: op.kind.startsWith('drop') ? 'IF EXISTS' : 'IF NOT EXISTS' };
  },
  message: ({ clause }) => `Run again after a failure further down, this statement fails: it has no ${clause}.`,
  advice: ({ clause }) => `Add ${clause}, or run the file in one transaction.`,
});
