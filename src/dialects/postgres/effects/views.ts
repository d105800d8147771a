import { resultNames, resultTypes } from '../../../catalog/apply/query-columns.ts';
import type { Index, MaterializedView, View } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { Query } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { isOtherType, printType } from '../types.ts';
import { ACCESS_EXCLUSIVE, EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE } from '../locks.ts';
import type { Mode } from '../locks.ts';
import type { Answer, Target } from './answer.ts';
import { fullName, lock, sum } from './answer.ts';
import { nameProblems } from './column-limits.ts';
import { drop } from './dropping.ts';
import { failure } from './failures.ts';
import { queryProblems } from './query-problems.ts';
import { readQuery } from './reading.ts';
import type { Scene } from './scene.ts';
import { inTheWay, indexesOf, isAbsent, isMaterializedView, isMentioned, isView, locate } from './scene.ts';

export const viewHandlers = {
  createView,
  dropView: (op, scene) => dropAny(op.view, op, 'view', scene),
  alterView,
  createMaterializedView,
  refreshMaterializedView,
  dropMaterializedView: (op, scene) => dropAny(op.view, op, 'materializedView', scene),
} satisfies Partial<OperationHandlers<Scene, Answer>>;

function createView(op: OperationOf<'createView'>, scene: Scene): Answer {
  // A view over what is temporary is temporary itself.
  const existing = inTheWay(scene, op.view, op.temporary || op.query.reads.some(({ relation }) => scene.before.relation(relation)?.schema === 'pg_temp'));
  const reading = readQuery(op.query, scene, 'named');
  // A recursive view reads itself while it is being made.
  const own = locate(scene, op.view);
  const locks = reading.locks?.filter(({ on }) => existing !== undefined || on.name !== own.name || on.schema !== own.schema) ?? [];
  const missing = [...queryProblems(op.query, scene), ...nameProblems(outputNames(op), fullName(own))];
  if (missing.length > 0) return { locks, work: 'catalog', failures: missing };
  if (existing === undefined) return { locks, work: 'catalog' };
  if (!op.replace) return { locks, work: 'catalog', failures: [failure('relation-exists', `relation "${op.view.name}" already exists`, fullName(existing))] };
  return {
    locks: [...locks, lock(existing, ACCESS_EXCLUSIVE)],
    work: 'catalog',
    failures: isView(existing) ? columnProblems(op, existing, scene) : isMentioned(existing) ? [] : [failure('wrong-object-kind', `"${op.view.name}" is not a view`, fullName(existing))],
  };
}

const outputNames = ({ columns, query }: Pick<OperationOf<'createView'>, 'columns' | 'query'>): readonly (string | undefined)[] => [...columns, ...query.outputs.slice(columns.length)];

/** A replaced view keeps its columns, in order; it may only get more. */
function columnProblems(op: OperationOf<'createView'>, view: View, scene: Scene): readonly Failure[] {
  const outputs = resultNames(op.query, scene.before.relation);
  const isOpen = (query: Query | undefined, columns: readonly (string | undefined)[]): boolean => query?.hasStar === true && columns.includes(undefined);
  if (!view.complete || view.columns.length === 0 || isOpen(op.query, outputs) || isOpen(view.query, view.columns)) return [];
  const object = fullName(view);
  if (outputs.length < view.columns.length) return [failure('view-columns-changed', 'cannot drop columns from view', object)];
  const names = outputs.map((output, i) => op.columns[i] ?? output);
  const at = view.columns.findIndex((column, i) => column !== undefined && names[i] !== undefined && names[i] !== column);
  if (at >= 0) return [failure('view-columns-changed', `cannot change name of view column "${view.columns[at] ?? ''}" to "${names[at] ?? ''}"`, object)];
  const types = resultTypes(op.query, scene.before.relation);
  for (const [i, old] of (view.types ?? []).entries()) {
    const type = types[i];
    if (old === undefined || type === undefined || !isOtherType(old, type)) continue;
    return [failure('view-columns-changed', `cannot change data type of view column "${view.columns[i] ?? ''}" from ${printType(old)} to ${printType(type)}`, object)];
  }
  return [];
}

function dropAny(name: ObjectName, { ifExists, behavior }: Pick<OperationOf<'dropView'>, 'ifExists' | 'behavior'>, kind: 'view' | 'materializedView', scene: Scene): Answer {
  const relation = scene.before.relation(name);
  const target: Target = relation ?? { ...locate(scene, name), kind };
  const object = fullName(target);
  if (relation === undefined) {
    if (ifExists && isAbsent(scene, name)) return { work: 'catalog', certain: false };
    return { locks: [lock(target, ACCESS_EXCLUSIVE)], loss: [{ what: 'object', object }], breaks: [{ what: 'reads', object }], certain: false };
  }
  const word = kind === 'view' ? 'view' : 'materialized view';
  if (relation.kind !== kind && !isMentioned(relation)) return { work: 'catalog', failures: [failure('wrong-object-kind', `"${name.name}" is not a ${word}`, object)] };
  const walk = drop(scene, behavior === 'cascade');
  walk.relation(isMentioned(relation) ? { ...relation, kind: 'view', temporary: false, columns: [], reads: [], uses: [] } : relation);
  return sum([walk.answer(`${word} ${relation.name}`, object), { breaks: [{ what: 'reads', object }] }]);
}

