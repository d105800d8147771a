import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-drop-with-dependents',
  summary: 'something is dropped or truncated that other objects still need',
  severity: 'error',
  on: ['dropTable', 'dropColumn', 'dropConstraint', 'dropIndex', 'dropView', 'dropMaterializedView', 'dropType', 'dropRoutine', 'dropSequence', 'dropSchema', 'dropExtension', 'dropObject', 'truncate', 'alterDomain', 'alterCompositeType', 'dropDefault'],
  causes: {
    'drop-with-dependents': 'Drop the dependents first, by name. CASCADE would take them along unseen.',
    'drop-index-of-constraint': 'ALTER TABLE … DROP CONSTRAINT: the index goes with it.',
    'truncate-referenced': 'Name the referencing tables in the same TRUNCATE, or delete in batches. CASCADE would empty them unseen.',
  },
  why: 'Without CASCADE the server drops nothing that views, foreign keys, defaults or columns depend on: the statement fails, and the migration with it.',
  references: [{ title: 'PostgreSQL: Dependency Tracking', url: 'https://www.postgresql.org/docs/current/ddl-depend.html' }],
});
