import { defineRule, isInSchema, objectText, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-revoke',
  summary: 'a privilege that running code may need is revoked',
  severity: 'warning',
  category: 'compatibility',
  on: ['grant', 'roleChange'],
  recommended: true,
  why: 'A revoked privilege is gone at commit for every open session: the next query of the role fails with permission denied. Privileges that come through PUBLIC or through another role are easy to overlook.',
  references: [{ title: 'PostgreSQL: REVOKE', url: 'https://www.postgresql.org/docs/current/sql-revoke.html' }],
  check(op, { before, isNew, madeHere, name, script }) {
    const later = (one: { readonly span: { readonly start: number } }): boolean => one.span.start > op.span.start;
    if (op.kind === 'roleChange') {
      const text = script.text.slice(op.span.start, Math.min(op.span.end, op.span.start + 2000));
      const future = op.change === 'defaultPrivileges' && /\brevoke\b/i.test(text);
      if (op.change !== 'revokeRole' && !future) return undefined;
      const publicOnly = future && /\bfrom\s+public\b/i.test(text);
      return { what: future ? 'privileges on objects that are made later' : `role membership (${op.roles.join(', ')})`, ...(publicOnly ? { severity: 'info' as const } : {}) };
    }
    if (!op.revoke) return undefined;
    const names = new Set(op.objects.map(name));
    const bare = new Set(op.objects.map((object) => object.name));
    const fresh = op.objects.length > 0 && op.objects.every((object) => isNew(object) || (before.routines(object).length > 0 && before.routines(object).every((one) => madeHere(one.origin))));
    const schemasOnly = op.objectType === 'schema' && op.objects.every((object) => operationsIn(script, 'createSchema').some((one) => one.schema === object.name && one.span.start < op.span.start));
    if (fresh || schemasOnly) return undefined;
    const granted = operationsIn(script, 'grant').some((one) => !one.revoke && later(one) && (one.objects.some((object) => bare.has(object.name) && names.has(name(object))) || one.allInSchemas.some((schema) => op.allInSchemas.includes(schema))));
    const hardening = op.objectType === 'schema' && op.privileges.length === 1 && op.privileges[0]?.toLowerCase() === 'create';
    const [first] = op.objects;
    const relation = first === undefined || !isInSchema(op.objectType) ? undefined : name(first);
    return {
      ...(relation === undefined ? {} : { relation }),
      what: `${op.privileges.join(', ').toUpperCase() || 'ALL'} on ${op.objects.map((object) => objectText(op.objectType, object, name)).join(', ') || `everything in schema ${op.allInSchemas.join(', ')}`} from ${op.grantees.join(', ')}`,
      ...(granted || hardening ? { severity: 'info' as const } : {}),
    };
  },
  message: ({ what }) => `Revoking ${what} breaks code that still needs it.`,
  advice: () => 'Find out first who uses the privilege (also through PUBLIC and role membership), grant what is needed to the right roles in an earlier migration, and revoke in a later one.',
});
