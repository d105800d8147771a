import type { ColumnDefinition } from '../../ir/columns.ts';
import type { DataType, Expression } from '../../ir/expressions.ts';
import { typeObject } from '../lookups.ts';
import type { Column, ObjectId, Sequence, Table } from '../schema.ts';
import { editRelation, putRelation } from '../state/relations.ts';
import { findRelation, findType } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { nameKey, newId } from '../state/store.ts';
import { identifier, tokens } from '../text.ts';
import type { Replay } from './context.ts';

/** The type as the catalog knows it: a user type in full, with its identity. */
export function resolveDataType(store: Store, type: DataType): Pick<Column, 'type' | 'typeId'> {
  const found = findType(store, typeObject(type));
  return found === undefined ? { type } : { type: { ...type, schema: found.schema, name: found.name }, typeId: found.id };
}

/** A column as declared; the sequence of serial and identity is made apart, as it needs the table. */
export function declaredColumn({ store, origin }: Replay, definition: ColumnDefinition): Column {
  const { name, notNull, identity, generated, collation } = definition;
  return {
    name,
    notNull: notNull || definition.serial === true || identity !== undefined,
    origin,
    ...resolveDataType(store, definition.type),
    ...defaultOf(store, definition.default),
    ...(identity === undefined ? {} : { identity }),
    ...(generated === undefined ? {} : { generated }),
    ...(collation === undefined ? {} : { collation }),
    ...(definition.serial === true || identity !== undefined || generated !== undefined || (definition.default !== undefined && definition.default.literal !== null) ? { given: true } : {}),
  };
}

/** A default with the sequence it draws from; DEFAULT NULL is no default. */
export function defaultOf(store: Store, expression: Expression | undefined): Pick<Column, 'default' | 'sequence'> {
  if (expression === undefined || expression.literal === null) return {};
  const sequence = expression.calls.some((call) => call.name.name === 'nextval') ? sequenceIn(store, expression.text) : undefined;
  return { default: expression, ...(sequence === undefined ? {} : { sequence: sequence.id }) };
}

/** Makes the sequence that serial or identity brings along and ties it to the column. */
export function addOwnedSequence({ store, origin }: Replay, table: Table, definition: Pick<ColumnDefinition, 'name' | 'span' | 'type' | 'serial'>): void {
  const name = store.semantics.sequenceName(table.name, definition.name, (candidate) => store.relationNames.has(nameKey(store, table.schema, candidate)));
  const sequence: Sequence = {
    kind: 'sequence',
    id: newId(store),
    schema: table.schema,
    name,
    origin,
    dependents: [],
    complete: true,
    temporary: table.persistence === 'temporary',
    type: definition.type,
    ownedBy: { table: table.id, column: definition.name },
  };
  putRelation(store, sequence);
  editColumn(store, table, definition.name, (column) => ({
    ...column,
    sequence: sequence.id,
    ...(definition.serial === true ? { default: nextval(sequence, definition.span) } : {}),
  }));
}

/** Changes one column of the table as it is now. */
export function editColumn(store: Store, table: Table, name: string, change: (column: Column) => Column): void {
  editRelation(store, table, (now) => ({ ...now, columns: now.columns.map((column) => (column.name === name ? change(column) : column)) }));
}

export const ownedSequences = (store: Store, table: ObjectId, column: string): readonly Sequence[] =>
  (store.uses.get(`owner:${String(table)}`) ?? [])
    .map((id) => store.relations.get(id))
    .filter((relation) => relation?.kind === 'sequence')
    .filter((sequence) => sequence.ownedBy?.column === column);

function nextval(sequence: Sequence, span: Expression['span']): Expression {
  return {
    text: `nextval('${sequence.schema}.${sequence.name}'::regclass)`,
    span,
    columns: [],
    calls: [{ name: { name: 'nextval' }, argumentCount: 1 }],
    casts: [],
    reads: [],
    terms: [],
    termsComplete: false,
  };
}

/** The sequence named in `nextval('s.q'::regclass)`. */
function sequenceIn(store: Store, text: string): Sequence | undefined {
  const list = tokens(text);
  const call = list.findIndex((token) => identifier(token) === 'nextval');
  const literal = list.slice(call + 1).find((token) => token.kind === 'string')?.text;
  const parts = literal === undefined ? [] : tokens(literal.slice(1, -1)).map(identifier).filter((part) => part !== undefined);
  const [first, second] = parts;
  if (first === undefined) return undefined;
  const found = findRelation(store, second === undefined ? { name: first } : { schema: first, name: second });
  return found?.kind === 'sequence' ? found : undefined;
}
