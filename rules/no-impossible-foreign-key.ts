import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-foreign-key',
  summary: 'a foreign key points to something that the server does not accept',
  severity: 'error',
  on: ['addConstraint', 'createTable', 'addColumn', 'attachPartition'],
  causes: {
    'fk-to-partitioned': 'Reference the partitions one by one, or upgrade: from version 12 a foreign key can point to a partitioned table.',
    'fk-target-not-unique': 'Reference the primary key, or put a unique constraint (or a unique index without WHERE) on exactly the referenced columns first.',
    'fk-type-mismatch': 'Give both columns the same type.',
    'fk-persistence': 'Only tables of the same kind (permanent, unlogged, temporary) can reference one another.',
  },
  why: 'A foreign key needs a unique constraint over exactly the columns that it points to, of types that compare with its own, on a table that lives as long as the referencing one. Otherwise the server refuses the statement.',
  references: [{ title: 'PostgreSQL: CREATE TABLE, REFERENCES', url: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS-REFERENCES' }],
});
