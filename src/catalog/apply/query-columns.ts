import type { DataType, Query, Result } from '../../ir/expressions.ts';
import type { ObjectName } from '../../ir/names.ts';
import type { Column, Relation } from '../schema.ts';
import { findRelation } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { mentions, tokens } from '../text.ts';
import { resolveDataType } from './column-parts.ts';
import type { Replay } from './context.ts';

/** Type of a result column that the text alone does not tell. */
export const UNKNOWN_TYPE = { name: 'unknown', modifiers: [], dimensions: 0 } as const;

/** Columns of a table made from a query, with their types where they are plainly those of the one relation it reads. */
export function selectedColumns({ store, origin }: Replay, query: Query | undefined): readonly Column[] {
  if (query === undefined) return [];
  const source = onlySource(query, (name) => findRelation(store, name));
  const plain = source === undefined || mentions(query.text, 'as') ? undefined : source;
  return expandStar(query, source).flatMap((name, i) => {
    if (name === undefined) return [];
    const typed = query.results === undefined ? typedAs(plain, name) : typedBy(store, query.results[i]);
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
  return column === undefined ? undefined : { type: column.type, ...(column.typeId === undefined ? {} : { typeId: column.typeId }) };
}

/** Names of a query's result; a lone star over one relation that is known in full stands for its columns. */
export function resultColumns({ store }: Replay, query: Query): readonly (string | undefined)[] {
  return expandStar(query, onlySource(query, (name) => findRelation(store, name)));
}

/** The type of each result column that a cast or a plain column gives. */
export const resultTypes = ({ results = [] }: Query, find: (name: ObjectName) => Relation | undefined): readonly (DataType | undefined)[] =>
  results.map((result) => {
    if (result === undefined || 'type' in result) return result?.type;
    const [only, ...others] = result.of;
    return only === undefined || others.length > 0 ? undefined : typeOf(find(only), result.column);
  });

function typeOf(relation: Relation | undefined, column: string): DataType | undefined {
  if (relation?.kind === 'table') return relation.columns.find(({ name }) => name === column)?.type;
  return relation?.kind === 'view' ? relation.types?.[relation.columns.indexOf(column)] : undefined;
}

function expandStar(query: Query, source: Relation | undefined): readonly (string | undefined)[] {
  if (!query.hasStar || !isLoneStar(query.text)) return query.outputs;
  if (source?.kind === 'table' && source.complete) return source.columns.map((column) => column.name);
  if ((source?.kind === 'view' || source?.kind === 'materializedView') && source.complete) return source.columns;
  return query.outputs;
}

function onlySource(query: Query, find: (name: Query['reads'][number]['relation']) => Relation | undefined): Relation | undefined {
  const [only, ...others] = query.reads;
  return only === undefined || others.length > 0 ? undefined : find(only.relation);
}

/** As far as one has to look for three words, comments between them. */
const HEAD = 500;

/** `SELECT * FROM t` or `TABLE t`. */
function isLoneStar(text: string): boolean {
  const [select, star, from] = tokens(text.slice(0, HEAD));
  if (select?.text.toLowerCase() === 'table') return true;
  return select?.text.toLowerCase() === 'select' && star?.text === '*' && from?.text.toLowerCase() === 'from';
}
