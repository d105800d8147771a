import type { Table } from '../../../catalog/schema.ts';
import { holds } from './bounds.ts';
import type { Scene } from './scene.ts';
import { tableById } from './scene.ts';
import type { Value } from './values.ts';

/** The partitions that a row is in, from the outside in, where its values and the bounds are plain enough to tell. */
export function partitionFor(parent: Table, valueOf: (column: string) => Value, scene: Scene): readonly Table[] | undefined {
  const [column, ...more] = parent.partitionBy?.columns ?? [];
  const value = column === undefined || more.length > 0 ? undefined : valueOf(column);
  if (value === undefined) return undefined;
  const children = parent.children.flatMap((id) => tableById(scene, id) ?? []);
  const fits = children.map((child) => (child.partitionOf === undefined || child.partitionOf.bound.kind === 'default' ? false : holds(child.partitionOf.bound, value)));
  if (fits.includes(undefined)) return undefined;
  const child = children[fits.indexOf(true)] ?? children.find(({ partitionOf }) => partitionOf?.bound.kind === 'default');
  if (child === undefined || child.partitionBy === undefined) return child === undefined ? undefined : [child];
  const below = partitionFor(child, valueOf, scene);
  return below === undefined ? undefined : [child, ...below];
}
