import { defineRule, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'require-function-search-path',
  summary: 'a SECURITY DEFINER function does not pin its search_path',
  severity: 'error',
  category: 'security',
  on: ['createRoutine', 'alterRoutine'],
  recommended: true,
  down: 'off',
  why: 'The function runs with the rights of its owner but looks names up along the search_path of its caller. A caller who can create objects, be it temporary ones, puts an operator, function or table of the same name in front, and the function uses it with the rights of the owner.',
  references: [{ title: 'PostgreSQL: Writing SECURITY DEFINER Functions Safely', url: 'https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY' }],
  check(op, context) {
    const { before, name, script } = context;
    const text = script.text.slice(op.span.start, op.span.end);
    const routine = name(op.routine);
    const definer = op.kind === 'createRoutine' ? op.securityDefiner : op.changes.includes('security') && /\bsecurity\s+definer\b/i.test(text);
    if (!definer) return undefined;
    const pinned = op.kind === 'createRoutine' ? op.settings.includes('search_path') : before.routines(op.routine).some((one) => one.settings.includes('search_path')) || /\bset\s+search_path\b/i.test(text);
    const later = operationsOn(context, 'alterRoutine', op.routine).some(
      (one) => one.span.start > op.span.start && /\bset\s+(?:"search_path"|search_path)\b|\bsecurity\s+invoker\b/i.test(script.text.slice(one.span.start, one.span.end)),
    );
    return pinned || later ? undefined : { routine };
  },
  message: ({ routine }) => `${routine} is SECURITY DEFINER without a search_path of its own: a caller can make it use objects of theirs with its owner's rights.`,
  advice: () => "Add SET search_path = '' and write schemas in the body (or SET search_path = pg_catalog, app, pg_temp, with pg_temp last), and REVOKE EXECUTE … FROM PUBLIC.",
});
