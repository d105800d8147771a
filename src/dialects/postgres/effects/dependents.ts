import type { Column, Relation, Table } from '../../../catalog/schema.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { Scene } from './scene.ts';
import { everyRelation } from './scene.ts';

/** A policy that looks into other tables. */
export interface PolicyReader {
  readonly owner: Table;
  readonly policy: string;
  readonly reads: readonly ObjectName[];
}

export const policyReaders = (scene: Scene): readonly PolicyReader[] =>
  everyRelation(scene).flatMap((owner) =>
    owner.kind !== 'table'
      ? []
      : owner.policies.flatMap(({ name, using, check }) => {
          const reads = [...(using?.reads ?? []), ...(check?.reads ?? [])];
          return reads.length === 0 ? [] : [{ owner, policy: name, reads }];
        }),
  );

/** Columns of the row type of a relation, arrays included. */
export function columnsOfRowType({ schema, name }: Relation, scene: Scene): readonly { readonly table: Table; readonly column: Column }[] {
  return everyRelation(scene).flatMap((relation) =>
    relation.kind !== 'table'
      ? []
      : relation.columns
          .filter(({ type }) => type.name === name && (type.schema ?? schema) === schema)
          .map((column) => ({ table: relation, column })),
  );
}
