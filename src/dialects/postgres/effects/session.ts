import type { Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, ACCESS_SHARE, MODES, SHARE_UPDATE_EXCLUSIVE } from '../locks.ts';
import type { Mode } from '../locks.ts';
import type { Answer, Claim, Target } from './answer.ts';
import { fullName, lockAll } from './answer.ts';
import { failure } from './failures.ts';
import { everyTable } from './indexes.ts';
import { readQuery, useRelation } from './reading.ts';
import type { Depth } from './reading.ts';
import type { Scene } from './scene.ts';
import { isStored, locate, partitionsOf, treeOf } from './scene.ts';

const NONE: Answer = { work: 'none' };

export const sessionHandlers = {
  setSetting: () => NONE,
  transaction: () => NONE,
  lockTable,
  maintenance,
  sessionCommand,
  clientCommand: () => NONE,
  opaque: () => ({ work: 'unknown', certain: false }),
} satisfies Partial<OperationHandlers<Scene, Answer>>;

/** LOCK TABLE reaches everything below a table, and what a view reads. */
function lockTable(op: OperationOf<'lockTable'>, scene: Scene): Answer {
  const mode = MODES.find((known) => known === op.mode) ?? ACCESS_EXCLUSIVE;
  const claims = useRelation({ relation: op.table, access: 'read', only: op.only }, scene, 'planned');
  const relation = scene.before.relation(op.table);
  if (relation !== undefined && relation.kind !== 'table' && relation.kind !== 'view') return { work: 'catalog', failures: [failure('wrong-object-kind', `cannot lock relation "${op.table.name}"`, fullName(relation))] };
  return { locks: claims.map((claim): Claim => ({ ...claim, mode })), work: 'catalog', certain: relation !== undefined };
}

const MAINTENANCE: { readonly [A in OperationOf<'maintenance'>['action']]: { readonly mode?: Mode; readonly rewrites: boolean } } = {
  vacuum: { mode: SHARE_UPDATE_EXCLUSIVE, rewrites: false },
  vacuumFull: { mode: ACCESS_EXCLUSIVE, rewrites: true },
  analyze: { mode: SHARE_UPDATE_EXCLUSIVE, rewrites: false },
  cluster: { mode: ACCESS_EXCLUSIVE, rewrites: true },
  repack: { mode: ACCESS_EXCLUSIVE, rewrites: true },
  checkpoint: { rewrites: false },
  load: { rewrites: false },
  alterSystem: { rewrites: false },
};

function maintenance(op: OperationOf<'maintenance'>, scene: Scene): Answer {
  const { mode, rewrites } = MAINTENANCE[op.action];
  if (mode === undefined) return NONE;
  if (op.table === undefined) {
    // Without a name: every table of the database, each in its turn. CLUSTER does those that were clustered before.
    const tables = op.action === 'cluster' ? [] : everyTable(undefined, scene, op.action === 'analyze');
    const claims = lockAll(tables, mode);
    return { locks: op.action === 'analyze' ? claims : released(claims), rewrites: rewrites ? tables : [], work: rewrites ? 'rewrite' : 'scan', certain: false };
  }
  const relation = scene.before.relation(op.table);
  const target = locate(scene, op.table);
  if (relation?.kind === 'view') return NONE;
  const table = relation?.kind === 'table' ? relation : undefined;
  const below = table === undefined || op.only === true ? [] : partitionsOf(scene, table);
  const partitions = op.action === 'cluster' ? below.filter(isStored) : below;
  const children = table === undefined || op.action !== 'vacuumFull' || op.only === true || scene.version < 18 ? partitions : treeOf(scene, table).slice(1);
  const stored: readonly (Target | Table)[] = table === undefined ? [target] : [table, ...children].filter(isStored);
  const failures = op.action === 'cluster' ? clusterProblems(op, table, scene) : [];
  const index: Target | undefined = op.index === undefined ? undefined : { schema: target.schema, name: op.index, kind: 'index' };
  const claims = [...lockAll([target, ...partitions], mode), ...(index === undefined ? [] : lockAll([index], mode)), ...(table === undefined ? [] : childrenToo(op, table, scene))];
  // A rewrite reads the old table, or its index, and then the new one for each index.
  const scans = rewrites ? stored.filter((each) => op.action !== 'cluster' || !('indexes' in each) || each.indexes.length > 0) : [];
  return {
    locks: op.action === 'vacuum' || op.action === 'vacuumFull' ? released(claims) : claims,
    scans,
    rewrites: rewrites ? stored : [],
    work: rewrites ? 'rewrite' : 'scan',
    workOn: target,
    failures,
    certain: relation !== undefined,
  };
}

function clusterProblems(op: OperationOf<'maintenance'>, table: Table | undefined, scene: Scene): readonly Failure[] {
  if (table?.partitionBy === undefined) return [];
  if (scene.version < 15) return [failure('wrong-object-kind', 'cannot cluster a partitioned table', fullName(table), '0A000')];
  return scene.unit === null || (op.within !== undefined && op.within.kind !== 'program') ? [] : [failure('statement-in-transaction', 'CLUSTER cannot run inside a transaction block', fullName(table))];
}

const released = (claims: readonly Claim[]): readonly Claim[] => claims.map((claim) => ({ ...claim, released: true }));

/** Statistics of an inheritance tree sample the children too; since 18 the children are done as well. */
function childrenToo(op: OperationOf<'maintenance'>, table: Table, scene: Scene): readonly Claim[] {
  const only = op.only === true;
  const done = scene.version >= 18 && !only;
  const { mode } = MAINTENANCE[op.action];
  if (mode === undefined || op.action === 'cluster' || op.action === 'repack' || (table.partitionBy !== undefined && !only)) return [];
  if (op.action !== 'analyze' && op.analyze !== true && !done) return [];
  // What cannot be sampled is let go at once.
  return lockAll(treeOf(scene, table).slice(1).filter((each) => done || isStored(each)), done ? mode : ACCESS_SHARE, `inherits from ${fullName(table)}`);
}

/** How far a query gets that is only prepared, declared or explained. */
function sessionCommand(op: OperationOf<'sessionCommand'>, scene: Scene): Answer {
  if (op.query === undefined) return op.command === 'execute' ? { work: 'rows', certain: false } : NONE;
  const analyze = op.command.startsWith('explain') && /^explain\s*(\([^)]*\banalyze\b|analyze\b)/i.test(op.command);
  const depth: Depth = analyze ? 'run' : op.command.startsWith('prepare') ? 'rewritten' : 'planned';
  return { ...readQuery(op.query, scene, depth), work: analyze ? 'rows' : 'none' };
}

