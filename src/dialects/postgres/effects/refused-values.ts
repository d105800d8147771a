import { sameSet } from '../../../catalog/keys.ts';
import type { Column, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { DataType, Expression } from '../../../ir/expressions.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import { isKnownType } from '../types.ts';
import { fullName } from './answer.ts';
import type { Known } from './constant-rows.ts';
import { brokenCheck, changesRows, repeatedKey } from './constant-rows.ts';
import { failure } from './failures.ts';
import type { Scene } from './scene.ts';
import { columnOf, indexesOf } from './scene.ts';
import { valueRows } from './values.ts';

type Literal = string | number | boolean | null;

/** A default that the server looks at when it is declared, and does not take. */
export function defaultProblems(column: string, type: DataType | undefined, expression: Expression | undefined, object: string, scene: Scene): readonly Failure[] {
  if (expression === undefined) return [];
  if (expression.reads.length > 0 || hasSubquery(expression)) return [failure('default-refused', 'cannot use subquery in DEFAULT expression', object, '0A000')];
  if (expression.columns.length > 0) return [failure('default-refused', 'cannot use column reference in DEFAULT expression', object, '0A000')];
  const plain = expression.literal !== undefined && type !== undefined && expression.casts.every((cast) => cast.name === type.name && cast.dimensions === type.dimensions);
  const problem = plain ? literalProblem(expression.literal, type, scene) : undefined;
  if (problem === undefined) return [];
  return [failure('default-refused', problem.message ?? `column "${column}" is of type ${type?.name ?? ''} but default expression is of type ${problem.is}`, object, problem.code)];
}

/** Also one that reads no relation. */
const hasSubquery = ({ literal, text }: Expression): boolean => literal === undefined && /\(\s*(?:select|values|with)\b/i.test(text.replace(/'(?:[^']|'')*'/g, ''));

/** An INSERT … VALUES that fails whatever rows there are. */
export function rowProblems(op: OperationOf<'insert'>, table: Table, scene: Scene): readonly Failure[] {
  if (!table.complete) return [];
  const object = fullName(table);
  const twice = op.columns.find((name, i) => op.columns.indexOf(name) < i && !isInPart(op, name));
  if (twice !== undefined) return [failure('value-refused', `column "${twice}" specified more than once`, object, '42701')];
  const missing = op.columns.find((name) => columnOf(table, name) === undefined);
  if (missing !== undefined) return [failure('column-missing', `column "${missing}" of relation "${table.name}" does not exist`, object)];
  const { conflict } = op;
  if (conflict !== undefined && !isUnique(conflict, table, scene)) return [failure('conflict-target-missing', 'there is no unique or exclusion constraint matching the ON CONFLICT specification', object)];
  const always = op.source === 'query' && table.rules.length === 0 ? op.columns.find((name) => takesNothing(columnOf(table, name), op)) : undefined;
  if (always !== undefined) return [failure('value-refused', `cannot insert a non-DEFAULT value into column "${always}"`, object, columnOf(table, always)?.identity === undefined ? generatedCode(scene) : '428C9')];
  if ((op.source !== 'values' && op.constants === undefined) || table.rules.length > 0) return [];
  const rows = op.constants === undefined ? valueRows(op.query.text) : [op.constants];
  const columns = op.columns.length > 0 ? op.columns : table.columns.map(({ name }) => name);
  for (const row of rows) {
    if (row.length > columns.length) return [failure('value-refused', 'INSERT has more expressions than target columns', object, '42601')];
    if (row.length < op.columns.length) return [failure('value-refused', 'INSERT has more target columns than expressions', object, '42601')];
    for (const [i, value] of row.entries()) {
      const column = columnOf(table, columns[i] ?? '');
      const problem = column === undefined || value === undefined || isInPart(op, column.name) ? undefined : valueProblem(column, value, op, scene);
      if (column === undefined || problem === undefined) continue;
      return [failure('value-refused', problem.message ?? `column "${column.name}" is of type ${column.type.name} but expression is of type ${problem.is}`, object, problem.code)];
    }
  }
  // A trigger may fill in what is not there.
  if (rows.length === 0 || changesRows(table, 'insert')) return [];
  const given = new Set(columns.slice(0, Math.max(...rows.map((row) => row.length))));
  const empty = table.columns.find((column) =>
    given.has(column.name) ? refusesNull(column, scene) && !isInPart(op, column.name) && rows.some((row) => row[columns.indexOf(column.name)] === null) : isRequired(column, scene) && (column.default === undefined || column.default.literal === null),
  );
  if (empty !== undefined) return [failure('value-refused', nullMessage(empty.name, table), object, '23502')];
  const known = rows.map((row): Known => (name) => (columns.includes(name) && !isInPart(op, name) ? row[columns.indexOf(name)] : undefined));
  const refused = known.map((row) => brokenCheck(table, row, 'value-refused', scene)).find((problem) => problem !== undefined) ?? repeatedKey(table, known, op.onConflict, conflict, scene);
  return refused === undefined ? [] : [refused];
}

const isInPart = ({ inPart }: OperationOf<'insert'>, column: string): boolean => inPart?.includes(column) === true;

const nullMessage = (column: string, table: Table): string => `null value in column "${column}" of relation "${table.name}" violates not-null constraint`;

/** A column that only DEFAULT can be given. */
const takesNothing = (column: Column | undefined, op: OperationOf<'insert'>): boolean =>
  column?.generated !== undefined || (column?.identity === 'always' && !/\boverriding\b/i.test(op.query.text));

/** An UPDATE that sets constants which no row can have. */
export function constantProblem(op: OperationOf<'update'>, table: Table, scene: Scene): Failure | undefined {
  const constants = new Map(op.assignments.flatMap(({ column, value, inPart }) => (inPart === true || value?.literal === undefined || value.casts.length > 0 ? [] : [[column, value.literal] as const])));
  if (constants.size === 0 || changesRows(table, 'update')) return undefined;
  const empty = table.columns.find((column) => constants.get(column.name) === null && refusesNull(column, scene));
  if (empty !== undefined) return failure('row-refused', nullMessage(empty.name, table), fullName(table));
  const broken = brokenCheck(table, (name) => constants.get(name), 'row-refused', scene);
  if (broken === undefined) return undefined;
  // Where the check lets no such row in, there is none to be changed.
  const picked = new Map((op.where?.terms ?? []).flatMap((term) => (term.kind === 'compare' && term.operator === '=' ? [[term.column, term.value] as const] : [])));
  return brokenCheck(table, (name) => picked.get(name), 'row-refused', scene) === undefined ? broken : undefined;
}

const isUnique = (columns: readonly string[], table: Table, scene: Scene): boolean =>
  table.constraints.some(({ definition }) => (definition.type === 'primaryKey' || definition.type === 'unique') && sameSet(definition.columns, columns)) ||
  indexesOf(scene, table).some((index) => !index.complete || (index.unique && index.where === undefined && sameSet(index.keys.flatMap(({ column }) => column ?? []), columns)));

/** Neither gets a value by itself. */
const isRequired = (column: Column, scene: Scene): boolean => column.given !== true && refusesNull(column, scene);

const refusesNull = ({ notNull, identity, generated, type }: Column, scene: Scene): boolean =>
  notNull && identity === undefined && generated === undefined && scene.before.type({ name: type.name, ...(type.schema === undefined ? {} : { schema: type.schema }) })?.kind !== 'domain' && (isKnownType(type) || scene.before.enumOf(type) !== undefined);

export interface Problem {
  readonly code: string;
  readonly message?: string;
  /** Type of the value, where that is the problem. */
  readonly is?: string;
}

function valueProblem(column: Column, value: string | number | null, op: OperationOf<'insert'>, scene: Scene): Problem | undefined {
  if (column.generated !== undefined) return { code: generatedCode(scene), message: `cannot insert a non-DEFAULT value into column "${column.name}"` };
  const always = column.identity === 'always' && !/\boverriding\b/i.test(op.query.text);
  if (always) return { code: '428C9', message: `cannot insert a non-DEFAULT value into column "${column.name}"` };
  const problem = literalProblem(value, column.type, scene);
  if (problem !== undefined) return problem;
  const size = sizeProblem(value, column.type);
  // A cast to a shorter type cuts the value off.
  return size === undefined || /::\s*"?(?:var)?char/i.test(op.query.text) ? undefined : size;
}

/** SQLSTATE of a value for a generated column. */
export const generatedCode = ({ version }: Scene): string => (version < 14 ? '42601' : '428C9');

const INTEGERS: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint']);
const UUID = /^\{?(?:[\da-f]{4}-?){8}\}?$/i;
const INTEGER = /^\s*[+-]?(?:\d[\d_]*|0[xob][\da-f_]+)\s*$/i;
const BOOLEAN = /^\s*(?:t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0)\s*$/i;
/** Types that no number is converted to by itself. */
const NO_NUMBERS = /^(?:boolean|uuid|date|time|timestamp|json|bytea|interval)/;
const NO_BOOLEANS = /^(?:smallint|integer|bigint|numeric|real|double precision|uuid|date|time|json|bytea|interval)/;

export function literalProblem(value: Literal | undefined, type: DataType, scene: Scene): Problem | undefined {
  if (value === undefined || value === null || type.dimensions > 0) return undefined;
  const own = scene.before.enumOf(type);
  if (own === undefined && !isKnownType(type)) return undefined;
  if (typeof value === 'number') return own !== undefined || NO_NUMBERS.test(type.name) ? { code: '42804', is: Number.isInteger(value) ? 'integer' : 'numeric' } : undefined;
  if (typeof value === 'boolean') return own !== undefined || NO_BOOLEANS.test(type.name) ? { code: '42804', is: 'boolean' } : undefined;
  if (own !== undefined) return own.complete && !own.values.some((one) => one.value === value) ? { code: '22P02', message: `invalid input value for enum ${own.name}: "${value}"` } : undefined;
  if ((type.name === 'json' || type.name === 'jsonb') && !isFilledIn(value) && !isJson(value)) return { code: '22P02', message: 'invalid input syntax for type json' };
  const accepted = INTEGERS.has(type.name) ? INTEGER : type.name === 'boolean' ? BOOLEAN : type.name === 'uuid' ? UUID : undefined;
  return accepted === undefined || accepted.test(value) ? undefined : { code: '22P02', message: `invalid input syntax for type ${type.name}: "${value}"` };
}

const LIMITED: ReadonlySet<string> = new Set(['character varying', 'character']);
const LARGEST: Readonly<Record<string, number>> = { smallint: 32_767, integer: 2_147_483_647 };

/** A value that its type takes but the column has no room for. A default of this kind is refused only when it is used. */
export function sizeProblem(value: Literal | undefined, { name, modifiers: [size, scale = 0], dimensions }: DataType): Problem | undefined {
  if (dimensions > 0) return undefined;
  if (typeof value === 'string') {
    const isTooLong = typeof size === 'number' && LIMITED.has(name) && !isFilledIn(value) && [...value.replace(/ +$/, '')].length > size;
    return isTooLong ? { code: '22001', message: `value too long for type ${name}(${String(size)})` } : undefined;
  }
  if (typeof value !== 'number') return undefined;
  const largest = LARGEST[name];
  if (largest !== undefined) return Math.round(value) > largest || Math.round(value) < -largest - 1 ? { code: '22003', message: `${name} out of range` } : undefined;
  return name === 'numeric' && typeof size === 'number' && typeof scale === 'number' && Math.abs(value) >= 10 ** (size - scale) ? { code: '22003', message: 'numeric field overflow' } : undefined;
}

/** Parts of it come from a template or from psql. */
const isFilledIn = (text: string): boolean => /\$[{(]|\{\{|<%|%[(s]|#\{|(?:^|[^"\w:]):[a-z_]/i.test(text);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
