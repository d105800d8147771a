import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-composite-type-rewrite',
  summary: 'an attribute of a composite type changes, and every table of that type is rewritten',
  severity: 'error',
  category: 'rewrite',
  on: ['alterCompositeType'],
  recommended: true,
  why: 'ALTER TYPE … CASCADE carries the change of an attribute into every table that is declared OF the type, and writes those tables anew under an ACCESS EXCLUSIVE lock on each.',
  references: [{ title: 'PostgreSQL: ALTER TYPE', url: 'https://www.postgresql.org/docs/current/sql-altertype.html' }],
  check(op, { before, effects, isLive, name }) {
    const rewritten = effects.rewrites.filter(isLive);
    // Nobody writes CASCADE unless tables of the type exist; a type from before the history may have any.
    const presumed = op.change.type === 'changeAttributeType' && op.behavior === 'cascade' && before.relation(op.type) === undefined;
    if (rewritten.length === 0) return presumed ? { relation: name(op.type), type: name(op.type), tables: 'the tables of that type', mode: 'AccessExclusiveLock' } : undefined;
    return { relation: name(rewritten[0] ?? op.type), type: name(op.type), tables: rewritten.map((table) => name(table)).join(', '), mode: effects.locks[0]?.mode ?? 'AccessExclusiveLock' };
  },
  message: ({ type, tables, mode }) => `Changing ${type} writes every row of ${tables} anew under ${mode}.`,
  advice: () => 'Add a new attribute beside the old one and fill it in batches, or take a maintenance window.',
  remedy: () => 'noOnlineForm',
});
