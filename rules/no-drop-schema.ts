import { defineRule, findsNothing, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-schema',
  summary: 'a schema is dropped, with CASCADE together with every table in it',
  severity: 'error',
  category: 'data-loss',
  on: ['dropSchema'],
  recommended: true,
  why: 'DROP SCHEMA … CASCADE deletes every table, view, function and type in the schema, and objects elsewhere that depend on them, in one statement that names none of them. Nothing brings the rows back.',
  references: [{ title: 'PostgreSQL: DROP SCHEMA', url: 'https://www.postgresql.org/docs/current/sql-dropschema.html' }],
  check(op, context) {
    const { script } = context;
    if (findsNothing(op, context)) return undefined;
    if (operationsIn(script, 'createSchema').some((made) => made.schema === op.schema && !made.ifNotExists && made.span.start < op.span.start)) return undefined;
    const cascade = op.behavior === 'cascade';
    return { schema: op.schema, cascade, ...(cascade ? {} : { severity: 'warning' as const }) };
  },
  message: ({ schema, cascade }) =>
    cascade ? `DROP SCHEMA ${schema} CASCADE deletes every table in it and everything that depends on them.` : `Dropping schema ${schema} breaks whatever still names it; it fails unless the schema is empty.`,
  advice: () => 'Drop the objects one by one, by name, after the code that used them is gone and the rows are saved; drop the empty schema last, without CASCADE.',
});
