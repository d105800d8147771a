import type { Column } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { ColumnDefinition } from '../../../ir/columns.ts';
import type { ConstraintDefinition } from '../../../ir/constraints.ts';
import type { DataType, Expression } from '../../../ir/expressions.ts';
import { SYSTEM_COLUMNS } from '../system-columns.ts';
import { isKnownType } from '../types.ts';
import { failure } from './failures.ts';
import type { Scene } from './scene.ts';

/** Names that columns of a new relation cannot have, or not twice; undefined stands for a name that is not evident. */
export function nameProblems(names: readonly (string | undefined)[], object: string): readonly Failure[] {
  const seen = new Set<string>();
  for (const name of names) {
    if (name === undefined) continue;
    if (SYSTEM_COLUMNS.has(name)) return [failure('column-exists', `column name "${name}" conflicts with a system column name`, object)];
    if (seen.has(name)) return [failure('column-exists', `column "${name}" specified more than once`, object)];
    seen.add(name);
  }
  return [];
}

/** What the server refuses of a column that is declared. */
export const columnProblems = (column: ColumnDefinition, object: string, scene: Scene): readonly Failure[] => [
  ...(column.contradiction === undefined || scene.version < (column.contradiction.from ?? 0) ? [] : [failure('declaration-refused', `${column.contradiction.what} for column "${column.name}" of table "${object.split('.').at(-1) ?? object}"`, object)]),
  ...(column.storage === undefined ? [] : storageProblems('setStorage', column.storage, column.type, object, scene)),
  ...(column.compression === undefined ? [] : storageProblems('setCompression', column.compression, column.type, object, scene)),
  ...typeProblems(column, object),
  ...virtualProblems(column, object, scene),
];

const INTEGERS: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint']);
const LONGEST: Readonly<Record<string, number>> = { 'character varying': 10_485_760, character: 10_485_760, numeric: 1000 };

function typeProblems({ type, identity }: ColumnDefinition, object: string): readonly Failure[] {
  if (!isKnownType(type)) return [];
  if (identity !== undefined && !INTEGERS.has(type.name)) return [failure('identity-not-possible', 'identity column type must be smallint, integer, or bigint', object, '22023')];
  const [first] = type.modifiers;
  const longest = LONGEST[type.name];
  if (typeof first !== 'number' || longest === undefined || (first >= 1 && first <= longest)) return [];
  return [failure('length-refused', type.name === 'numeric' ? `NUMERIC precision ${String(first)} must be between 1 and 1000` : `length for type ${type.name} must be between 1 and ${String(longest)}`, object)];
}

/** Types of a fixed length, which are stored in the row as they are. */
const FIXED = /^(?:smallint|integer|bigint|real|double precision|boolean|date|time|timestamp|interval|uuid|money|oid|name|point|line|lseg|box|circle|macaddr8?|"char"|pg_lsn|xid8?|cid|tid)(?: |$)/;

export function storageProblems(change: 'setStorage' | 'setCompression', to: string, type: DataType | undefined, object: string, scene: Scene): readonly Failure[] {
  if (change === 'setCompression' && !['pglz', 'lz4', 'default'].includes(to)) return [failure('storage-refused', `invalid compression method "${to}"`, object, '22023')];
  if (type === undefined || type.dimensions > 0 || to === 'default' || to === 'plain') return [];
  const fixed = scene.before.enumOf(type) !== undefined || (isKnownType(type) && type.schema === undefined && FIXED.test(type.name));
  if (!fixed) return [];
  return [failure('storage-refused', change === 'setStorage' ? `column data type ${type.name} can only have storage PLAIN` : `column data type ${type.name} does not support compression`, object)];
}

/** Virtual columns are computed by whoever reads them, and so only from what the server itself brings. */
function virtualProblems({ name, type, generated }: ColumnDefinition, object: string, scene: Scene): readonly Failure[] {
  if (generated?.stored !== false) return [];
  const { before } = scene;
  if (before.domainOf(type) !== undefined) return [failure('virtual-column-refused', `virtual generated column "${name}" cannot have a domain type`, object)];
  if (before.enumOf(type) !== undefined || before.type(type) !== undefined) return [failure('virtual-column-refused', `virtual generated column "${name}" cannot have a user-defined type`, object)];
  const own = generated.expression.calls.some((call) => call.name.schema !== 'pg_catalog' && before.routines(call.name).length > 0);
  return own ? [failure('virtual-column-refused', 'generation expression uses user-defined function', object)] : [];
}

const CONSTRAINTS: Readonly<Partial<Record<ConstraintDefinition['type'], string>>> = { primaryKey: 'primary keys', unique: 'unique constraints', foreignKey: 'foreign key constraints', exclusion: 'unique constraints' };

export function virtualConstraintProblems(constraint: ConstraintDefinition, of: readonly (Column | ColumnDefinition)[], object: string): readonly Failure[] {
  const what = CONSTRAINTS[constraint.type];
  if (what === undefined || !('columns' in constraint)) return [];
  const expressions = constraint.type === 'exclusion' ? constraint.expressions : [];
  return virtualKeyProblems(what, constraint.columns.flatMap((name) => name ?? []), expressions, of, object);
}

/** An index or a key over a virtual column, as a column or inside an expression. */
export function virtualKeyProblems(what: string, columns: readonly string[], expressions: readonly Expression[], of: readonly (Column | ColumnDefinition)[], object: string): readonly Failure[] {
  const isVirtual = (name: string): boolean => of.some((column) => column.name === name && column.generated?.stored === false);
  const used = columns.some(isVirtual) || expressions.some((expression) => expression.columns.some(isVirtual));
  return used ? [failure('virtual-column-refused', `${what} on virtual generated columns are not supported`, object)] : [];
}
