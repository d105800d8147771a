import { defineRule, isRefused, operationsIn, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-set-schema',
  summary: 'an object moves to another schema while code looks for it in the old one',
  severity: 'error',
  category: 'compatibility',
  on: ['setSchema'],
  recommended: true,
  why: 'From that moment, code that writes the schema, or whose search_path does not contain the new one, does not find the object. On a table the move also takes an ACCESS EXCLUSIVE lock and carries indexes, constraints and owned sequences along.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, SET SCHEMA', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-SCHEMA' }],
  check(op, context) {
    const { before, effects, isNew, madeHere, name, resolve, script } = context;
    if (isRefused(effects)) return undefined;
    const type = before.type(op.object);
    const routines = before.routines(op.object);
    if (isNew(op.object) || (type !== undefined && madeHere(type.origin)) || (routines.length > 0 && routines.every((one) => madeHere(one.origin)))) return undefined;
    if (op.objectType === 'extension' && operationsIn(script, 'createExtension').some((one) => one.extension === op.object.name)) return undefined;
    const old = name(op.object);
    if (operationsOn(context, 'createView', op.object).some((one) => one.span.start > op.span.start)) return undefined;
    return { relation: old, object: op.objectType === 'extension' ? `extension ${op.object.name}` : old, newSchema: op.newSchema, isTable: op.objectType === 'table', sql: { old: sqlName(resolve(op.object)), schema: sqlName(op.newSchema), full: sqlName({ schema: op.newSchema, name: op.object.name }) } };
  },
  message: ({ object, newSchema }) => `Moving ${object} to schema ${newSchema} breaks running code that looks for it in the old one.`,
  advice: ({ isTable, newSchema, sql }) =>
    isTable
      ? `Leave a view in the same transaction: ALTER TABLE ${sql.old} SET SCHEMA ${sql.schema}; CREATE VIEW ${sql.old} AS SELECT * FROM ${sql.full};`
      : `Put ${newSchema} on the search_path of every role first, and deploy code that does not write the old schema.`,
});
