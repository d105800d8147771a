import type { Index, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, ACCESS_SHARE, SHARE, SHARE_ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE } from '../locks.ts';
import type { Mode } from '../locks.ts';
import type { Answer, Target } from './answer.ts';
import { fullName, lock, lockAll, sum } from './answer.ts';
import { failure } from './failures.ts';
import { isNotNull } from './not-null.ts';
import type { Scene } from './scene.ts';
import { indexesOf, isAbsent, isStored, locate, ownedSequences, partitionsOf, tableById, treeOf } from './scene.ts';

export const alterTableHandlers = { alterTable } satisfies Partial<OperationHandlers<Scene, Answer>>;

type AlterTable = OperationOf<'alterTable'>;
type Change = AlterTable['change'];
type ChangeOf<T extends Change['type']> = Change extends infer C ? (C extends { readonly type: infer U } ? (T extends U ? C : never) : never) : never;

function alterTable(op: AlterTable, scene: Scene): Answer {
  if (op.ifExists && isAbsent(scene, op.table)) return { work: 'catalog', certain: false };
  const relation = scene.before.relation(op.table);
  const table = relation?.kind === 'table' ? relation : undefined;
  const target = locate(scene, op.table);
  const { type } = op.change;
  const mode = relation?.kind === 'view' ? ACCESS_EXCLUSIVE : MODES[type] ?? (isOptions(op.change) ? optionsMode(op.change) : ACCESS_EXCLUSIVE);
  const more = MORE[type] as ((op: AlterTable, change: Change, table: Table | undefined, scene: Scene) => Answer) | undefined;
  return sum([
    { locks: [lock(target, mode)], certain: relation !== undefined || more === undefined },
    more?.(op, op.change, table, scene) ?? {},
  ]);
}

/** The lock of each subcommand on the table itself; what is not here depends on the options. */
const MODES: { readonly [T in Change['type']]?: Mode } = {
  setLogged: ACCESS_EXCLUSIVE,
  setUnlogged: ACCESS_EXCLUSIVE,
  setTablespace: ACCESS_EXCLUSIVE,
  setAccessMethod: ACCESS_EXCLUSIVE,
  replicaIdentity: ACCESS_EXCLUSIVE,
  clusterOn: SHARE_UPDATE_EXCLUSIVE,
  withoutCluster: SHARE_UPDATE_EXCLUSIVE,
  withoutOids: ACCESS_EXCLUSIVE,
  inherit: ACCESS_EXCLUSIVE,
  noInherit: ACCESS_EXCLUSIVE,
  ofType: ACCESS_EXCLUSIVE,
  notOfType: ACCESS_EXCLUSIVE,
  rowSecurity: ACCESS_EXCLUSIVE,
  enableTrigger: SHARE_ROW_EXCLUSIVE,
  disableTrigger: SHARE_ROW_EXCLUSIVE,
  enableRule: ACCESS_EXCLUSIVE,
  disableRule: ACCESS_EXCLUSIVE,
  foreignOptions: ACCESS_EXCLUSIVE,
};

const isOptions = (change: Change): change is ChangeOf<'setOptions' | 'resetOptions'> => change.type === 'setOptions' || change.type === 'resetOptions';

/** Storage options that the server does not change under the weaker lock. */
const STRONG_OPTIONS: ReadonlySet<string> = new Set(['user_catalog_table', 'security_barrier', 'security_invoker', 'check_option']);
export const optionsMode = ({ options }: { readonly options: Readonly<Record<string, string>> }): Mode =>
  Object.keys(options).some((name) => STRONG_OPTIONS.has(name)) ? ACCESS_EXCLUSIVE : SHARE_UPDATE_EXCLUSIVE;

type Detail<T extends Change['type']> = (op: AlterTable, change: ChangeOf<T>, table: Table | undefined, scene: Scene) => Answer;

