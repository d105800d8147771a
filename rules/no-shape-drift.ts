import type { RuleContext } from '../src/rule.ts';
import { defineRule, typeText } from '../src/rule.ts';

export default defineRule({
  name: 'no-shape-drift',
  summary: 'an object that exists with another definition is silently kept by IF NOT EXISTS, or because the error is caught',
  severity: 'warning',
  category: 'compatibility',
  on: ['createTable', 'addColumn', 'createIndex', 'createEnum'],
  recommended: true,
  why: 'IF NOT EXISTS looks at the name only. Where a table, column or index of that name exists with another definition, the statement does nothing and reports success: the migration counts as applied, and the code meets a schema that is not the one written here. The same holds for CREATE TYPE in a block that catches duplicate_object, as Sequelize writes it for every ENUM: the values of a type that exists stay as they are.',
  references: [{ title: 'PostgreSQL: CREATE TABLE, IF NOT EXISTS', url: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS' }],
  check(op, context) {
    const { before, name } = context;
    if (op.kind === 'createEnum') {
      const known = op.within?.caught === true ? before.type(op.type) : undefined;
      // A type that no column has may be left of a table that is gone.
      if (known?.kind !== 'enum' || !known.complete || before.columnsOfType(known).length === 0) return undefined;
      const missing = op.values.filter((value) => known.values.every((own) => own.value !== value));
      return missing.length === 0 || isForTable(op.type.name, context) ? undefined : { object: `type ${known.name}`, difference: missing.map((value) => `without '${value}'`).join(', '), caught: true };
    }
    if (!op.ifNotExists) return undefined;
    if (op.kind === 'createIndex') {
      const known = op.name === undefined ? undefined : before.index({ ...op.table, name: op.name });
      const table = known && before.byId(known.table);
      if (known?.complete !== true || table === undefined) return undefined;
      const sameKeys = String(known.keys.map((key) => key.column ?? '()')) === String(op.keys.map((key) => key.column ?? '()'));
      if (sameKeys && known.unique === op.unique && `${table.schema}.${table.name}` === name(op.table)) return undefined;
      return { relation: name(op.table), object: `index ${known.name}`, difference: 'over other columns or of another kind' };
    }
    if (op.kind === 'createTable' && op.persistence === 'temporary') return undefined;
    const known = before.table(op.kind === 'createTable' ? before.creationName(op.table) : op.table);
    if (op.kind === 'addColumn') {
      const column = before.column(known, op.column.name);
      if (column === undefined || typeText(column.type) === typeText(op.column.type)) return undefined;
      return { relation: name(op.table), object: `column ${op.column.name} of ${name(op.table)}`, difference: `as ${typeText(column.type)}` };
    }
    if (known?.complete !== true || known.persistence === 'temporary') return undefined;
    const missing = op.columns.filter((column) => before.column(known, column.name) === undefined).map((column) => `without ${column.name}`);
    const other = op.columns.flatMap(({ name: column, type }) => {
      const there = before.column(known, column);
      return there === undefined || typeText(there.type) === typeText(type) ? [] : [`with ${column} as ${typeText(there.type)}`];
    });
    const difference = [...missing, ...other].slice(0, 4).join(', ');
    return difference === '' ? undefined : { relation: name(op.table), object: `table ${name(op.table)}`, difference };
  },
  message: ({ object, difference, caught }) => (caught === true ? `The ${object} exists already ${difference}: the error is caught, and the type stays as it is.` : `The ${object} exists already ${difference}: IF NOT EXISTS skips this statement without an error.`),
  advice: ({ caught }) =>
    caught === true
      ? 'Add each value with ALTER TYPE … ADD VALUE, in a migration before the one that uses it. Where values shall go, make a new type, change the column to it and drop the old one.'
      : 'Write the change that is meant (ALTER TABLE … ADD COLUMN, ALTER COLUMN … TYPE, a new index under a new name) and leave IF NOT EXISTS out, so that a wrong assumption fails.',
});

/** The next statement makes a table with the type: Sequelize asks for the values that there are and adds the others. */
function isForTable(type: string, { script: { statements }, statement }: RuleContext): boolean {
  const at = statement === undefined ? statements.length : statements.indexOf(statement) + 1;
  const [next] = statements.slice(at).find(({ operations }) => operations.some(({ kind }) => kind !== 'createEnum'))?.operations ?? [];
  return next?.kind === 'createTable' && next.ifNotExists && next.columns.some((column) => column.type.name === type);
}
