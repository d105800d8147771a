import type { ObjectId, Table } from '../../../catalog/schema.ts';
import type { Term } from '../../../ir/expressions.ts';
import { cannotHold, holds, within } from './bounds.ts';
import type { Scene } from './scene.ts';
import { tableById } from './scene.ts';

/** What is below a table, without the partitions that a condition on the key rules out: the planner does not even lock those. */
export function reachedBelow(table: Table, terms: readonly Term[], scene: Scene): readonly Table[] {
  const children = table.children.flatMap((id) => tableById(scene, id) ?? []);
  const out = scene.version < 12 || terms.length === 0 ? NONE : ruledOut(table, children, terms, scene);
  return children.filter(({ id }) => !out.has(id)).flatMap((child) => [child, ...reachedBelow(child, terms, scene)]);
}

const NONE: ReadonlySet<ObjectId> = new Set();

function ruledOut(table: Table, children: readonly Table[], terms: readonly Term[], scene: Scene): ReadonlySet<ObjectId> {
  const [column, ...more] = table.partitionBy?.columns ?? [];
  const own = more.length > 0 ? [] : terms.filter((term) => term.column === column);
  if (own.length === 0) return NONE;
  const bounds = children.flatMap(({ partitionOf }) => partitionOf?.bound ?? []);
  const key = table.columns.find(({ name }) => name === column);
  // Since 17 the planner knows that there is no NULL where there can be none.
  if (scene.version >= 17 && key?.notNull === true && own.some(({ kind }) => kind === 'isNull')) return new Set(children.map(({ id }) => id));
  const elsewhere = bounds.some((bound) => within(bound, own)) || own.some((term) => {
    const values = term.kind === 'in' ? term.values : term.kind === 'compare' && term.operator === '=' ? [term.value] : undefined;
    return values?.every((value) => value !== null && bounds.some((bound) => bound.kind !== 'default' && holds(bound, value) === true)) === true;
  });
  const type = key?.type;
  const exact = type !== undefined && type.dimensions === 0 && (EXACT.has(type.name) || scene.before.enumOf(type) !== undefined);
  return new Set(children.flatMap(({ id, partitionOf }) => (partitionOf !== undefined && (partitionOf.bound.kind === 'default' ? elsewhere : cannotHold(partitionOf.bound, own, exact)) ? [id] : [])));
}

/** Types of which two texts that differ are two values. */
const EXACT: ReadonlySet<string> = new Set(['text', 'character varying']);
