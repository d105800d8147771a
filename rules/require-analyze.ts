import type { SubjectOf } from '../src/rule.ts';
import { defineRule, operationsIn, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'require-analyze',
  summary: 'statistics are lost or outdated by the migration and not gathered again',
  severity: 'info',
  category: 'hygiene',
  on: ['changeColumnType', 'update'],
  recommended: true,
  why: 'A change of type deletes the statistics of the column; a backfill makes those of the column wrong. Until autovacuum gets to the table, the planner guesses, and queries that were fast can become slow right after the deploy.',
  references: [{ title: 'PostgreSQL: ANALYZE', url: 'https://www.postgresql.org/docs/current/sql-analyze.html' }],
  check(op, context) {
    const { effects, isLive, name, script } = context;
    if (!isLive(op.table) || effects.work !== (op.kind === 'update' ? 'allRows' : 'rewrite')) return undefined;
    const relation = name(op.table);
    const later = (one: SubjectOf<'maintenance'>): boolean => one.span.start > op.span.start && (one.action === 'analyze' || one.action === 'vacuum');
    const analyzed = operationsOn(context, 'maintenance', op.table).some(later) || operationsIn(script, 'maintenance').some((one) => one.table === undefined && later(one));
    return analyzed ? undefined : { relation, table: sqlName(op.table), change: op.kind === 'changeColumnType' };
  },
  message: ({ relation, change }) => `${change ? 'The change of type deletes' : 'The backfill outdates'} statistics of ${relation}.`,
  advice: ({ table }) => `ANALYZE ${table}; afterwards. It blocks neither reads nor writes.`,
});
