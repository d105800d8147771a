import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'require-matching-key-types',
  summary: 'a foreign key column has another type than the column that it references',
  severity: 'info',
  category: 'hygiene',
  on: ['migration'],
  recommended: true,
  why: 'An integer that references a bigint runs out of numbers before the key does, and then no row can reference the new ones. Between numeric and integer types every check converts the value and may not use the index.',
  references: [{ title: 'PostgreSQL: Foreign Keys', url: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK' }],
  check({ operations }, { before, name }) {
    return operations.flatMap((op) => {
      if (op.kind !== 'createTable' && op.kind !== 'addConstraint') return [];
      const table = before.table(op.table);
      const constraints = op.kind === 'createTable' ? op.constraints : [op.constraint];
      return constraints.flatMap((one) => {
        const target = one.type === 'foreignKey' ? before.table(one.references) : undefined;
        if (one.type !== 'foreignKey' || target === undefined) return [];
        const key = target.constraints.find((other) => other.definition.type === 'primaryKey')?.definition;
        const referenced = one.referencedColumns.length > 0 ? one.referencedColumns : key?.type === 'primaryKey' ? key.columns : [];
        return one.columns.flatMap((column, i) => {
          const own = before.column(table, column)?.type;
          const other = before.column(target, referenced[i] ?? '')?.type;
          return own === undefined || other === undefined || own.name === other.name ? [] : [{ at: one.span, relation: name(op.table), column, own: own.name, other: other.name, target: `${target.schema}.${target.name}.${referenced[i] ?? ''}` }];
        });
      });
    });
  },
  message: ({ relation, column, own, other, target }) => `${column} of ${relation} is ${own}, but references ${target}, which is ${other}.`,
  advice: ({ column, other }) => `${column} ${other}`,
});