const VIEW_MODES: { readonly [T in OperationOf<'alterView'>['change']['type']]: { readonly view: Mode; readonly materialized: Mode } } = {
  setDefault: { view: ACCESS_EXCLUSIVE, materialized: ACCESS_EXCLUSIVE },
  dropDefault: { view: ACCESS_EXCLUSIVE, materialized: ACCESS_EXCLUSIVE },
  setOptions: { view: ACCESS_EXCLUSIVE, materialized: SHARE_UPDATE_EXCLUSIVE },
  resetOptions: { view: ACCESS_EXCLUSIVE, materialized: SHARE_UPDATE_EXCLUSIVE },
  setTablespace: { view: ACCESS_EXCLUSIVE, materialized: ACCESS_EXCLUSIVE },
  setAccessMethod: { view: ACCESS_EXCLUSIVE, materialized: ACCESS_EXCLUSIVE },
  clusterOn: { view: ACCESS_EXCLUSIVE, materialized: SHARE_UPDATE_EXCLUSIVE },
  withoutCluster: { view: ACCESS_EXCLUSIVE, materialized: SHARE_UPDATE_EXCLUSIVE },
  setStatistics: { view: ACCESS_EXCLUSIVE, materialized: SHARE_UPDATE_EXCLUSIVE },
  setStorage: { view: ACCESS_EXCLUSIVE, materialized: ACCESS_EXCLUSIVE },
  setCompression: { view: ACCESS_EXCLUSIVE, materialized: ACCESS_EXCLUSIVE },
  dependsOnExtension: { view: ACCESS_EXCLUSIVE, materialized: ACCESS_EXCLUSIVE },
};

function alterView(op: OperationOf<'alterView'>, scene: Scene): Answer {
  if (op.ifExists && isAbsent(scene, op.view)) return { work: 'catalog', certain: false };
  const target = locate(scene, op.view);
  const moved = movesRows(op.change);
  return {
    locks: [lock(target, VIEW_MODES[op.change.type][op.materialized ? 'materialized' : 'view'])],
    rewrites: moved ? [target] : [],
    work: moved ? 'rewrite' : 'catalog',
    certain: !moved,
  };
}

/** Naming the usual place is no move. */
const movesRows = (change: OperationOf<'alterView'>['change']): boolean =>
  change.type === 'setTablespace' ? change.tablespace !== 'pg_default' : change.type === 'setAccessMethod' && (change.method ?? 'heap') !== 'heap';

function createMaterializedView(op: OperationOf<'createMaterializedView'>, scene: Scene): Answer {
  const existing = inTheWay(scene, op.view);
  if (existing !== undefined) {
    // The query is looked at before the name is.
    const failures = op.ifNotExists ? [] : [failure('relation-exists', `relation "${op.view.name}" already exists`, fullName(existing))];
    return { ...readQuery(op.query, scene, 'named'), work: 'catalog', failures };
  }
  return { ...readQuery(op.query, scene, op.withData ? 'run' : 'named'), work: op.withData ? 'rows' : 'catalog', failures: [...queryProblems(op.query, scene), ...nameProblems(outputNames(op), op.view.name)] };
}

function refreshMaterializedView(op: OperationOf<'refreshMaterializedView'>, scene: Scene): Answer {
  const relation = scene.before.relation(op.view);
  const view = isMaterializedView(relation) ? relation : undefined;
  const target: Target = relation ?? { ...locate(scene, op.view), kind: 'materializedView' };
  const reading = view?.query === undefined || !op.withData ? {} : readQuery(view.query, scene, 'run');
  const indexed = view !== undefined && indexesOf(scene, view).length > 0;
  return sum([
    {
      locks: [lock(target, op.concurrently ? EXCLUSIVE : ACCESS_EXCLUSIVE)],
      // Building its indexes anew reads it; a concurrent refresh compares it with the new rows.
      scans: indexed || op.concurrently ? [target] : [],
      rewrites: op.concurrently ? [] : [target],
      work: op.concurrently ? 'scan' : 'rewrite',
      workOn: target,
      failures: refreshProblems(op, view, scene),
      certain: view?.query !== undefined || !op.withData,
    },
    { ...reading, work: 'none' },
  ]);
}

function refreshProblems(op: OperationOf<'refreshMaterializedView'>, view: MaterializedView | undefined, scene: Scene): readonly Failure[] {
  const other = scene.before.relation(op.view);
  if (other !== undefined && view === undefined && !isMentioned(other)) return [failure('wrong-object-kind', `"${op.view.name}" is not a materialized view`, fullName(other))];
  if (!op.concurrently) return [];
  const object = view === undefined ? undefined : fullName(view);
  if (!op.withData) return [failure('refresh-concurrently-no-data', 'REFRESH options CONCURRENTLY and WITH NO DATA cannot be used together', object)];
  if (view === undefined || !view.complete) return [];
  if (!view.populated) return [failure('refresh-concurrently-unpopulated', 'CONCURRENTLY cannot be used when the materialized view is not populated', object)];
  return indexesOf(scene, view).some(servesRefresh) ? [] : [failure('refresh-concurrently-without-unique-index', `cannot refresh materialized view "${fullName(view)}" concurrently`, object)];
}

const servesRefresh = (index: Index): boolean => !index.complete || (index.unique && index.valid && index.where === undefined && index.keys.every(({ column }) => column !== undefined));
