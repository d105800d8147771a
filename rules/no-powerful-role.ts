import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-powerful-role',
  summary: 'a role is made a superuser or may pass by row level security or the file system',
  severity: 'warning',
  category: 'security',
  on: ['roleChange'],
  recommended: true,
  down: 'off',
  why: 'A superuser passes every check; BYPASSRLS passes every policy; CREATEROLE can, before version 16, take on nearly any role; the pg_…_server_… roles reach the file system and the shell. Such a role in a migration exists in every environment that runs it.',
  references: [{ title: 'PostgreSQL: Role Attributes', url: 'https://www.postgresql.org/docs/current/role-attributes.html' }],
  check(op, { script }) {
    const text = script.text.slice(op.span.start, Math.min(op.span.end, op.span.start + 2000)).replace(/'[^']*'|"[^"]*"/g, "''");
    const attribute = op.change === 'createRole' || op.change === 'alterRole' ? /\b(?:superuser|bypassrls|createrole)\b/i.exec(text) : null;
    const member = op.change === 'grantRole' ? /\bgrant\b[^;]*?\b(pg_(?:execute_server_program|(?:read|write)_server_files|write_all_data)|rds_superuser|cloudsqlsuperuser|azure_pg_admin)\b/i.exec(text) : null;
    const power = attribute?.[0].toUpperCase() ?? member?.[1];
    return power === undefined ? undefined : { power, roles: op.roles.filter((role) => role !== power).join(', ') || 'A role' };
  },
  message: ({ power, roles }) => `${roles} gets ${power}.`,
  advice: () => 'Grant exactly what the role needs. Administrators are created by hand or by the provisioning of the server, not by migrations of an application.',
});
