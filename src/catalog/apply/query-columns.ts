import type { DataType, Query, Result } from '../../ir/expressions.ts';
import type { ObjectName } from '../../ir/names.ts';
import type { Column, Relation } from '../schema.ts';
import { findRelation } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { mentions } from '../text.ts';
import { resolveDataType } from './column-parts.ts';
import type { Replay } from './context.ts';

/** Type of a result column that the text alone does not tell. */
export const UNKNOWN_TYPE = { name: 'unknown', modifiers: [], dimensions: 0 } as const;

/** Columns of a table made from a query, with their types where they are plainly those of a relation it reads. */
export function selectedColumns({ store, origin }: Replay, query: Query | undefined): readonly Column[] {
  if (query === undefined) return [];
  const find = (name: ObjectName): Relation | undefined => findRelation(store, name);
  const source = onlySource(query, find);
  const plain = source === undefined || mentions(query.text, 'as') ? undefined : source;
  return expanded(query, find).flatMap(({ name, result, from }) => {
    if (name === undefined) return [];
    const typed = from !== undefined ? typedAs(from, name) : query.results === undefined ? typedAs(plain, name) : typedBy(store, result);
    return [{ name, ...(typed ?? { type: UNKNOWN_TYPE }), notNull: false, origin }];
  });
}

type Typed = Pick<Column, 'type' | 'typeId'>;

function typedBy(store: Store, result: Result | undefined): Typed | undefined {
  if (result === undefined) return undefined;
  if ('type' in result) return resolveDataType(store, result.type);
  const [only, ...others] = result.of;
  return only === undefined || others.length > 0 ? undefined : typedAs(findRelation(store, only), result.column);
}

function typedAs(relation: Relation | undefined, name: string): Typed | undefined {
  const column = relation?.kind === 'table' ? relation.columns.find((other) => other.name === name) : undefined;
  if (column !== undefined) return { type: column.type, ...(column.typeId === undefined ? {} : { typeId: column.typeId }) };
  const type = relation?.kind === 'view' ? relation.types?.[relation.columns.indexOf(name)] : undefined;
  return type === undefined ? undefined : { type };
}

/** Names of a query's result; a star over relations that are known in full stands for their columns. */
export const resultColumns = ({ store }: Replay, query: Query): readonly (string | undefined)[] => resultNames(query, (name) => findRelation(store, name));

export const resultNames = (query: Query, find: (name: ObjectName) => Relation | undefined): readonly (string | undefined)[] => expanded(query, find).map(({ name }) => name);

/** The type of each result column that a cast or a plain column gives. */
export const resultTypes = (query: Query, find: (name: ObjectName) => Relation | undefined): readonly (DataType | undefined)[] =>
  expanded(query, find).map(({ name, result, from }) => {
    if (from !== undefined) return name === undefined ? undefined : typedAs(from, name)?.type;
    if (result === undefined || 'type' in result) return result?.type;
    const [only, ...others] = result.of;
    return only === undefined || others.length > 0 ? undefined : typedAs(find(only), result.column)?.type;
  });

/** A column of a query's result: one that is written, or one `from` a relation that a star takes whole. */
interface ResultColumn {
  readonly name: string | undefined;
  readonly result?: Result | undefined;
  readonly from?: Relation;
}

/** As many columns as a relation can have; views over views multiply. */
const MOST_COLUMNS = 1664;

function expanded(query: Query, find: (name: ObjectName) => Relation | undefined): readonly ResultColumn[] {
  const { outputs, results = [], spread } = query;
  const written = outputs.map((name, i): ResultColumn => ({ name, result: results[i] }));
  if (spread === undefined) return written;
  const columns: ResultColumn[] = [];
  for (const [i, own] of written.entries()) {
    const relation = spread[i];
    const from = relation === undefined ? undefined : find(relation);
    const names = from === undefined ? undefined : columnsOf(from);
    if (from === undefined || names === undefined) columns.push(own);
    else columns.push(...names.map((name) => ({ name, from })));
    if (columns.length > MOST_COLUMNS) return written;
  }
  return columns;
}

function columnsOf(relation: Relation): readonly (string | undefined)[] | undefined {
  if (relation.kind === 'table') return relation.complete && relation.doubtful !== true ? relation.columns.map(({ name }) => name) : undefined;
  return (relation.kind === 'view' || relation.kind === 'materializedView') && relation.complete ? relation.columns : undefined;
}

function onlySource(query: Query, find: (name: ObjectName) => Relation | undefined): Relation | undefined {
  const [only, ...others] = query.reads;
  return only === undefined || others.length > 0 ? undefined : find(only.relation);
}
