import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, operationsIn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-rename-object',
  summary: 'a view, schema, sequence, type, function or other object that code names is renamed',
  severity: 'warning',
  category: 'compatibility',
  on: ['renameObject', 'alterCompositeType'],
  recommended: true,
  why: 'Code of the old release, and functions whose body is text, still use the old name and fail until the deploy is complete. Renames of indexes, constraints, triggers and policies, which queries do not name, are not reported.',
  references: [{ title: 'PostgreSQL: ALTER SCHEMA', url: 'https://www.postgresql.org/docs/current/sql-alterschema.html' }],
  check(op, context) {
    if (op.kind === 'alterCompositeType') {
      const type = context.before.type(op.type) ?? context.before.relation(op.type);
      if (op.change.type !== 'renameAttribute' || (type !== undefined && context.madeHere(type.origin))) return undefined;
      return { what: 'attribute', oldName: `${op.type.name}.${op.change.name}`, newName: op.change.newName };
    }
    const what = NAMED_BY_CODE[op.objectType];
    if (what === undefined || madeInScript(op, context) || answersAgain(op, context)) return undefined;
    return { relation: context.name(op.object), what, oldName: op.object.name, newName: op.newName, ...(HARD.has(op.objectType) ? { severity: 'error' as const } : {}) };
  },
  message: ({ what, oldName, newName }) => `Renaming ${what} ${oldName} to ${newName} breaks running code that still uses the old name.`,
  advice: ({ what, oldName, newName }) =>
    /view|table/.test(what)
      ? `In the same transaction, leave a view under the old name: CREATE VIEW ${sqlName(oldName)} AS SELECT * FROM ${sqlName(newName)};`
      : /function|procedure|routine/.test(what)
        ? `In the same transaction, leave a wrapper under the old name that calls ${newName}.`
        : `Keep the old name; or first deploy code that finds the ${what} under either name.`,
});

type Rename = SubjectOf<'renameObject'>;

/** Object kinds whose name stands in queries and connection strings, with their word. */
const NAMED_BY_CODE: Readonly<Record<string, string>> = {
  view: 'view',
  materializedView: 'materialized view',
  foreignTable: 'foreign table',
  schema: 'schema',
  database: 'database',
  role: 'role',
  sequence: 'sequence',
  type: 'type',
  domain: 'domain',
  attribute: 'attribute',
  function: 'function',
  procedure: 'procedure',
  routine: 'routine',
  aggregate: 'aggregate',
  publication: 'publication',
  subscription: 'subscription',
  server: 'server',
  textSearch: 'text search object',
};
const HARD = new Set(['view', 'materializedView', 'foreignTable', 'schema', 'database']);

function madeInScript(op: Rename, { before, isNew, madeHere, script }: RuleContext): boolean {
  if (isNew(op.object)) return true;
  if (op.objectType === 'schema') return operationsIn(script, 'createSchema').some((one) => one.schema === op.object.name && one.span.start < op.span.start);
  if (op.objectType === 'type' || op.objectType === 'domain') {
    const type = before.type(op.object);
    return type !== undefined && madeHere(type.origin);
  }
  const routines = /function|procedure|routine/.test(op.objectType) ? before.routines(op.object) : [];
  if (routines.length > 0) return routines.every((routine) => madeHere(routine.origin));
  const relation = before.relation(op.object);
  // The sequence of a serial or identity column is found by its column.
  return op.objectType === 'sequence' && relation?.kind === 'sequence' && relation.ownedBy !== undefined;
}

/** Something of the old name is made later in the script: a compatibility view, a wrapper, or the smaller enum of a type swap. */
function answersAgain(op: Rename, { script }: RuleContext): boolean {
  const again = (made: { readonly span: { readonly start: number } }, name: { readonly name: string }): boolean => made.span.start > op.span.start && name.name === op.object.name;
  return (
    operationsIn(script, 'createView').some((one) => again(one, one.view)) ||
    operationsIn(script, 'createMaterializedView').some((one) => again(one, one.view)) ||
    operationsIn(script, 'createEnum').some((one) => again(one, one.type)) ||
    operationsIn(script, 'createDomain').some((one) => again(one, one.domain)) ||
    operationsIn(script, 'createCompositeType').some((one) => again(one, one.type)) ||
    operationsIn(script, 'createRoutine').some((one) => again(one, one.routine)) ||
    operationsIn(script, 'renameObject').some((one) => one.newName === op.object.name && one.objectType === op.objectType)
  );
}
