import { defineFailureRule } from '../src/rule.ts';

const REPLAYED = 'Correct the name, or restore what an earlier migration has dropped or renamed.';

export default defineFailureRule({
  name: 'no-missing-object',
  summary: 'a statement is about something that the migrations before have not left there',
  severity: 'error',
  on: [
    'createTable', 'dropTable', 'renameTable', 'alterTable', 'attachPartition', 'detachPartition', 'truncate', 'addColumn', 'dropColumn', 'renameColumn', 'changeColumnType',
    'setNotNull', 'dropNotNull', 'setDefault', 'dropDefault', 'alterColumn', 'addConstraint', 'validateConstraint', 'alterConstraint', 'dropConstraint', 'renameConstraint',
    'createIndex', 'dropIndex', 'alterIndex', 'reindex', 'addEnumValue', 'renameEnumValue', 'alterDomain', 'alterCompositeType', 'dropType', 'createSequence', 'alterSequence', 'dropSequence',
    'createView', 'dropView', 'alterView', 'createMaterializedView', 'refreshMaterializedView', 'dropMaterializedView', 'createRoutine', 'alterRoutine', 'dropRoutine', 'createTrigger', 'dropTrigger',
    'createRule', 'dropRule', 'createPolicy', 'alterPolicy', 'dropPolicy', 'renameObject', 'setSchema', 'setOwner', 'comment', 'dropSchema', 'dropExtension', 'alterObject',
    'dropObject', 'grant', 'insert', 'update', 'delete', 'merge', 'select', 'copy', 'call', 'lockTable', 'maintenance',
  ],
  causes: {
    'relation-missing': REPLAYED,
    'column-missing': REPLAYED,
    'constraint-missing': REPLAYED,
    'index-missing': REPLAYED,
    'type-missing': REPLAYED,
    'enum-value-missing': REPLAYED,
    'trigger-missing': REPLAYED,
    'policy-missing': REPLAYED,
    'routine-missing': REPLAYED,
    'wrong-object-kind': 'Use the command for this kind of object: DROP VIEW for a view, DROP TABLE for a table, and so on.',
  },
  why: 'Replaying the history shows that the object was dropped, renamed or never had this column, constraint or value: on a database that these migrations have built the statement fails.',
  references: [{ title: 'PostgreSQL: Error Codes, Class 42', url: 'https://www.postgresql.org/docs/current/errcodes-appendix.html' }],
  exception: (op, { direction, versionAssumed }, failure) => {
    // Tools that cut one change into many files bring the column back with the way back of a later file.
    if (direction === 'down' && failure.cause === 'column-missing' && ['insert', 'update', 'delete', 'select'].includes(op.kind)) return 'info';
    // The server names NOT NULL constraints from version 18 on.
    return versionAssumed && failure.cause === 'constraint-missing' && /_not_null\d*"/.test(failure.message) ? 'info' : undefined;
  },
});
