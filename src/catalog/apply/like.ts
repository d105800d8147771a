import { indexesOf } from '../lookups.ts';
import type { Column, Relation, Table } from '../schema.ts';
import { editRelation } from '../state/relations.ts';
import { findRelation } from '../state/resolve.ts';
import { addOwnedSequence } from './column-parts.ts';
import { addConstraintTo, chosenConstraintName } from './constraint-parts.ts';
import type { Replay } from './context.ts';
import { without } from './context.ts';
import { buildIndex, chosenIndexName, formerNames } from './index-parts.ts';
import { UNKNOWN_TYPE } from './query-columns.ts';

const includes = (including: readonly string[], feature: string): boolean => including.includes(feature) || including.includes('all');

/** Columns that LIKE takes over from a table, view or composite type. */
export function likeColumns({ origin }: Replay, source: Relation | undefined, including: readonly string[]): readonly Column[] {
  if (source?.kind === 'view') return source.columns.flatMap((name, place) => (name === undefined ? [] : [{ name, type: source.types?.[place] ?? UNKNOWN_TYPE, notNull: false, origin }]));
  if (source?.kind !== 'table') return [];
  return source.columns.map((column) => {
    const copy: Column = { ...without(column, 'inherited', 'sequence', 'default', 'identity', 'generated', 'comment'), origin };
    return {
      ...copy,
      ...(includes(including, 'defaults') && column.identity === undefined && column.default !== undefined
        ? { default: column.default, ...(column.sequence === undefined ? {} : { sequence: column.sequence }) }
        : {}),
      ...(includes(including, 'identity') && column.identity !== undefined ? { identity: column.identity } : {}),
      ...(includes(including, 'generated') && column.generated !== undefined ? { generated: column.generated } : {}),
      ...(includes(including, 'comments') && column.comment !== undefined ? { comment: column.comment } : {}),
    };
  });
}

/** What LIKE brings along beyond the columns: identity sequences, checks, indexes. */
export function copyFeatures(replay: Replay, table: Table, source: Relation | undefined, including: readonly string[]): void {
  if (source?.kind !== 'table') return;
  if (includes(including, 'identity')) {
    for (const column of source.columns) {
      if (column.identity !== undefined) addOwnedSequence(replay, table, { name: column.name, type: column.type, span: { start: 0, end: 0 } });
    }
  }
  if (includes(including, 'constraints')) {
    for (const { name, definition } of source.constraints) {
      if (definition.type === 'check') addConstraintTo(replay, table, { ...without(definition, 'notValid'), name }, { fresh: true });
    }
  }
  if (includes(including, 'indexes')) copyIndexes(replay, table, source);
}

function copyIndexes(replay: Replay, table: Table, source: Table): void {
  for (const index of indexesOf(replay.store, source)) {
    const constraint = source.constraints.find((other) => other.index === index.id);
    const former = formerNames(index);
    const kept = index.formerNames === undefined ? {} : { formerNames: index.formerNames };
    if (constraint !== undefined) {
      const definition = without(constraint.definition, 'name');
      const name = chosenConstraintName(replay.store, table, former.definition(definition));
      addConstraintTo(replay, table, { ...definition, name }, { fresh: true });
      const made = findRelation(replay.store, { schema: table.schema, name });
      if (made?.kind === 'index') editRelation(replay.store, made, (now) => ({ ...now, ...kept }));
      continue;
    }
    const { unique, method, keys, include, where, nullsNotDistinct } = index;
    const name = chosenIndexName(replay.store, table, { keys: former.keys(keys), include: former.names(include) });
    buildIndex(replay, table, name, { unique, method, keys, include, where, nullsNotDistinct, valid: true, ...kept });
  }
}
