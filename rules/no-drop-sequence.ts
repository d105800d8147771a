import { defineRule, findsNothing, isRefused, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-sequence',
  summary: 'a sequence is dropped and its counter with it',
  severity: 'warning',
  category: 'data-loss',
  on: ['dropSequence'],
  recommended: true,
  why: 'The current value is lost: a sequence made again under the same name starts at 1 and hands out numbers that are already used. Code that calls nextval() on it fails at once.',
  references: [{ title: 'PostgreSQL: DROP SEQUENCE', url: 'https://www.postgresql.org/docs/current/sql-dropsequence.html' }],
  check(op, context) {
    const { effects, isNew, name, script } = context;
    if (isRefused(effects) || findsNothing(op, context)) return undefined;
    if (op.behavior === 'cascade' || isNew(op.sequence)) return undefined;
    // The way from serial to identity: the column gets a sequence of its own.
    if (operationsIn(script, 'alterColumn').some((one) => one.change.type === 'addIdentity')) return undefined;
    return { relation: name(op.sequence) };
  },
  message: ({ relation }) => `Dropping sequence ${relation} loses its current value and breaks code that calls nextval() on it.`,
  advice: () => 'Drop it only after the code that draws from it is gone. If it is to be replaced, create the new one with START WITH above the last value, switch over, then drop the old one.',
});
