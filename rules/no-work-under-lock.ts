import type { RuleContext, UnitView } from '../src/rule.ts';
import { defineRule, howToSplit, hurts, isRefused, wasFilled } from '../src/rule.ts';

export default defineRule({
  name: 'no-work-under-lock',
  summary: 'long work is done while an earlier statement of the transaction keeps a live table locked',
  severity: 'error',
  category: 'lock',
  on: ['statement'],
  recommended: true,
  why: 'Locks are held until the transaction ends. A change that needs its lock for an instant only keeps it as long as everything that comes after it in the same transaction: a scan, an index build or a copy of rows behind it turns an instant into minutes, also when that work is on another table.',
  references: [{ title: 'PostgreSQL: Explicit Locking', url: 'https://www.postgresql.org/docs/current/explicit-locking.html' }],
  check({ statement }, context) {
    const { effects, isLive, name, unit, script } = context;
    if (unit === undefined || isRefused(effects) || !isLong(context) || isReported(context)) return undefined;
    const bad = (lock: UnitView['held'][number]): boolean => stops(lock) && lock.relationKind !== 'sequence' && (isLive(lock.relation) || isSuccessor(lock.relation, context));
    const earlier = context.deploy?.held.find(bad);
    const worst = unit.held.find(bad) ?? earlier;
    if (worst === undefined || validatesOwn(context)) return undefined;
    const said = SAID.get(unit) ?? new Set();
    if (said.has(name(worst.relation))) return undefined;
    SAID.set(unit, said.add(name(worst.relation)));
    const onlyReads = statement.operations.every(({ kind }) => kind === 'select');
    return {
      relation: name(worst.relation),
      ...(onlyReads ? { severity: 'info' as const } : {}),
      mode: worst.mode,
      taken: worst === earlier ? `by ${earlier.path} in the same transaction` : `in line ${String(lineOf(unit, worst.statement, script))}`,
      waits: worst.blocks === 'readsAndWrites' ? 'reads and writes' : 'writes',
      doing: (DOING[effects.work] ?? 'rows are copied').replace('%', effects.workOn === undefined ? 'a table' : name(effects.workOn)),
      split: howToSplit(script),
    };
  },
  message: ({ relation, mode, taken, waits, doing }) => `${mode} on ${relation}, taken ${taken}, is held while ${doing}: ${waits} wait.`,
  advice: ({ split }) => `The long work needs no such lock. ${split}`,
  remedy: () => 'ownTransaction',
});

/** Who waits for a relation that this transaction has replaced goes on with its successor. */
const isSuccessor = (relation: UnitView['held'][number]['relation'], { before, unit }: RuleContext): boolean => unit !== undefined && before.relation(relation)?.origin.unit === unit.id;

const lineOf = (unit: UnitView, statement: number, { text }: RuleContext['script']): number => text.slice(0, unit.statements.find(({ index }) => index === statement)?.statement.span.start ?? 0).split('\n').length;

/** One finding per lock: what comes first shows it, and the way out is the same. */
const SAID = new WeakMap<UnitView, Set<string>>();

const DOING: { readonly [work: string]: string } = {
  scan: 'every row of % is read',
  indexBuild: 'an index of % is built',
  allRows: 'rows of % are written',
  rewrite: '% is written anew',
};

/** Work whose time grows with data; on a new table only if rows were put into it in bulk. */
function isLong(context: RuleContext): boolean {
  const { effects, isNew, isLive, statement } = context;
  if (statement?.operations.some((op) => copiesRows(op, context)) === true) return true;
  if (DOING[effects.work] === undefined) return false;
  const { workOn } = effects;
  if (workOn === undefined || !isNew(workOn)) return true;
  return effects.scans.some(isLive) || wasFilled(workOn, context);
}

/** Rows of live tables, as many as there are, go into a new table or view. */
function copiesRows(op: NonNullable<RuleContext['statement']>['operations'][number], { isLive }: RuleContext): boolean {
  const made = op.kind === 'createTable' ? op.as : op.kind === 'createMaterializedView' ? op : undefined;
  const query = made?.withData === true ? made.query : op.kind === 'insert' && op.source === 'query' ? op.query : undefined;
  return query !== undefined && !query.bounded && query.reads.some(({ relation }) => isLive(relation));
}

/** Rules of their own speak about a statement that itself blocks a live table, or changes its rows, for long. */
function isReported({ effects, isLive }: RuleContext): boolean {
  if (effects.work === 'allRows' && effects.workOn !== undefined && isLive(effects.workOn)) return true;
  return effects.locks.some((lock) => stops(lock) && isLive(lock.relation));
}

/** Nobody but another refresh writes a materialized view. */
const stops = (lock: UnitView['held'][number] | RuleContext['effects']['locks'][number]): boolean => hurts(lock) && !(lock.relationKind === 'materializedView' && lock.blocks === 'writes');

function validatesOwn({ before, statement, unit }: RuleContext): boolean {
  return (
    statement?.operations.some((op) => op.kind === 'validateConstraint' && before.constraint(before.table(op.table), op.name)?.origin.unit === unit?.id) ?? false
  );
}
