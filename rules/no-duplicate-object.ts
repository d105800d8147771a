import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-duplicate-object',
  summary: 'something is created that the migrations before have created already',
  severity: 'error',
  on: ['createTable', 'renameTable', 'addColumn', 'renameColumn', 'addConstraint', 'renameConstraint', 'createIndex', 'createEnum', 'addEnumValue', 'renameEnumValue', 'createDomain', 'createCompositeType', 'alterCompositeType', 'createType', 'alterDomain', 'createSchema', 'createRoutine', 'createTrigger', 'createPolicy', 'createRule', 'createExtension', 'createView', 'createMaterializedView', 'createSequence', 'createObject', 'renameObject', 'setSchema'],
  causes: {
    'relation-exists': 'Remove the statement, or give the new object another name.',
    'column-exists': ({ framework }) => framework?.existingColumn ?? 'Remove the clause, or give the column another name.',
    'constraint-exists': 'Remove the clause, or give the constraint another name.',
    'type-exists': 'Remove the statement, or give the type another name.',
    'enum-value-exists': 'Remove the statement.',
    'schema-exists': 'Remove the statement.',
    'routine-exists': 'CREATE OR REPLACE, or another name.',
    'trigger-exists': 'CREATE OR REPLACE TRIGGER (from version 14), or DROP TRIGGER first.',
    'policy-exists': 'ALTER POLICY, or DROP POLICY first.',
    'rule-exists': 'CREATE OR REPLACE RULE, or DROP RULE first.',
    'extension-exists': 'Remove the statement.',
  },
  why: 'Replaying the history shows that the object is there already: on a database that these migrations have built the statement fails.',
  references: [{ title: 'PostgreSQL: Error Codes, Class 42', url: 'https://www.postgresql.org/docs/current/errcodes-appendix.html' }],
});