/** What a subcommand does beyond the lock on its table. */
const MORE: { readonly [T in Change['type']]?: Detail<T> } = {
  setLogged: (op, _change, table, scene) => setPersistence(op, table, 'permanent', scene),
  setUnlogged: (op, _change, table, scene) => setPersistence(op, table, 'unlogged', scene),
  setTablespace: (op, change, table, scene) => {
    if (change.tablespace === (table?.tablespace ?? 'pg_default') || (table !== undefined && !isStored(table))) return {};
    // Copied block by block, which does not count as a scan.
    return { rewrites: [locate(scene, op.table)] };
  },
  setAccessMethod: (op, change, table, scene) => {
    if ((change.method ?? 'heap') === (table?.accessMethod ?? 'heap') || (table !== undefined && !isStored(table))) return {};
    const target = locate(scene, op.table);
    return { rewrites: [target], scans: [target] };
  },
  replicaIdentity: (op, change, table, scene) =>
    change.index === undefined ? {} : { locks: [lock(namedIndex(op, change.index, table, scene), SHARE)], failures: identityProblems(change.index, table, scene) },
  clusterOn: (op, change, table, scene) => ({ locks: [lock(namedIndex(op, change.index, table, scene), SHARE_UPDATE_EXCLUSIVE)], failures: clusterProblems(change.index, table, scene) }),
  withoutCluster: (_op, _change, table) => ({ failures: notClustered(table) }),
  setOptions: (_op, _change, table, scene) => {
    if (table?.partitionBy === undefined) return {};
    return { failures: [failure('wrong-object-kind', 'cannot specify storage parameters for a partitioned table', fullName(table), scene.version < 16 ? '22023' : '42809')] };
  },
  inherit: (_op, change, table, scene) => ({
    failures: inheritProblems(table, scene.before.table(change.parent)),
    locks: [
      lock(locate(scene, change.parent), SHARE_UPDATE_EXCLUSIVE),
      ...(table === undefined ? [] : lockAll(treeOf(scene, table).slice(1), ACCESS_SHARE, `inherits from ${fullName(table)}`)),
    ],
  }),
  noInherit: (_op, change, table, scene) => ({
    locks: [lock(locate(scene, change.parent), ACCESS_SHARE)],
    failures: table?.partitionOf === undefined ? [] : [failure('wrong-object-kind', 'cannot change inheritance of a partition', fullName(table))],
  }),
  ofType: (_op, change, _table, scene) => ({ locks: [lock(locate(scene, change.ofType), ACCESS_SHARE)] }),
  rowSecurity: (op, change, table, scene) => {
    const object = fullName(locate(scene, op.table));
    if (change.setting === 'enable' && table?.rowSecurity.enabled !== true) return { breaks: [{ what: 'access', object }] };
    return change.setting === 'disable' ? { loss: [{ what: 'privileges', object }] } : {};
  },
  enableTrigger: (op, change, table, scene) => ({ locks: triggerBelow(op, change, table, scene), failures: missingTrigger(change, table) }),
  disableTrigger: (op, change, table, scene) => ({
    locks: triggerBelow(op, change, table, scene),
    failures: missingTrigger(change, table),
    loss: change.which === 'all' ? [{ what: 'integrity', object: fullName(locate(scene, op.table)) }] : [],
  }),
};

/** The index that the statement names: of the table where it is known, else in its schema. */
const namedIndex = (op: AlterTable, name: string, table: Table | undefined, scene: Scene): Target =>
  indexNamed(name, table, scene) ?? { schema: locate(scene, op.table).schema, name, kind: 'index' };

const indexNamed = (name: string, table: Table | undefined, scene: Scene): Index | undefined => (table === undefined ? undefined : indexesOf(scene, table).find((index) => index.name === name));

const missingIndex = (name: string, table: Table | undefined): readonly Failure[] =>
  table?.complete === true ? [failure('index-missing', `index "${name}" for table "${table.name}" does not exist`, fullName(table))] : [];

const notClustered = (table: Table | undefined): readonly Failure[] =>
  table?.partitionBy === undefined ? [] : [failure('wrong-object-kind', 'cannot mark index clustered in partitioned table', fullName(table), '0A000')];

function clusterProblems(name: string, table: Table | undefined, scene: Scene): readonly Failure[] {
  const index = indexNamed(name, table, scene);
  if (index === undefined || table === undefined) return missingIndex(name, table);
  if (index.where !== undefined) return [failure('using-index-unusable', `cannot cluster on partial index "${name}"`, fullName(table), '0A000')];
  return notClustered(table);
}

function identityProblems(name: string, table: Table | undefined, scene: Scene): readonly Failure[] {
  const index = indexNamed(name, table, scene);
  if (index === undefined || table === undefined) return missingIndex(name, table);
  if (!index.complete) return [];
  const unusable = (reason: string, code?: string): readonly Failure[] => [failure('using-index-unusable', `${reason} as replica identity`, fullName(table), code)];
  if (!index.unique) return unusable(`cannot use non-unique index "${name}"`);
  if (index.keys.some(({ column }) => column === undefined)) return unusable(`cannot use expression index "${name}"`, '0A000');
  if (index.where !== undefined) return unusable(`cannot use partial index "${name}"`, '0A000');
  const loose = index.keys.find(({ column }) => column !== undefined && table.columns.some((own) => own.name === column && !isNotNull(table, column, scene)));
  return loose === undefined ? [] : unusable(`column "${loose.column ?? ''}" of index "${name}" is nullable and cannot be used`);
}

