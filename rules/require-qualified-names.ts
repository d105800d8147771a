import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'require-qualified-names',
  summary: 'a table is named without its schema',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable', 'dropTable', 'renameTable', 'addColumn', 'dropColumn', 'createIndex', 'createView', 'truncate', 'insert', 'update', 'delete'],
  recommended: false,
  why: 'Without a schema the search_path of the session decides which table is meant: with another role or pooler setting the migration changes another table, or creates it in another schema.',
  references: [{ title: 'PostgreSQL: The Schema Search Path', url: 'https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH' }],
  check(op, { resolve, before }) {
    const relation = op.kind === 'createView' ? op.view : op.table;
    if (relation.schema !== undefined) return undefined;
    if ((op.kind === 'createTable' && op.persistence === 'temporary') || (op.kind === 'createView' && op.temporary) || before.table(relation)?.persistence === 'temporary') return undefined;
    const { schema, name } = resolve(relation);
    return { relation: `${schema}.${name}`, name };
  },
  message: ({ name }) => `Which ${name} is meant depends on the search_path.`,
  advice: ({ relation }) => `Write ${relation}.`,
});
