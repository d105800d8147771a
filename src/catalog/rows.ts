import type { Query } from '../ir/expressions.ts';
import type { ObjectName } from '../ir/names.ts';
import type { Block } from '../ir/operations/base.ts';
import type { ObjectId, Relation, Table } from './schema.ts';

/** What is asked of a catalog here. */
export interface RelationLookup {
  relation(name: ObjectName): Relation | undefined;
  byId(id: ObjectId): Relation | undefined;
}

/** Whether the query gives no rows when the history is run on an empty database: something that it needs has none. */
export const isBarrenQuery = ({ needs }: Pick<Query, 'needs'>, lookup: RelationLookup): boolean => lacks(needs, lookup);

/** Whether, then, the loops around an operation take no turn. */
export const isBarrenBlock = (block: Pick<Block, 'needs'> | undefined, lookup: RelationLookup): boolean => lacks(block?.needs, lookup);

const lacks = (needs: Query['needs'], lookup: RelationLookup): boolean => needs?.some((any) => any.every((name) => isBarren(lookup.relation(name), lookup, 0))) ?? false;

/** Whether the history, run on an empty database, leaves the relation without rows. */
export const isBarrenRelation = (name: ObjectName, lookup: RelationLookup): boolean => isBarren(lookup.relation(name), lookup, 0);

const DEEPEST = 16;

function isBarren(relation: Relation | undefined, lookup: RelationLookup, depth: number): boolean {
  if (depth > DEEPEST) return false;
  switch (relation?.kind) {
    case 'table':
      return isBarrenTable(relation, lookup, depth);
    case 'view':
      return relation.query?.needs?.some((any) => any.every((name) => isBarren(lookup.relation(name), lookup, depth + 1))) ?? false;
    default:
      return false;
  }
}

/** Partitions and children hold the rows of a table, too; and there is no row that would have to refer to one of a table without any. */
export function isBarrenTable(table: Table, lookup: RelationLookup, depth = 0, seen = new Set<ObjectId>()): boolean {
  if (table.barren === true) return table.children.every((id) => isBarren(lookup.byId(id), lookup, depth + 1));
  if (table.barren === undefined || table.children.length > 0 || seen.has(table.id)) return false;
  seen.add(table.id);
  return requiredTables(table, lookup).some((target) => isBarrenTable(target, lookup, depth, seen));
}

/** Tables that every row of the table refers to. */
export function requiredTables(table: Table, lookup: RelationLookup): readonly Table[] {
  return table.constraints.flatMap(({ definition, references, valid, enforced }) => {
    if (definition.type !== 'foreignKey' || !valid || !enforced || references === undefined || references === table.id) return [];
    const target = lookup.byId(references);
    const required = definition.columns.every((name) => table.columns.some((column) => column.name === name && column.notNull));
    return required && target?.kind === 'table' ? [target] : [];
  });
}
