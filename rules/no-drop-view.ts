import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { columnsLost, defineRule, findsNothing, isRefused, operationsIn, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-view',
  summary: 'a view is dropped, or dropped and created again without its grants',
  severity: 'warning',
  category: 'compatibility',
  on: ['dropView', 'dropMaterializedView'],
  recommended: true,
  why: 'Queries of running code on the view fail. DROP followed by CREATE keeps the name but loses every GRANT, owner, comment, rule and trigger, and a materialized view also loses its indexes: roles that could read it are refused afterwards. CASCADE drops the views above it as well.',
  references: [{ title: 'PostgreSQL: CREATE VIEW', url: 'https://www.postgresql.org/docs/current/sql-createview.html' }],
  check(op, context) {
    if (isRefused(context.effects)) return undefined;
    const { before, isNew, name, script } = context;
    const relation = before.relation(op.view);
    if (isNew(op.view) || (relation?.kind === 'view' && relation.temporary)) return undefined;
    if (findsNothing(op, context)) return undefined;
    const later = (one: { readonly span: { readonly start: number } }): boolean => one.span.start > op.span.start;
    const view = name(op.view);
    const successor = operationsOn(context, 'createView', op.view).find(later);
    const filled = operationsOn(context, 'createMaterializedView', op.view).find(later);
    const recreated = successor !== undefined || filled !== undefined;
    const granted = operationsIn(script, 'grant').some((one) => !one.revoke && later(one) && (one.objects.some((object) => object.name === op.view.name && name(object) === view) || one.allInSchemas.includes(context.resolve(op.view).schema)));
    const cascade = op.behavior === 'cascade' && relation !== undefined ? before.dependentViews(relation).map((one) => one.name) : [];
    // A history that made the view and gave nobody privileges on it has none to lose, as far as it tells.
    const lost = successor === undefined || relation?.kind !== 'view' ? [] : columnsLost(relation.columns, successor);
    // Where nothing of that name was ever made, the file makes sure that it can be run again.
    if (recreated && relation === undefined && op.ifExists && context.effects.locks.length === 0) return undefined;
    const gap = relation?.kind === 'materializedView' && filled !== undefined && context.unit === undefined;
    if (recreated && !gap && cascade.length === 0 && lost.length === 0 && (granted || (isOurs(context, op.view) && relation?.granted !== true))) return undefined;
    return {
      relation: view,
      view: sqlName(op.view),
      kind: op.kind === 'dropView' ? 'view' : 'materialized view',
      recreated,
      lost,
      gap,
      cascade,
      ...(!recreated && cascade.length === 0 && isAlias(context, op.view) ? { severity: 'info' as const } : {}),
    };
  },
  message: ({ relation, kind, recreated, lost, gap, cascade }) =>
    (gap ? `${relation} is missing from here until it is created and filled again, and running code that reads it fails` : lost.length > 0 ? `${relation} is dropped and created again without ${lost.length > 1 ? 'columns' : 'column'} ${lost.join(', ')}` : recreated ? `${relation} is dropped and created again without its grants` : `Dropping ${kind} ${relation} breaks running code that reads it`) +
    `${cascade.length > 0 ? `; CASCADE also drops ${cascade.join(', ')}` : ''}.`,
  advice: ({ view, kind, recreated, lost, gap }) =>
    gap ? 'Create the new materialized view under another name, with its indexes and grants, and swap the names in one transaction.' : lost.length > 0
      ? 'Keep the columns until no code reads them, or give the new view another name.'
      : recreated
      ? kind === 'view'
        ? `Use CREATE OR REPLACE VIEW where only columns are added at the end; otherwise grant again in the same transaction: GRANT SELECT ON ${view} TO ….`
        : `Create the new materialized view under another name, with its indexes and grants, and swap the names in one transaction; or grant again: GRANT SELECT ON ${view} TO ….`
      : 'Drop it in a later migration, after the code that reads it is gone.',
});

const isOurs = ({ before }: RuleContext, name: SubjectOf<'dropView'>['view']): boolean => (before.relation(name)?.origin.migration ?? -1) >= 0;

/** A bare alias of one table, as a rename leaves it behind: dropping it is the last step of that rename. */
function isAlias({ before }: RuleContext, name: SubjectOf<'dropView'>['view']): boolean {
  const view = before.relation(name);
  return view?.kind === 'view' && view.reads.length === 1 && view.query?.hasStar === true && view.query.columns.length === 0;
}
