import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-unusable-index-for-constraint',
  summary: 'a constraint, CLUSTER ON or REPLICA IDENTITY names an index that it cannot use',
  severity: 'error',
  on: ['addConstraint', 'alterTable'],
  causes: {
    'using-index-unusable': 'Build a unique index over plain columns in default order, without WHERE: CREATE UNIQUE INDEX CONCURRENTLY …; then adopt that.',
    'using-index-taken': 'Build another unique index CONCURRENTLY and adopt that; an INVALID one has to be dropped first.',
  },
  why: 'ADD CONSTRAINT … USING INDEX takes a valid unique index that is over plain columns in default order, has no WHERE and belongs to no other constraint. Any other is refused. REPLICA IDENTITY USING INDEX asks for the same, over NOT NULL columns.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, ADD table_constraint_using_index', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX' }],
});
