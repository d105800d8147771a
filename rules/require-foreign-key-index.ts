import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'require-foreign-key-index',
  summary: 'no index covers the columns of a foreign key',
  severity: 'info',
  category: 'hygiene',
  on: ['migration'],
  recommended: true,
  why: 'The server makes no index for the referencing side. Each DELETE in the referenced table (and each change of its key) then reads the whole referencing table, once per row and holding locks; joins along the key do so as well.',
  references: [{ title: 'PostgreSQL: Foreign Keys', url: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK' }],
  check({ operations }, context) {
    return operations.flatMap((op) => {
      const constraints = op.kind === 'createTable' ? op.constraints : op.kind === 'addConstraint' ? [op.constraint] : [];
      if (op.kind !== 'createTable' && op.kind !== 'addConstraint') return [];
      return constraints
        .filter((one) => one.type === 'foreignKey')
        .filter((one) => isUncovered(op.table, one.columns, context))
        .map((one) => ({ at: one.span, relation: context.name(op.table), table: sqlName(op.table), columns: one.columns.map(sqlName).join(', ') }));
    });
  },
  message: ({ relation, columns }) => `No index covers foreign key (${columns}) of ${relation}: deleting a referenced row reads the whole table.`,
  advice: ({ table, columns }) => `CREATE INDEX CONCURRENTLY ON ${table} (${columns}); (without CONCURRENTLY where the table is new)`,
});

/** True when the table is known well enough to say that no usable index begins with the columns. */
function isUncovered(name: SubjectOf<'createTable'>['table'], columns: readonly string[], { before, madeHere }: RuleContext): boolean {
  const table = before.table(name);
  if (table === undefined || table.persistence === 'temporary' || table.partitionOf !== undefined) return false;
  // What the history does not know may have an index that it does not know either; a new column has none.
  if (!table.complete && !columns.every((column) => madeHere(before.column(table, column)?.origin ?? table.origin))) return false;
  return !before.indexesOf(table).some((index) => {
    const whole = index.where === undefined || (index.where.termsComplete && index.where.terms.every((term) => term.kind === 'notNull' && columns.includes(term.column)));
    const first = index.keys.slice(0, columns.length).map((key) => key.column);
    return whole && (index.method === 'btree' || index.method === 'hash') && columns.every((column) => first.includes(column));
  });
}
