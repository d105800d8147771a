import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, operationsIn, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-published-table-without-identity',
  summary: 'a table without a primary key or other replica identity goes into a publication',
  severity: 'error',
  category: 'compatibility',
  on: ['createObject', 'alterObject'],
  recommended: true,
  why: 'A publication sends changed and deleted rows with the key that subscribers find them by. From the moment a table without one is in it, the server refuses every UPDATE and DELETE on the table, whether or not anybody subscribes; only INSERT goes on.',
  references: [{ title: 'PostgreSQL: Publication, replica identity', url: 'https://www.postgresql.org/docs/current/logical-replication-publication.html' }],
  check(op, context) {
    if (op.objectType !== 'publication' || (op.kind === 'alterObject' ? op.change === 'drop table' : op.insertsOnly === true)) return undefined;
    const { before, name } = context;
    if (op.kind === 'alterObject' && [...before.relations()].some((one) => one.kind === 'table' && one.publications?.some((each) => each.name === op.object.name && each.insertsOnly === true) === true)) return undefined;
    return tablesOf(op, context).filter((table) => lacksIdentity(table, op, context)).map((table) => ({ relation: name(table), publication: op.object.name, table: sqlName(table) }));
  },
  message: ({ relation, publication }) => `${relation} has no replica identity: once it is in publication ${publication}, the server refuses every UPDATE and DELETE on it.`,
  advice: ({ table }) => `Give it a primary key first (unique index concurrently, then ADD PRIMARY KEY USING INDEX), or ALTER TABLE ${table} REPLICA IDENTITY FULL where it is small; or publish new rows only: WITH (publish = 'insert').`,
});

/** With CREATE PUBLICATION … FOR ALL TABLES or TABLES IN SCHEMA all that there are, temporary and unlogged ones aside. */
function tablesOf(op: SubjectOf<'createObject' | 'alterObject'>, { before }: RuleContext): SubjectOf<'createObject'>['relations'] {
  const schemas = op.kind === 'createObject' ? op.allInSchemas : undefined;
  if (schemas === undefined) return op.relations;
  return [...op.relations, ...[...before.relations()].filter((one) => one.kind === 'table' && one.persistence === 'permanent' && (schemas.length === 0 || schemas.includes(one.schema)))];
}

function lacksIdentity(name: SubjectOf<'createObject'>['object'], op: SubjectOf<'createObject' | 'alterObject'>, context: RuleContext): boolean {
  const table = context.before.table(name);
  if (table?.complete !== true || table.partitionBy !== undefined || table.foreign || table.replicaIdentity !== 'default') return false;
  if (table.publications?.some((each) => each.insertsOnly !== true && each.name !== op.object.name) === true) return false;
  const later = (one: { readonly span: { readonly start: number } }): boolean => one.span.start > op.span.start;
  const getsKey = operationsOn(context, 'addConstraint', name).some((one) => later(one) && one.constraint.type === 'primaryKey') || operationsIn(context.script, 'alterTable').some((one) => later(one) && one.table.name === name.name && one.change.type === 'replicaIdentity');
  return !getsKey && !table.constraints.some(({ definition }) => definition.type === 'primaryKey');
}
