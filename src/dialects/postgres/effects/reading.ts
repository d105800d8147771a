import { isBarrenQuery, isBarrenRelation } from '../../../catalog/rows.ts';
import type { Relation, Table, View } from '../../../catalog/schema.ts';
import type { Call, Expression, Query, RelationUse, Term } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { ACCESS_SHARE, ROW_EXCLUSIVE, ROW_SHARE } from '../locks.ts';
import type { Mode } from '../locks.ts';
import type { Answer, Claim, Target } from './answer.ts';
import { fullName, lock, NOTHING, sum } from './answer.ts';
import { reachedBelow } from './pruning.ts';
import type { Scene } from './scene.ts';
import { followCall } from './following.ts';
import { DEEPEST, locate, locateById, parseRegclass, treeOf } from './scene.ts';

/**
 * How far the server goes with a query:
 * - `named`: it is analysed and stored; what it names is locked.
 * - `rewritten`: views are replaced by what they read.
 * - `planned`: partitions and children are looked up too.
 * - `run`: functions run, sequences move, triggers fire.
 */
export type Depth = 'named' | 'rewritten' | 'planned' | 'run';

const MODE: { readonly [A in RelationUse['access']]: Mode } = {
  read: ACCESS_SHARE,
  lockRows: ROW_SHARE,
  insert: ROW_EXCLUSIVE,
  update: ROW_EXCLUSIVE,
  delete: ROW_EXCLUSIVE,
};

/** Locks of everything that a query reads, views and partitions included; its writes are those of data-modifying CTEs. */
export function readQuery(query: Query, scene: Scene, depth: Depth): Answer {
  const uses = [...query.reads, ...query.writes];
  const locks = uses.flatMap((use) => useRelation(use, scene, depth, use.access !== 'update' && use.picks?.alone === true ? use.picks.where?.terms : []));
  return depth === 'run' && !isBarrenQuery(query, scene.before) ? sum([{ locks, certain: !query.reads.some(asksSequences) }, runCalls(query.calls, query.text, scene, query), ...viewCalls(query, scene)]) : { locks };
}

/** Its last column asks each sequence there is, where anybody wants it. */
const asksSequences = ({ relation: { schema = 'pg_catalog', name } }: RelationUse): boolean => schema === 'pg_catalog' && name === 'pg_sequences';

/** Locks that evaluating an expression takes: its subqueries are only named, its functions not run. */
export const nameExpression = (expression: Expression | undefined, scene: Scene): readonly Claim[] =>
  expression?.reads.map((name) => lock(locate(scene, name), ACCESS_SHARE)) ?? [];

/** `where`: what the rows have to meet that are looked for, each term over a column of the relation. */
export function useRelation(use: RelationUse, scene: Scene, depth: Depth, where: readonly Term[] = []): readonly Claim[] {
  return claimRelation(locate(scene, use.relation), use, { scene, depth, where, seen: new Set(), level: 0 });
}

interface Walk {
  readonly scene: Scene;
  readonly depth: Depth;
  readonly where: readonly Term[];
  /** Views that have been looked into, each once per kind of access. */
  readonly seen: Set<string>;
  /** Views between the relation and the one that the query names. */
  readonly level: number;
}

function claimRelation(target: Target | Relation, use: Pick<RelationUse, 'access' | 'only'>, walk: Walk): readonly Claim[] {
  const { scene, depth } = walk;
  const mode = MODE[use.access];
  const relation = 'id' in target ? target : undefined;
  if (relation?.kind === 'view' && depth !== 'named') return [lock(target, mode), ...underView(relation, use.access, walk)];
  if (relation?.kind === 'table' && (depth === 'planned' || depth === 'run')) {
    const below = use.access === 'insert' || use.only ? [] : walk.where.length === 0 ? treeOf(scene, relation).slice(1) : reachedBelow(relation, walk.where, scene);
    return [lock(target, mode), ...below.map((table) => lock(table, mode, `part of ${fullName(relation)}`))];
  }
  return [lock(target, mode)];
}

