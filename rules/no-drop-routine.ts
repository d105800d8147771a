import type { SubjectOf } from '../src/rule.ts';
import { defineRule, findsNothing, isRefused, operationsIn, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-routine',
  summary: 'a function or procedure is dropped while running code may call it',
  severity: 'warning',
  category: 'compatibility',
  on: ['dropRoutine'],
  recommended: true,
  why: 'The server refuses to drop a function that a trigger, index or view uses, but it does not look into the text of other functions nor into the application: those calls fail from that moment on.',
  references: [{ title: 'PostgreSQL: DROP FUNCTION', url: 'https://www.postgresql.org/docs/current/sql-dropfunction.html' }],
  check(op, context) {
    const { before, effects, madeHere, name, script } = context;
    if (isRefused(effects)) return undefined;
    if (op.behavior === 'cascade' || findsNothing(op, context)) return undefined;
    const known = before.routines(op.routine);
    if (known.length > 0 && known.every((routine) => madeHere(routine.origin) || routine.returnsTrigger)) return undefined;
    const routine = name(op.routine);
    if (operationsOn(context, 'createRoutine', op.routine).some((one) => takesSameCalls(op, one, script.text))) return undefined;
    if (operationsOn(context, 'createObject', op.routine).some((one) => one.objectType === 'aggregate')) return undefined;
    // Nobody can call a trigger function; one that goes with its trigger looks like this when the history did not make it.
    const withTrigger = known.length === 0 && (operationsIn(script, 'dropTrigger')[0]?.span.start ?? Infinity) < op.span.start;
    return { routine, variety: op.variety, ...(withTrigger ? { severity: 'info' as const } : {}) };
  },
  message: ({ routine, variety }) => `Dropping ${variety} ${routine} breaks running code and other functions that call it.`,
  advice: () => 'Search the application and the bodies of other functions for calls (SELECT proname FROM pg_proc WHERE prosrc LIKE …), deploy code without them, then drop it in a later migration.',
});

/** Whether every call of the old one finds the new one: it takes no fewer arguments, and what it takes beyond them has defaults. */
function takesSameCalls({ parameters: old }: SubjectOf<'dropRoutine'>, { parameters, span }: SubjectOf<'createRoutine'>, text: string): boolean {
  if (old === undefined || parameters.length === old.length) return true;
  const [head = ''] = text.slice(span.start, span.end).split(/\b(?:RETURNS|LANGUAGE|AS)\b/i);
  return parameters.length > old.length && /\bDEFAULT\b|=/i.test(head);
}
