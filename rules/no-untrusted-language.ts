import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-untrusted-language',
  summary: 'code runs in the server without a sandbox',
  severity: 'warning',
  category: 'security',
  on: ['createRoutine', 'createExtension', 'copy'],
  recommended: true,
  down: 'off',
  why: 'Functions in an untrusted language, and COPY … PROGRAM, act as the operating system user of the server: they read and write its files and open connections. Only a superuser may create them, so a migration that does needs rights that it should not have, and managed services refuse it.',
  references: [{ title: 'PostgreSQL: PL/Python, untrusted', url: 'https://www.postgresql.org/docs/current/plpython.html' }],
  check(op, { script }) {
    if (op.kind === 'copy') return /\bprogram\s+'/i.test(script.text.slice(op.span.start, Math.min(op.span.end, op.span.start + 2000))) ? { what: 'COPY … PROGRAM' } : undefined;
    const language = (op.kind === 'createRoutine' ? op.language : op.extension).toLowerCase();
    if (!UNTRUSTED.has(language)) return undefined;
    return { what: op.kind === 'createRoutine' ? `Function ${op.routine.name} in ${language}` : `Extension ${language}` };
  },
  message: ({ what }) => `${what} runs with the rights of the server's operating system user.`,
  advice: () => 'Use a trusted language (plpgsql, plperl, plv8), or do that work in the application.',
});

const UNTRUSTED = new Set(['c', 'internal', 'plpythonu', 'plpython2u', 'plpython3u', 'plperlu', 'pltclu', 'plsh', 'plluau', 'plrustu']);