function missingTrigger(change: ChangeOf<'enableTrigger' | 'disableTrigger'>, table: Table | undefined): readonly Failure[] {
  if (change.which !== 'one' || table?.complete !== true || table.triggers.some(({ name }) => name === change.name)) return [];
  return [failure('trigger-missing', `trigger "${change.name ?? ''}" for table "${table.name}" does not exist`, fullName(table))];
}

/** A child has every column and every inheritable check of its parent. */
function inheritProblems(table: Table | undefined, parent: Table | undefined): readonly Failure[] {
  if (table?.partitionBy !== undefined || table?.partitionOf !== undefined) return [failure('wrong-object-kind', 'cannot change inheritance of a partition or partitioned table', fullName(table))];
  if (table?.complete !== true || parent?.complete !== true) return [];
  const column = parent.columns.find(({ name }) => !table.columns.some((own) => own.name === name));
  if (column !== undefined) return [failure('attach-mismatch', `child table is missing column "${column.name}"`, fullName(table))];
  const loose = parent.columns.find(({ name, notNull }) => notNull && table.columns.some((own) => own.name === name && !own.notNull));
  if (loose !== undefined) return [failure('attach-mismatch', `column "${loose.name}" in child table must be marked NOT NULL`, fullName(table))];
  const check = parent.constraints.find(({ name, definition }) => definition.type === 'check' && definition.noInherit !== true && !table.constraints.some((own) => own.name === name));
  return check === undefined ? [] : [failure('attach-mismatch', `child table is missing constraint "${check.name}"`, fullName(table))];
}

/** Row triggers of a partitioned table have copies on its partitions, which follow. */
function triggerBelow(op: AlterTable, change: ChangeOf<'enableTrigger' | 'disableTrigger'>, table: Table | undefined, scene: Scene): Answer['locks'] & object {
  if (table === undefined || op.only) return [];
  const copied = table.triggers.some(({ name, forEachRow }) => forEachRow && (change.which !== 'one' || name === change.name));
  return copied ? lockAll(partitionsOf(scene, table), SHARE_ROW_EXCLUSIVE, `partition of ${fullName(table)}`) : [];
}

function setPersistence(op: AlterTable, table: Table | undefined, persistence: 'permanent' | 'unlogged', scene: Scene): Answer {
  const target: Target = locate(scene, op.table);
  if (target.kind === 'sequence') {
    // A sequence is logged unless it came with an unlogged table.
    const known = scene.before.relation(op.table);
    const owner = known?.kind === 'sequence' ? tableById(scene, known.ownedBy?.table) : undefined;
    return { rewrites: persistence === (owner?.persistence === 'unlogged' && scene.version >= 15 ? 'unlogged' : 'permanent') ? [] : [target], work: 'catalog' };
  }
  if (table === undefined) return { rewrites: [target], scans: [target], certain: false };
  const problem = persistenceProblem(table, persistence, scene);
  if (table.persistence === persistence || !isStored(table)) return { failures: problem };
  const sequences = scene.version >= 15 ? ownedSequences(scene, table) : [];
  return {
    locks: lockAll(sequences, ACCESS_EXCLUSIVE, `owned by ${fullName(table)}`),
    rewrites: [table, ...sequences],
    scans: [table],
    failures: problem,
  };
}

function persistenceProblem(table: Table, persistence: 'permanent' | 'unlogged', scene: Scene): readonly Failure[] {
  const object = fullName(table);
  if (table.persistence === 'temporary') return [failure('fk-persistence', `cannot change logged status of table "${table.name}" because it is temporary`, object)];
  if (table.partitionBy !== undefined && scene.version >= 18) {
    return [failure('wrong-object-kind', `ALTER action SET ${persistence === 'permanent' ? 'LOGGED' : 'UNLOGGED'} cannot be performed on relation "${table.name}"`, object)];
  }
  if (persistence === 'unlogged') {
    if ((table.publications ?? []).length > 0) return [failure('fk-persistence', `cannot change table "${table.name}" to unlogged because it is part of a publication`, object, '55000')];
    const referrer = scene.before.referencing(table).find((reference) => reference.table.id !== table.id && reference.table.persistence === 'permanent');
    return referrer === undefined ? [] : [failure('fk-persistence', `could not change table "${table.name}" to unlogged because it references logged table "${referrer.table.name}"`, object)];
  }
  const target = table.constraints.flatMap(({ references }) => (references === undefined || references === table.id ? [] : (scene.before.byId(references) ?? []))).find((other) => other.kind === 'table' && other.persistence === 'unlogged');
  return target === undefined ? [] : [failure('fk-persistence', `could not change table "${table.name}" to logged because it references unlogged table "${target.name}"`, object)];
}
