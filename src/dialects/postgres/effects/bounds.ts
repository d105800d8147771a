import type { Table } from '../../../catalog/schema.ts';
import type { Term } from '../../../ir/expressions.ts';
import type { BoundValue, PartitionBound } from '../../../ir/partitions.ts';

type Scalar = string | number | boolean | null;

/** Whether two bounds of one partitioned table share a value; undefined when their values cannot be compared here. */
export function overlap(a: PartitionBound, b: PartitionBound): boolean | undefined {
  if (a.kind === 'default' || b.kind === 'default') return a.kind === b.kind;
  if (a.kind === 'list' && b.kind === 'list') return a.values.some((value) => b.values.some((other) => same(value, other)));
  if (a.kind === 'range' && b.kind === 'range') {
    const before = compareTuples(a.to, b.from);
    const after = compareTuples(b.to, a.from);
    if (before === undefined || after === undefined) return undefined;
    return before > 0 && after > 0;
  }
  if (a.kind === 'hash' && b.kind === 'hash') {
    const step = greatestCommonDivisor(a.modulus, b.modulus);
    return step > 0 && a.remainder % step === b.remainder % step;
  }
  return false;
}

/** Whether no value can ever belong to the bound. */
export const isEmptyRange = (bound: PartitionBound): boolean => bound.kind === 'range' && (compareTuples(bound.to, bound.from) ?? 1) <= 0;

/** Whether a value of a single-column key belongs to the bound; undefined for hashes, defaults and values that cannot be compared here. */
export function holds(bound: PartitionBound, value: Scalar): boolean | undefined {
  if (bound.kind === 'list') return bound.values.some((other) => other === null ? value === null : same(other, value)) || (bound.values.some((other) => plain(other) === undefined) ? undefined : false);
  if (bound.kind !== 'range' || value === null) return bound.kind === 'range' ? false : undefined;
  const [from, to] = [bound.from[0], bound.to[0]];
  const low = from === undefined ? undefined : compare(value, from);
  const high = to === undefined ? undefined : compare(value, to);
  return low === undefined || high === undefined ? undefined : low >= 0 && high < 0;
}

/** Whether the table's valid checks and NOT NULLs prove that every row fits the bound. False where they do not, or not visibly. */
export function provesBound(table: Table, parent: Table, bound: PartitionBound): boolean {
  const key = parent.partitionBy;
  const column = key?.columns[0];
  if (key === undefined || column === undefined || (bound.kind !== 'range' && bound.kind !== 'list')) return false;
  const terms = provenTerms(table);
  const isNotNull = (one: string): boolean => table.columns.some(({ name, notNull }) => name === one && notNull) || terms.some((term) => term.kind === 'notNull' && term.column === one);
  if (bound.kind === 'list') {
    if (!isNotNull(column) && !bound.values.includes(null)) return false;
    return terms.some((term) => isOver(term, column) && allowed(term)?.every((value) => bound.values.some((other) => same(value, other))));
  }
  if (!key.columns.every((one) => one !== undefined && isNotNull(one))) return false;
  // The server writes columns of which both ends name the same value as equal to it.
  const last = key.columns.length - 1;
  return key.columns.every((one, index) => {
    const [from, to] = [bound.from[index], bound.to[index]];
    const own = terms.filter((term) => term.column === one);
    if (index < last) return from !== undefined && to !== undefined && same(from, to) && own.some((term) => allowed(term)?.every((value) => same(value, from)));
    return (isSpecial(from, 'minvalue') || own.some((term) => atLeast(term, from))) && (isSpecial(to, 'maxvalue') || own.some((term) => below(term, to)));
  });
}

/** Whether the table's valid checks speak of one column as the bound does: all that can be asked where the key is not known. */
export function mayProveBound(table: Table, bound: PartitionBound): boolean {
  const terms = provenTerms(table);
  return [...new Set(terms.map(({ column }) => column))].some((column) => {
    const own = terms.filter((term) => isOver(term, column));
    if (bound.kind === 'list') return own.some((term) => allowed(term)?.every((value) => bound.values.some((other) => same(value, other))));
    return bound.kind === 'range' && bound.from.length === 1 && within(bound, own) && own.some((term) => term.kind === 'compare');
  });
}

/** Whether the checks of a default partition prove that none of its rows belongs to the new bound. */
export function excludesBound(table: Table, parent: Table, bound: PartitionBound): boolean {
  const key = parent.partitionBy;
  const column = key?.columns[0];
  if (column === undefined || key?.columns.length !== 1) return false;
  const terms = provenTerms(table).filter((term) => isOver(term, column));
  if (bound.kind === 'list') {
    const values = bound.values.filter((value) => value !== null);
    if (values.length < bound.values.length) return false;
    return values.every((value) => terms.some((term) => excludesValue(term, value)));
  }
  if (bound.kind !== 'range') return false;
  const [from] = bound.from;
  const [to] = bound.to;
  const outside = (term: Term): boolean => below(term, from) || atLeast(term, to) || (term.kind === 'anyOf' && term.choices.every((choice) => choice.kind === 'isNull' || outside(choice)));
  return terms.some(outside);
}

/**
 * Whether no row that meets all the terms, each over the one column of the key, has its value in the bound. `exact`: two texts
 * that differ are two values of the key's type.
 */
export function cannotHold(bound: PartitionBound, terms: readonly Term[], exact: boolean): boolean {
  if (bound.kind === 'list') return bound.values.every((value) => terms.some((term) => (value === null ? !admitsNull(term) : term.kind === 'isNull' || excludesValue(term, value, exact))));
  if (bound.kind !== 'range') return false;
  const [from] = bound.from;
  const [to] = bound.to;
  const outside = (term: Term): boolean => term.kind === 'isNull' || below(term, from) || atLeast(term, to) || (term.kind === 'anyOf' && term.choices.every(outside));
  return terms.some(outside);
}

