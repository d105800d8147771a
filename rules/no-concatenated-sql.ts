import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-concatenated-sql',
  summary: 'a function builds SQL by gluing strings together',
  severity: 'info',
  category: 'security',
  on: ['createRoutine'],
  recommended: true,
  down: 'off',
  why: 'EXECUTE with || puts the value into the text of the statement: a caller who controls it runs SQL of their own, in a SECURITY DEFINER function with the rights of its owner.',
  references: [{ title: 'PostgreSQL: Executing Dynamic Commands', url: 'https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN' }],
  check(op, { name }) {
    const statements = (op.bodyText ?? '').slice(0, 100_000).replace(/--[^\n]*/g, '').split(';');
    const glued = statements.some((statement) => /\bexecute\b(?!\s+(?:function|procedure))/i.test(statement) && statement.includes('||') && !/\bquote_(?:ident|literal|nullable)\s*\(|\bformat\s*\(/i.test(statement));
    return glued ? { routine: name(op.routine), definer: op.securityDefiner } : undefined;
  },
  message: ({ routine, definer }) => `${routine} glues SQL together with || and executes it${definer ? ' with the rights of its owner' : ''}.`,
  advice: () => "Use EXECUTE format('… %I … %L', name, value), or pass values with EXECUTE … USING.",
});
