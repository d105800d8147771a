import type { CatalogView } from '../../catalog/view.ts';
import type { DataType, Expression } from '../../ir/expressions.ts';

/** What converting stored values from one type to another costs. */
export interface Conversion {
  /** Every row is written anew; undefined when an unknown type or setting decides. */
  readonly rewrite: boolean | undefined;
  /** Plain indexes over the column can be kept. */
  readonly keepsIndexes: boolean;
}

/** What may happen to values on the way, for a conversion without an expression of its own. */
export interface Hazard {
  readonly loses: boolean;
  /** SQLSTATE of the error that a value can cause. */
  readonly fails?: string;
}

/** ALTER COLUMN … TYPE without USING, or with one that only casts the column. */
export function conversion(from: DataType, to: DataType, before: CatalogView, version: number): Conversion {
  const target = strip(to, before);
  const source = strip(from, before);
  if (sameType(from, to)) return { rewrite: resized(source.type, target.type), keepsIndexes: true };
  const keepsIndexes = source.type.dimensions === 0 && target.type.dimensions === 0 && operatorClass(source.type) === operatorClass(target.type);
  if (target.constrained) return { rewrite: true, keepsIndexes };
  // What comes out of a domain counts as of any length.
  if (sameType(source.type, target.type) && !sameType(from, source.type)) return { rewrite: resized({ ...source.type, modifiers: [] }, target.type), keepsIndexes };
  return { rewrite: converted(source.type, target.type, before, version), keepsIndexes };
}

