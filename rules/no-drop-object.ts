import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, isRefused, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-object',
  summary: 'a type, extension, publication, role or other object that something may rely on is dropped',
  severity: 'warning',
  category: 'compatibility',
  on: ['dropType', 'dropExtension', 'dropObject', 'alterObject', 'roleChange'],
  recommended: true,
  why: 'The server checks what depends on the object inside the database, but not who uses it from outside: queries that call functions and operators of an extension, sessions that log in as a role, subscribers and change streams behind a publication all fail or go silent.',
  references: [{ title: 'PostgreSQL: Dependency Tracking', url: 'https://www.postgresql.org/docs/current/ddl-depend.html' }],
  check(op, context) {
    if (op.kind === 'dropType') return isLastOfIts(op, context) ? undefined : { object: `type ${context.name(op.type)}`, who: 'queries that cast to it', severity: 'info' as const };
    const { script } = context;
    const earlier = (one: { readonly span: { readonly start: number } }): boolean => one.span.start < op.span.start;
    if (op.kind === 'dropExtension') {
      const remade = operationsIn(script, 'createExtension').some((one) => one.extension === op.extension);
      return op.behavior === 'cascade' || remade ? undefined : { object: `extension ${op.extension}`, who: 'queries that use its functions, types and operators' };
    }
    if (op.kind === 'roleChange') return op.change === 'dropRole' ? { object: `role ${op.roles.join(', ')}`, who: 'everybody who logs in as it' } : undefined;
    if (op.kind === 'alterObject') {
      const left = op.objectType === 'publication' ? leaving(op, context) : [];
      return left.length > 0 ? { object: `${left.join(', ')} from publication ${op.object.name}`, who: 'its subscribers' } : undefined;
    }
    const who = USERS[op.objectType];
    const made = operationsIn(script, 'createObject').some((one) => one.objectType === op.objectType && one.object.name === op.object.name && (earlier(one) || !one.ifNotExists));
    return who === undefined || op.behavior === 'cascade' || made ? undefined : { object: `${op.objectType.replace(/[A-Z]/g, ' $&').toLowerCase()} ${op.object.name}`, who };
  },
  message: ({ object, who }) => `Dropping ${object} breaks ${who}.`,
  advice: () => 'Make sure first that nothing outside the database uses it any more, and drop it in a migration of its own.',
});

/** CASCADE and refusals are for other rules; a type that comes back, or that has just got out of the way of its successor, breaks nobody. */
function isLastOfIts({ type, behavior, ifExists }: SubjectOf<'dropType'>, { before, effects, script, madeHere }: RuleContext): boolean {
  const known = before.type(type);
  if (behavior === 'cascade' || isRefused(effects) || (known === undefined ? ifExists : madeHere(known.origin))) return true;
  const made = [...operationsIn(script, 'createEnum'), ...operationsIn(script, 'createCompositeType')].some((one) => one.type.name === type.name);
  return made || operationsIn(script, 'renameObject').some(({ newName }) => newName === type.name);
}

/** The tables that a publication no longer has: those that it drops, or that it had and are not in the new list. */
function leaving(op: SubjectOf<'alterObject'>, { before, name }: RuleContext): readonly string[] {
  const named = op.relations.map(name);
  if (op.change === 'drop table') return named;
  if (op.change !== 'set table' || named.length === 0) return [];
  return [...before.relations()].flatMap((one) => (one.kind === 'table' && one.publications?.some((publication) => publication.name === op.object.name) === true ? [`${one.schema}.${one.name}`] : [])).filter((one) => !named.includes(one));
}

const USERS: Readonly<Record<string, string>> = {
  publication: 'its subscribers and change streams',
  subscription: 'replication into this database',
  role: 'everybody who logs in as it',
  cast: 'queries that rely on it',
  operator: 'queries that use it',
  aggregate: 'queries that call it',
  language: 'functions written in it',
  foreignDataWrapper: 'queries on its foreign tables',
  server: 'queries on its foreign tables',
  userMapping: 'queries on foreign tables as that role',
  textSearch: 'full text queries that name it',
  accessMethod: 'tables and indexes that use it',
};
