import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-constraint',
  summary: 'a constraint is added or changed in a form that the server does not accept',
  severity: 'error',
  on: ['addConstraint', 'createTable', 'addColumn', 'setNotNull', 'dropNotNull', 'validateConstraint', 'alterConstraint', 'dropConstraint', 'renameConstraint', 'createIndex', 'dropColumn', 'changeColumnType', 'renameColumn', 'alterDomain', 'attachPartition'],
  causes: {
    'not-valid-not-supported': 'NOT VALID exists for CHECK and FOREIGN KEY (from version 18 also NOT NULL). For UNIQUE and PRIMARY KEY build the index CONCURRENTLY and adopt it with USING INDEX.',
    'not-null-not-valid': 'VALIDATE CONSTRAINT the NOT NULL constraint of the column first.',
    'multiple-primary-keys': 'DROP CONSTRAINT the old primary key in the same ALTER TABLE, or make this one UNIQUE.',
    'check-with-subquery': 'A CHECK sees one row of its table: use a foreign key, or a trigger.',
    'unique-without-partition-key': 'Include every partition column in the key, or put the constraint on the partitions one by one.',
    'only-on-parent': 'Leave out ONLY, or give the children the constraint first.',
    'inherited-from-parent': 'Change the parent: partitions and children follow.',
    'wrong-constraint-kind': 'Use the command for this kind of constraint.',
    'drop-not-null-required': 'Drop the primary key or the identity first: both need NOT NULL.',
  },
  why: 'These refusals have nothing to do with the data: the statement fails on every database, in the middle of the migration if no test has run it before.',
  references: [{ title: 'PostgreSQL: ALTER TABLE', url: 'https://www.postgresql.org/docs/current/sql-altertable.html' }],
});
