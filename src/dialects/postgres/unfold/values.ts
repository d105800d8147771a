import { HOLE } from '../parse/routines/hole.ts';

/** A value while a program is followed. Texts may have holes, which stand for parts that only running tells. */
export type Value = string | number | boolean | null | Unknown | Identity | List | RowValue;

/** Only running tells. */
export interface Unknown {
  readonly kind: 'unknown';
}
/** An object of the catalog: an OID; as a regclass or regtype it has the name that it is printed as. */
export interface Identity {
  readonly kind: 'identity';
  /** Tells objects apart. */
  readonly id: string;
  readonly text?: string;
}
export interface List {
  readonly kind: 'list';
  readonly items: readonly Value[];
}
export interface RowValue {
  readonly kind: 'row';
  readonly fields: ReadonlyMap<string, Value>;
}

export const UNKNOWN: Unknown = { kind: 'unknown' };

export const identity = (id: string, text?: string): Identity => ({ kind: 'identity', id, ...(text === undefined ? {} : { text }) });

type Compound = Exclude<Value, string | number | boolean | null>;

const isCompound = (value: Value): value is Compound => typeof value === 'object' && value !== null;

export const isUnknown = (value: Value): boolean => isCompound(value) && value.kind === 'unknown';

/** A row of one column stands for its value. */
export function scalar(value: Value): Value {
  if (!isCompound(value) || value.kind !== 'row' || value.fields.size !== 1) return value;
  const [only] = value.fields.values();
  return only ?? null;
}

export function listOf(value: Value): readonly Value[] | undefined {
  if (isCompound(value)) return value.kind === 'list' ? value.items : undefined;
  if (typeof value !== 'string' || !/^\{[^{}"\\]*\}$/.test(value)) return undefined;
  const inner = value.slice(1, -1).trim();
  return inner === '' ? [] : inner.split(',').map((each) => each.trim());
}

/** The value as text; a hole for what is not known, null for NULL. */
export function textOf(value: Value): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return value.kind === 'identity' && value.text !== undefined ? value.text : HOLE;
}

/** Whether a text is known to its last character. */
export const isWhole = (text: string): boolean => !text.includes(HOLE);

/** Three-valued, and `undefined` where only running tells. */
export type Truth = boolean | null | undefined;

export function truthOf(value: Value): Truth {
  const plain = scalar(value);
  if (plain === null || typeof plain === 'boolean') return plain;
  if (plain === 't' || plain === 'true') return true;
  return plain === 'f' || plain === 'false' ? false : undefined;
}

/** NULL is a value, other than none. */
export const orUnknown = (value: Value | undefined): Value => (value === undefined ? UNKNOWN : value);

export const valueOf = (truth: Truth): Value => orUnknown(truth);

export function isSame(a: Value, b: Value): Truth {
  const [left, right] = [scalar(a), scalar(b)];
  if (left === null || right === null) return null;
  if (isCompound(left) && isCompound(right)) return left.kind === 'identity' && right.kind === 'identity' ? left.id === right.id : undefined;
  if (isUnknown(left) || isUnknown(right)) return undefined;
  if (typeof left === 'boolean' || typeof right === 'boolean') {
    const [x, y] = [truthOf(left), truthOf(right)];
    return typeof x === 'boolean' && typeof y === 'boolean' ? x === y : undefined;
  }
  const [x, y] = [textOf(left) ?? '', textOf(right) ?? ''];
  if (isWhole(x) && isWhole(y)) return x === y || (typeof left === 'number' && Number(y) === left) || (typeof right === 'number' && Number(x) === right);
  return mayMatch(x, y) ? undefined : false;
}

/** Whether texts with holes can be the same: what is known before the first and after the last hole has to agree. */
function mayMatch(x: string, y: string): boolean {
  const [a, b] = [x.split(HOLE), y.split(HOLE)];
  const [startA = '', startB = '', endA = '', endB = ''] = [a[0], b[0], a.at(-1), b.at(-1)];
  return (startA.startsWith(startB) || startB.startsWith(startA)) && (endA.endsWith(endB) || endB.endsWith(endA));
}

/** Negative, zero or positive; undefined where it cannot be told. Texts are compared as the C locale does, and only for being equal or not elsewhere. */
export function compare(a: Value, b: Value): number | undefined {
  const [left, right] = [scalar(a), scalar(b)];
  if (left === null || right === null || isCompound(left) || isCompound(right)) return undefined;
  const [x, y] = [Number(left), Number(right)];
  if (typeof left !== 'boolean' && typeof right !== 'boolean' && left !== '' && right !== '' && Number.isFinite(x) && Number.isFinite(y)) return x - y;
  const [s, t] = [textOf(left) ?? '', textOf(right) ?? ''];
  if (!isWhole(s) || !isWhole(t)) return undefined;
  return s < t ? -1 : s > t ? 1 : 0;
}
