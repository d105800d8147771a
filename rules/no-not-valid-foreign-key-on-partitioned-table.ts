import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-not-valid-foreign-key-on-partitioned-table',
  summary: 'a foreign key is added NOT VALID to a partitioned table, which is refused before version 18',
  severity: 'error',
  on: ['addConstraint'],
  causes: {
    'not-valid-fk-on-partitioned':
      'Add the foreign key NOT VALID to each partition, VALIDATE those in other transactions, then add it to the parent without NOT VALID, with a short lock_timeout: it adopts those of the partitions.',
  },
  why: 'Before version 18 a partitioned table takes no NOT VALID foreign key. The usual recipe against long locks fails there.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, ADD table_constraint', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT' }],
});
