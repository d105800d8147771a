import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-column-change',
  summary: 'a column is changed in a way that the server does not accept',
  severity: 'error',
  on: ['changeColumnType', 'alterColumn', 'setDefault', 'dropDefault', 'dropColumn', 'addColumn', 'renameColumn', 'alterCompositeType', 'alterDomain', 'dropNotNull', 'createTable'],
  causes: {
    'serial-is-no-type': 'serial is a shorthand of CREATE TABLE, not a type: ALTER COLUMN … TYPE bigint, and ALTER SEQUENCE … AS bigint for its sequence.',
    'type-needs-using': 'Say how to convert: ALTER COLUMN … TYPE … USING (expression).',
    'default-needs-drop': 'DROP DEFAULT first, change the type, then SET DEFAULT again; all three fit into one ALTER TABLE.',
    'compared-with-old-type': 'Drop the check or index first, change the type, make it again for the new one.',
    'type-used-by-dependents': 'Drop what depends on the column (view, policy, trigger, generated column), change the type, create it again, in one transaction.',
    'type-in-use': 'Columns store values of this type: move them to another type first, or replace the type by a new one.',
    'identity-not-possible': 'An identity column is NOT NULL, has no default and is not generated otherwise: SET NOT NULL and DROP DEFAULT first.',
    'default-not-possible': 'Identity and generated columns have no DEFAULT: use SET GENERATED, DROP IDENTITY or DROP EXPRESSION.',
    'default-refused': 'A default is a constant of the column\'s type or a call that needs no rows and no other column: set what rows have already with an UPDATE, and what new rows get with a trigger.',
    'length-refused': 'Give a length that the type has, or none.',
    'storage-refused': 'Only types of variable length can be stored apart or compressed, with pglz or lz4: leave the clause out.',
    'partition-key-column': 'The partition key is fixed: create a new partitioned table with the other key and move the rows.',
  },
  why: 'These refusals follow from the schema alone: the statement fails on every database that the migrations before it have built.',
  references: [{ title: 'PostgreSQL: ALTER TABLE', url: 'https://www.postgresql.org/docs/current/sql-altertable.html' }],
});