/** Whether the terms let through nothing but what lies between the ends of a range. */
export function within(bound: PartitionBound, terms: readonly Term[]): boolean {
  if (bound.kind !== 'range') return false;
  const [[from], [to]] = [bound.from, bound.to];
  return (isSpecial(from, 'minvalue') || terms.some((term) => atLeast(term, from))) && (isSpecial(to, 'maxvalue') || terms.some((term) => below(term, to)));
}

const admitsNull = (term: Term): boolean => term.kind === 'isNull' || (term.kind === 'anyOf' && term.choices.some(admitsNull));

/** Each checked separately on its own: AND-ed terms of all valid CHECK constraints. */
export const provenTerms = (table: Table): readonly Term[] =>
  table.constraints.flatMap(({ definition, valid, enforced }) => (definition.type === 'check' && valid && enforced ? definition.expression.terms.filter((term) => !hangsOnZone(term, table)) : []));

/** A date or time without a zone beside one with it is compared in the zone of the session: no proof to the server. */
function hangsOnZone(term: Term, { columns }: Table): boolean {
  if (term.kind !== 'compare' || term.cast === undefined) return false;
  const type = columns.find(({ name }) => name === term.column)?.type.name;
  return type !== undefined && (type === 'timestamp with time zone') !== (term.cast === 'timestamptz');
}

const isOver = (term: Term, column: string): boolean => term.column === column;

function allowed(term: Term): readonly Scalar[] | undefined {
  if (term.kind === 'in') return term.values;
  return term.kind === 'compare' && term.operator === '=' ? [term.value] : undefined;
}

function excludesValue(term: Term, value: BoundValue, exact = false): boolean {
  if (term.kind === 'compare' && (term.operator === '<>' || term.operator === '!=')) return same(term.value, value);
  if (term.kind === 'anyOf') return term.choices.every((choice) => choice.kind === 'isNull' || excludesValue(choice, value, exact));
  if (term.kind === 'compare' && term.operator !== '=') return isBeyond(typeof value === 'string' && isNumeric(value) ? undefined : compare(value, term.value), term.operator);
  const values = allowed(term);
  return values?.every((other) => !same(other, value) && ((exact && plain(value) !== undefined) || compare(other, value) !== undefined)) ?? false;
}

/** Whether a value that compares so with a limit is on the far side of it. */
function isBeyond(order: number | undefined, operator: string): boolean {
  if (order === undefined) return false;
  if (operator === '<') return order >= 0;
  if (operator === '<=') return order > 0;
  if (operator === '>') return order <= 0;
  return operator === '>=' && order < 0;
}

function atLeast(term: Term, from: BoundValue | undefined): boolean {
  if (from === undefined) return false;
  const values = allowed(term);
  if (values !== undefined) return values.every((value) => (compare(value, from) ?? -1) >= 0);
  if (term.kind !== 'compare') return false;
  const order = compare(term.value, from);
  return order !== undefined && order >= 0 && (term.operator === '>=' || term.operator === '>');
}

function below(term: Term, to: BoundValue | undefined): boolean {
  if (to === undefined) return false;
  const values = allowed(term);
  if (values !== undefined) return values.every((value) => (compare(value, to) ?? 1) < 0);
  if (term.kind !== 'compare') return false;
  const order = compare(term.value, to);
  return order !== undefined && ((term.operator === '<' && order <= 0) || (term.operator === '<=' && order < 0));
}

const isSpecial = (value: BoundValue | undefined, special: 'minvalue' | 'maxvalue'): boolean =>
  typeof value === 'object' && value !== null && 'special' in value && value.special === special;

function compareTuples(a: readonly BoundValue[], b: readonly BoundValue[]): number | undefined {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i] ?? null, b[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** Order of two bound values as every type that we understand has it; undefined where the type would decide. */
function compare(a: BoundValue, b: BoundValue): number | undefined {
  if (isSpecial(a, 'minvalue') || isSpecial(b, 'maxvalue')) return isSpecial(a, 'minvalue') && isSpecial(b, 'minvalue') ? 0 : isSpecial(a, 'maxvalue') && isSpecial(b, 'maxvalue') ? 0 : -1;
  if (isSpecial(a, 'maxvalue') || isSpecial(b, 'minvalue')) return 1;
  const [left, right] = [plain(a), plain(b)];
  if (left === undefined || right === undefined || left === null || right === null) return undefined;
  if (left === right) return 0;
  if (isNumeric(left) && isNumeric(right)) return Math.sign(Number(left) - Number(right));
  if (isDate(left) && isDate(right)) return date(left) < date(right) ? -1 : date(left) > date(right) ? 1 : 0;
  return undefined;
}

function same(a: BoundValue, b: BoundValue): boolean {
  const [left, right] = [plain(a), plain(b)];
  return left !== undefined && right !== undefined && (left === right || String(left) === String(right) || compare(a, b) === 0);
}

/** The value itself; undefined for MINVALUE, MAXVALUE and expressions. */
const plain = (value: BoundValue): Scalar | undefined => (typeof value !== 'object' || value === null ? value : undefined);

const isNumeric = (value: Scalar): boolean => typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value));
const isDate = (value: Scalar): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?(\+00(:?00)?|Z)?$/.test(value);
const date = (value: Scalar): string => {
  const text = String(value).replace('T', ' ').replace(/(\+00(:?00)?|Z)$/, '');
  return text.length === 10 ? `${text} 00:00:00` : text.length === 16 ? `${text}:00` : text;
};

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : greatestCommonDivisor(b, a % b);
}
