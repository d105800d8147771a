import { defineRule, lockOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-refresh',
  summary: 'a materialized view is refreshed while its readers wait',
  severity: 'error',
  category: 'lock',
  on: ['refreshMaterializedView'],
  recommended: true,
  scalesWithSize: true,
  why: 'REFRESH MATERIALIZED VIEW holds ACCESS EXCLUSIVE on the view while its query runs: every reader waits. WITH NO DATA is quick, but leaves a view that cannot be read at all. CONCURRENTLY lets readers go on; it needs a unique index over plain columns, without a WHERE.',
  references: [{ title: 'PostgreSQL: REFRESH MATERIALIZED VIEW', url: 'https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html' }],
  check(op, { before, can, effects, isLive, name, resolve }) {
    const view = before.relation(op.view);
    // A view without rows has no readers.
    if (op.concurrently || !isLive(op.view) || !can('refreshConcurrently') || (view?.kind === 'materializedView' && !view.populated)) return undefined;
    const suitable =
      view?.kind === 'materializedView'
        ? view.indexes.some((id) => {
            const index = before.byId(id);
            return index?.kind === 'index' && index.unique && index.where === undefined && index.keys.every(({ column }) => column !== undefined);
          })
        : undefined;
    return {
      relation: name(op.view),
      mode: lockOn(effects, resolve(op.view))?.mode ?? 'AccessExclusiveLock',
      emptied: !op.withData,
      suitable,
      view: sqlName(resolve(op.view)),
    };
  },
  message: ({ relation, mode, emptied }) =>
    emptied
      ? `REFRESH … WITH NO DATA empties ${relation} under ${mode}: whoever reads it gets an error until it is refreshed.`
      : `Refreshing ${relation} holds ${mode} while its query runs: every reader waits.`,
  advice: ({ view, suitable }) =>
    `${suitable === true ? '' : `CREATE UNIQUE INDEX … ON ${view} (…);\n`}REFRESH MATERIALIZED VIEW CONCURRENTLY ${view};`,
  remedy: () => 'refreshConcurrently',
});
