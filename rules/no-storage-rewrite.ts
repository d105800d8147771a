import { defineRule, lockOn } from '../src/rule.ts';

const DOING: { readonly [change: string]: string } = {
  setLogged: 'SET LOGGED',
  setUnlogged: 'SET UNLOGGED',
  setTablespace: 'SET TABLESPACE',
  setAccessMethod: 'SET ACCESS METHOD',
};

export default defineRule({
  name: 'no-storage-rewrite',
  summary: 'a live table or index is copied to other storage',
  severity: 'error',
  category: 'rewrite',
  on: ['alterTable', 'alterIndex', 'alterView', 'alterObject'],
  recommended: true,
  scalesWithSize: true,
  why: 'SET LOGGED, SET UNLOGGED, SET TABLESPACE and SET ACCESS METHOD copy the whole table (or index) under an ACCESS EXCLUSIVE lock. SET UNLOGGED also gives up crash safety and replication: after a crash the table is empty.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, SET TABLESPACE', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-TABLESPACE' }],
  check(op, { before, effects, isLive, name, resolve }) {
    if (op.kind === 'alterObject') {
      const all = op.objectType === 'tablespace' && op.change.startsWith('move all');
      return all ? { change: 'SET TABLESPACE', mode: 'AccessExclusiveLock', target: `everything in tablespace ${op.object.name}`, index: false } : undefined;
    }
    if (effects.work !== 'rewrite') return undefined;
    const change = DOING[op.change.type];
    const object = op.kind === 'alterTable' ? op.table : op.kind === 'alterIndex' ? op.index : op.view;
    const index = op.kind === 'alterIndex' ? before.index(object) : undefined;
    const table = index && before.byId(index.table);
    if (change === undefined || !isLive(object) || (table !== undefined && !isLive(table))) return undefined;
    return { relation: name(object), change, mode: lockOn(effects, resolve(object))?.mode ?? 'AccessExclusiveLock', target: name(object), index: op.kind === 'alterIndex' };
  },
  message: ({ target, change, mode }) => `${change} copies ${target} under ${mode}: reads and writes wait until the copy is done.`,
  advice: ({ index }) =>
    index
      ? 'REINDEX INDEX CONCURRENTLY (TABLESPACE …) …; moves an index without blocking, from version 14.'
      : 'There is no online form: copy into a new table in batches and swap the two, use pg_repack, or take a maintenance window.',
  remedy: () => 'noOnlineForm',
});