/** A USING expression that does no more than cast the column: the chain of types, or undefined. */
export function castChain(column: string, using: Expression): readonly DataType[] | undefined {
  if (using.calls.length > 0 || using.reads.length > 0 || using.columns.length !== 1 || using.columns[0] !== column) return undefined;
  const text = using.text.trim();
  const bare = text.replace(/[\s()"]/g, '').toLowerCase();
  const name = column.replaceAll('"', '').toLowerCase();
  if (bare === name) return [];
  const plain = bare.startsWith(`${name}::`) && bare.split('::').length - 1 === using.casts.length && /^[\w.:,[\]\s"()]*$/.test(text);
  const wrapped = bare.startsWith(`cast${name}as`) && using.casts.length === 1 && /^\(*\s*cast\s*\([^()]*(\([\d\s,]*\)[^()]*)?\)[\s)]*$/i.test(text);
  return plain || wrapped ? using.casts : undefined;
}

/** Whether the server converts by itself on ALTER COLUMN … TYPE; undefined when a type is not known well enough. */
export function convertsByItself(from: DataType, to: DataType, before: CatalogView): boolean | undefined {
  if (sameType(from, to)) return true;
  const source = strip(from, before).type;
  const target = strip(to, before).type;
  if (target.dimensions === 0 && isText(target)) return true;
  if (sameType(source, target)) return true;
  if (source.dimensions !== target.dimensions) return isKnownType(source) && isKnownType(target) ? false : undefined;
  if (source.dimensions > 0) return convertsByItself({ ...source, dimensions: 0 }, { ...target, dimensions: 0 }, before);
  if (before.enumOf(source) !== undefined) return false;
  if (before.enumOf(target) !== undefined) return isKnownType(source) ? false : undefined;
  if (!isKnownType(source) || !isKnownType(target)) return undefined;
  if (isText(source)) return TEXT_CASTS.has(target.name);
  if (source.name === 'boolean' || target.name === 'boolean') return false;
  if (source.name === 'uuid' || target.name === 'uuid' || source.name === 'bytea' || target.name === 'bytea') return source.name === 'uuid' || target.name === 'uuid' ? false : undefined;
  const families = [family(source), family(target)];
  if (families[0] !== undefined && families[0] === families[1]) return true;
  return families.includes('number') && families.includes('time') ? false : undefined;
}

/**
 * Types that operators compare with each other; undefined where a comparison says nothing of the type, as of varchar, which is
 * compared as text by a cast that stays.
 */
export function comparedAs(type: DataType, before: CatalogView): string | undefined {
  const base = strip(type, before).type;
  if (base.dimensions > 0) return undefined;
  const values = before.enumOf(base);
  if (values !== undefined) return `enum ${String(values.id)}`;
  if (base.schema !== undefined) return undefined;
  if (NUMBER_ORDER.includes(base.name)) return 'number';
  if (TIME_DETAIL.includes(base.name)) return 'time';
  return base.name === 'boolean' || base.name === 'uuid' || base.name === 'text' ? base.name : undefined;
}

/** Losses and errors that values can meet; nothing for types that are not known well enough. */
export function hazard(from: DataType, to: DataType, before: CatalogView): Hazard {
  const source = strip(from, before).type;
  const { type: target, constrained } = strip(to, before);
  if (constrained && !sameType(from, to)) return { loses: false, fails: '23514' };
  if (source.dimensions !== target.dimensions) return { loses: false, fails: '22P02' };
  if (isText(source) && isText(target)) return shrinks(source, target) ? { loses: false, fails: '22001' } : { loses: false };
  if (isText(target)) return { loses: false, ...(target.modifiers.length > 0 ? { fails: '22001' } : {}) };
  if (isText(source)) return { loses: false, fails: '22P02' };
  if (source.name === target.name && BITS.has(target.name)) return shrinks(source, target) ? { loses: false, fails: '22001' } : { loses: false };
  const order = [NUMBER_ORDER.indexOf(source.name), NUMBER_ORDER.indexOf(target.name)] as const;
  if (source.name === 'numeric' && target.name === 'numeric') return numericHazard(source, target);
  if (order[0] >= 0 && order[1] >= 0 && order[0] > order[1]) return { loses: !INTEGERS.has(source.name), fails: '22003' };
  if (TIMES.has(source.name) && TIMES.has(target.name)) return { loses: TIME_DETAIL.indexOf(target.name) < TIME_DETAIL.indexOf(source.name) || coarser(source, target) };
  return { loses: source.name === 'json' && target.name === 'jsonb' };
}

/** The type under any domains, and whether one of them checks values. A domain's base keeps the domain's modifiers. */
function strip(type: DataType, before: CatalogView): { readonly type: DataType; readonly constrained: boolean } {
  let current = type;
  let constrained = false;
  for (let depth = 0; depth < 32; depth++) {
    const domain = current.dimensions > 0 ? undefined : before.domainOf(current);
    if (domain === undefined) break;
    if (domain.notNull || domain.checks.length > 0) constrained = true;
    current = domain.type;
  }
  return { type: current, constrained };
}

const sameType = (a: DataType, b: DataType): boolean => a.name === b.name && a.dimensions > 0 === b.dimensions > 0 && (a.schema ?? b.schema) === (b.schema ?? a.schema);

/** Whether two types, modifiers included, are different ones to the server; false where it is not sure. */
export function isOtherType(a: DataType, b: DataType): boolean {
  if (!isKnownType(a) || !isKnownType(b)) return false;
  if (!sameType(a, b)) return true;
  return a.name !== 'interval' && modifiersOf(a) !== modifiersOf(b);
}

export const printType = ({ name, modifiers, dimensions }: DataType): string => `${name}${modifiers.length > 0 ? `(${modifiers.join(',')})` : ''}${dimensions > 0 ? '[]' : ''}`;

const modifiersOf = ({ name, modifiers }: DataType): string => (name === 'numeric' && modifiers.length === 1 ? [...modifiers, 0] : modifiers).join();

/** Same type, other modifiers: whether values have to be looked at. */
function resized(from: DataType, to: DataType): boolean | undefined {
  const same = from.modifiers.length === to.modifiers.length && from.modifiers.every((modifier, i) => modifier === to.modifiers[i]);
  if (same || to.modifiers.length === 0) return false;
  if (from.dimensions > 0) return true;
  if (from.name === 'character varying' || from.name === 'bit varying') return shrinks(from, to);
  if (from.name === 'numeric') {
    const [precision, scale = 0] = to.modifiers;
    const [oldPrecision, oldScale = 0] = from.modifiers;
    return oldPrecision === undefined || scale !== oldScale || Number(precision) < Number(oldPrecision);
  }
  if (from.name === 'interval') return finest(to) < finest(from) || coarser(from, to);
  if (TIMES.has(from.name)) return coarser(from, to);
  return isKnownType(from) ? true : undefined;
}

function converted(from: DataType, to: DataType, before: CatalogView, version: number): boolean | undefined {
  if (from.dimensions !== to.dimensions) return true;
  if (sameType(from, to)) return resized(from, to);
  if (from.dimensions > 0) return true;
  if (BINARY.has(`${from.name}>${to.name}`)) return to.modifiers.length > 0;
  if (isZoneChange(from, to)) {
    const zone = before.settings.get('timezone')?.value;
    // Before 12 the server did not see that UTC changes nothing.
    if (version < 12 || Math.min(precisionOf(to), 6) < 6) return true;
    return zone === undefined ? undefined : !isUtc(zone);
  }
  if (before.enumOf(from) !== undefined || before.enumOf(to) !== undefined) return true;
  return isKnownType(from) && isKnownType(to) ? true : undefined;
}

const isZoneChange = (from: DataType, to: DataType): boolean => from.name.startsWith('timestamp') && to.name.startsWith('timestamp') && from.name !== to.name;

/** Whether a conversion is free on a server in UTC and a rewrite elsewhere, and nothing says where this one is. */
export const hangsOnTimeZone = (from: DataType, to: DataType, before: CatalogView, version: number): boolean => isZoneChange(from, to) && converted(from, to, before, version) === undefined;

const UTC: ReadonlySet<string> = new Set(['utc', 'gmt', 'etc/utc', 'etc/gmt', 'uct', 'etc/uct', 'zulu', 'etc/zulu', 'universal', 'etc/universal', 'greenwich', 'etc/greenwich', '0', '+00', '+00:00', 'gmt0', 'etc/gmt0']);
const isUtc = (zone: string): boolean => UTC.has(zone.trim().toLowerCase());

const precisionOf = (type: DataType): number => type.modifiers.reduce<number>((found, modifier) => (typeof modifier === 'number' ? modifier : found), 6);
const coarser = (from: DataType, to: DataType): boolean => precisionOf(to) < Math.min(precisionOf(from), 6);

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/** The smallest field that an interval keeps. */
function finest({ modifiers }: DataType): number {
  const fields = modifiers.find((modifier) => typeof modifier === 'string');
  return fields === undefined ? FIELDS.length - 1 : FIELDS.indexOf(fields.split(' ').at(-1) ?? '');
}

/** A length limit that is new or smaller. `character` pads, so any other length changes its values. */
function shrinks(from: DataType, to: DataType): boolean {
  const [limit] = to.modifiers;
  if (limit === undefined) return false;
  const [old] = from.modifiers;
  return old === undefined || Number(limit) < Number(old);
}

function numericHazard(from: DataType, to: DataType): Hazard {
  const [precision, scale = 0] = to.modifiers;
  if (precision === undefined) return { loses: false };
  const [oldPrecision, oldScale = 0] = from.modifiers;
  if (oldPrecision === undefined) return { loses: true, fails: '22003' };
  const overflow = Number(precision) - Number(scale) < Number(oldPrecision) - Number(oldScale);
  return { loses: Number(scale) < Number(oldScale), ...(overflow ? { fails: '22003' } : {}) };
}

const reg = ['regclass', 'regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator', 'regproc', 'regprocedure', 'regrole', 'regtype'];

/** Casts WITHOUT FUNCTION: the stored bytes stay as they are. */
const BINARY: ReadonlySet<string> = new Set([
  'text>character varying',
  'character varying>text',
  // Without a length, as only its other name `bpchar` has it.
  'text>character',
  'character varying>character',
  'text>citext',
  'character varying>citext',
  'citext>text',
  'citext>character varying',
  'bit>bit varying',
  'bit varying>bit',
  'cidr>inet',
  'xml>text',
  'xml>character varying',
  'integer>oid',
  'oid>integer',
  ...reg.flatMap((name) => [`integer>${name}`, `${name}>integer`, `oid>${name}`, `${name}>oid`]),
]);

/** Types with the same default operator class share a name here. */
function operatorClass({ name }: DataType): string {
  if (name === 'character varying') return 'text';
  if (name === 'cidr') return 'inet';
  return reg.includes(name) ? 'oid' : name;
}

const BITS: ReadonlySet<string> = new Set(['bit', 'bit varying']);
const TEXTS: ReadonlySet<string> = new Set(['text', 'character varying', 'character', 'bpchar', 'name', 'citext']);
export const isText = (type: DataType): boolean => type.dimensions === 0 && TEXTS.has(type.name);
/** What a text becomes without being asked to. */
const TEXT_CASTS: ReadonlySet<string> = new Set(['regclass', '"char"', ...TEXTS]);
const NUMBER_ORDER = ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'];
const INTEGERS: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint']);
const TIMES: ReadonlySet<string> = new Set(['date', 'timestamp without time zone', 'timestamp with time zone', 'time without time zone', 'time with time zone']);
const TIME_DETAIL = ['date', 'time without time zone', 'time with time zone', 'timestamp without time zone', 'timestamp with time zone'];
const KNOWN: ReadonlySet<string> = new Set([
  ...TEXTS,
  ...NUMBER_ORDER,
  ...TIMES,
  ...BITS,
  ...reg,
  ...'boolean uuid bytea json jsonb xml inet cidr macaddr macaddr8 money interval oid tsvector tsquery point line lseg box path polygon circle'.split(' '),
  ...'int4range int8range numrange tsrange tstzrange daterange "char" pg_lsn'.split(' '),
]);
export const isKnownType = (type: DataType): boolean => KNOWN.has(type.name) && (type.schema === undefined || type.schema === 'pg_catalog');

function family({ name }: DataType): 'number' | 'time' | 'json' | undefined {
  if (NUMBER_ORDER.includes(name)) return 'number';
  if (name === 'date' || name.startsWith('timestamp')) return 'time';
  return name === 'json' || name === 'jsonb' ? 'json' : undefined;
}
