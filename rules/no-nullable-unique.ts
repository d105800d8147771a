import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-nullable-unique',
  summary: 'a unique constraint covers a column that may be NULL',
  severity: 'info',
  category: 'hygiene',
  on: ['migration'],
  recommended: false,
  why: 'NULLs count as different from one another, so any number of rows that are equal in all other columns get in as soon as one column is NULL.',
  references: [{ title: 'PostgreSQL: Unique Constraints', url: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS' }],
  check({ operations }, { before, name }) {
    return operations.flatMap((op) => {
      if (op.kind !== 'createTable' && op.kind !== 'addConstraint') return [];
      const table = before.table(op.table);
      return (op.kind === 'createTable' ? op.constraints : [op.constraint]).flatMap((one) => {
        const nullable = one.type === 'unique' && one.nullsNotDistinct !== true && one.columns.length > 1 ? one.columns.filter((column) => before.column(table, column)?.notNull === false) : [];
        return nullable.length === 0 ? [] : [{ at: one.span, relation: name(op.table), nullable: nullable.join(', ') }];
      });
    });
  },
  message: ({ relation, nullable }) => `Rows of ${relation} with NULL in ${nullable} are never duplicates of one another.`,
  advice: () => 'Make the columns NOT NULL, or write UNIQUE NULLS NOT DISTINCT (from version 15).',
});
