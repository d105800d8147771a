import { defineRule, isInSchema, objectText } from '../src/rule.ts';

export default defineRule({
  name: 'no-public-grant',
  summary: 'privileges are granted to every role there is or will be',
  severity: 'warning',
  category: 'security',
  on: ['grant', 'roleChange'],
  recommended: true,
  down: 'off',
  why: 'PUBLIC is every role of the cluster, those for reporting, monitoring and other applications included, and every role created later. A grant to it is easily forgotten: revoking the privilege from one role does not take it away.',
  references: [{ title: 'PostgreSQL: GRANT', url: 'https://www.postgresql.org/docs/current/sql-grant.html' }],
  check(op, { name, script }) {
    if (op.kind === 'roleChange') {
      const text = op.change === 'defaultPrivileges' ? script.text.slice(op.span.start, Math.min(op.span.end, op.span.start + 2000)).replace(/\/\*.*?\*\/|--[^\n]*/gs, ' ') : '';
      const match = /\bgrant\s+([\w\s,]+?)\s+on\s+(\w+)\s+to\b[^;]*\bpublic\b/i.exec(text);
      return match === null ? undefined : { privileges: String(match[1]).toUpperCase(), objects: `all later ${String(match[2]).toLowerCase()}`, ...quiet(String(match[2]), [String(match[1])]) };
    }
    if (op.revoke || !op.grantees.some((one) => one.toLowerCase() === 'public')) return undefined;
    const [first] = op.objects;
    return {
      ...(first === undefined || !isInSchema(op.objectType) ? {} : { relation: name(first) }),
      privileges: op.privileges.join(', ').toUpperCase() || 'ALL',
      objects: op.objects.map((object) => objectText(op.objectType, object, name)).join(', ') || `everything in schema ${op.allInSchemas.join(', ')}`,
      ...quiet(op.objectType, op.privileges),
    };
  },
  message: ({ privileges, objects }) => `Granting ${privileges} on ${objects} to PUBLIC gives it to every role, now and later.`,
  advice: () => 'Grant to the roles that need it, best to a group role: CREATE ROLE app_read; GRANT SELECT ON … TO app_read; GRANT app_read TO ….',
});

/** What PUBLIC has anyway: EXECUTE on functions, USAGE on types and schemas is no data. */
function quiet(objectType: string, privileges: readonly string[]): { severity?: 'info' } {
  const usage = privileges.length > 0 && privileges.every((one) => /^(?:usage|execute|connect|temporary|temp)$/i.test(one));
  return usage || /^(?:functions?|procedures?|routines?|types?|domains?|languages?)$/i.test(objectType) ? { severity: 'info' } : {};
}