/** What a view reads is locked as the view is; a write goes to the one relation that an updatable view stands for. */
function underView(view: View, access: RelationUse['access'], walk: Walk): readonly Claim[] {
  const { scene, seen } = walk;
  const key = `${String(view.id)} ${access}`;
  if (seen.has(key) || walk.level >= DEEPEST) return [];
  seen.add(key);
  const below: Walk = { ...walk, where: [], level: walk.level + 1 };
  const because = `read by ${fullName(view)}`;
  const claims = (id: number, use: RelationUse['access']): readonly Claim[] => {
    const relation = locateById(scene, id);
    if (relation === undefined) return [];
    const only = view.query?.reads.some(({ relation: name, only: alone }) => alone && scene.before.relation(name)?.id === id) ?? false;
    return claimRelation(relation, { access: use, only }, below).map((claim) => (claim.because === undefined ? { ...claim, because } : claim));
  };
  if (access === 'read' || access === 'lockRows') return unique(view.reads).flatMap((id) => claims(id, access));
  const instead = view.triggers.some(({ timing, events }) => timing === 'insteadOf' && events.includes(access)) || view.rules.some((rule) => rule.instead && rule.event === access);
  const [base, ...others] = unique(view.reads);
  if (instead || base === undefined) return access === 'insert' ? [] : unique(view.reads).flatMap((id) => claims(id, 'read'));
  return [...claims(base, access), ...others.flatMap((id) => claims(id, 'read'))];
}

const unique = (ids: readonly number[]): readonly number[] => [...new Set(ids)];

/** The table that a write to the relation reaches, through updatable views. */
export function writtenTable(name: ObjectName, access: 'insert' | 'update' | 'delete', scene: Scene): Table | undefined {
  let relation = scene.before.relation(name);
  for (let depth = 0; relation?.kind === 'view' && depth < 32; depth++) {
    const view: View = relation;
    if (view.triggers.some(({ timing, events }) => timing === 'insteadOf' && events.includes(access))) return undefined;
    relation = locateById(scene, view.reads[0]);
  }
  return relation?.kind === 'table' ? relation : undefined;
}

/** Functions in the views that a query reads run with it. */
function viewCalls(query: Query, scene: Scene): readonly Answer[] {
  const seen = new Set<number>();
  const visit = (relation: Relation | undefined): readonly Answer[] => {
    if (relation?.kind !== 'view' || seen.has(relation.id) || seen.size > DEEPEST) return [];
    seen.add(relation.id);
    const own = relation.query === undefined ? [] : [runCalls(relation.query.calls, relation.query.text, scene, relation.query)];
    return [...own, ...relation.reads.flatMap((id) => visit(locateById(scene, id)))];
  };
  return query.reads.flatMap(({ relation }) => visit(scene.before.relation(relation)));
}

/** What calling functions does: the sequences they move, and the bodies of routines that the catalog knows. */
export function runCalls(calls: readonly Call[], text: string, scene: Scene, query?: Query): Answer {
  if (calls.length === 0) return NOTHING;
  const locks = calls.some(({ name }) => SEQUENCE_FUNCTIONS.has(name.name)) ? sequencesMoved(text, scene, query) : [];
  return sum([{ locks }, ...calls.map((call) => followCall(call, scene))]);
}

export const runExpression = (expression: Expression, scene: Scene): Answer => runCalls(expression.calls, expression.text, scene);

const SEQUENCE_FUNCTIONS: ReadonlySet<string> = new Set(['nextval', 'setval', 'currval']);

/** Sequences that the text names literally; a setval of NULL, as of max() over no rows, does nothing. */
function sequencesMoved(text: string, scene: Scene, query: Query | undefined): readonly Claim[] {
  const claims: Claim[] = [];
  for (const [, name, literal] of text.matchAll(/\b(nextval|setval|currval)\s*\(\s*'((?:[^']|'')*)'/gi)) {
    const sequence = literal === undefined ? undefined : parseRegclass(literal.replaceAll("''", "'"));
    if (sequence === undefined || (name?.toLowerCase() === 'setval' && query !== undefined && setsNull(text, query, scene))) continue;
    claims.push(lock(locate(scene, sequence), ROW_EXCLUSIVE));
  }
  for (const [, table, column] of text.matchAll(/\bpg_get_serial_sequence\s*\(\s*'((?:[^']|'')*)'\s*,\s*'((?:[^']|'')*)'/gi)) {
    const name = table === undefined ? undefined : parseRegclass(table.replaceAll("''", "'"));
    const owner = name === undefined ? undefined : scene.before.table(name);
    const sequence = locateById(scene, owner?.columns.find((candidate) => candidate.name === column)?.sequence);
    if (sequence === undefined || (/\bsetval\s*\(/i.test(text) && query !== undefined && setsNull(text, query, scene))) continue;
    claims.push(lock(sequence, ROW_EXCLUSIVE));
  }
  return claims;
}

function setsNull(text: string, query: Query, scene: Scene): boolean {
  return (
    /\bmax\s*\(/i.test(text) &&
    !/\bcoalesce\s*\(|\bgreatest\s*\(/i.test(text) &&
    query.reads.length > 0 &&
    query.reads.every(({ relation }) => isBarrenRelation(relation, scene.before))
  );
}
