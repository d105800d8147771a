import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-plaintext-password',
  summary: 'a password stands in a migration',
  severity: 'error',
  category: 'security',
  on: ['roleChange', 'createObject', 'alterObject'],
  recommended: true,
  why: 'The file is in version control for good, in every clone and every build log; the server writes the statement to its own log as well. Every environment that runs the migration has the same password.',
  references: [{ title: 'PostgreSQL: CREATE ROLE', url: 'https://www.postgresql.org/docs/current/sql-createrole.html' }],
  check(op, { script }) {
    const text = script.text.slice(op.span.start, Math.min(op.span.end, op.span.start + 2000));
    if (op.kind === 'roleChange') {
      if (op.change !== 'createRole' && op.change !== 'alterRole') return undefined;
      return literal(/\bpassword\s+(?:e|u&)?'([^']*)'/i.exec(text)) ? { what: `role ${op.roles.join(', ')}` } : undefined;
    }
    if (op.objectType === 'userMapping') return literal(/\bpassword\s+'([^']*)'/i.exec(text)) ? { what: 'the user mapping' } : undefined;
    return op.objectType === 'subscription' && literal(/\bpassword\s*=\s*([^\s']+)/i.exec(text)) ? { what: `subscription ${op.object.name}` } : undefined;
  },
  message: ({ what }) => `The password of ${what} is written in the migration.`,
  advice: () => 'Create the role here without a password (or NOLOGIN) and set it outside: from a secret store, with \\password, or as a placeholder that the runner fills in. Change the password that was committed.',
});

/** A value that is in the file, not a placeholder that the runner fills in, and not already a hash of one. */
const literal = (match: RegExpExecArray | null): boolean => match?.[1] !== undefined && match[1] !== '' && !/[$:%@]\{?\w|\{\{|SCRAM-SHA-256\$|^md5[0-9a-f]{32}$/.test(match[1]);
