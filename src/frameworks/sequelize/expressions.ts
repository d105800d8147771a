import { chainPath } from '../../hosts/typescript/recorder.ts';
import type { ChainValue, Value } from '../../hosts/typescript/value.ts';
import { truth } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import type { DataType } from './data-types.ts';
import { quoteNames, quoteText } from './quoting.ts';
import { isRecord, placeholder, plainOf, reasonOf, textIn } from '../shared/host-values.ts';
import { COMPARATORS, ofRecord, whereItems } from './where.ts';

/** `Sequelize.literal('now()')` and its like: the function and what it was given. */
export interface SqlMethod {
  readonly method: 'literal' | 'fn' | 'col' | 'cast' | 'where' | 'json' | 'and' | 'or';
  readonly args: readonly Value[];
}

const METHODS: Readonly<Record<string, SqlMethod['method']>> = {
  literal: 'literal',
  asIs: 'literal',
  fn: 'fn',
  col: 'col',
  cast: 'cast',
  where: 'where',
  condition: 'where',
  json: 'json',
  and: 'and',
  or: 'or',
  Literal: 'literal',
  Fn: 'fn',
  Col: 'col',
  Cast: 'cast',
};

export function sqlMethodIn(value: Value | undefined): SqlMethod | undefined {
  const call = value?.kind === 'chain' && value.root === 'sequelize' ? value.steps.at(-1) : undefined;
  const named = value?.kind === 'chain' ? value.steps.at(-2) : undefined;
  if (call === undefined || call.step === 'member' || named?.step !== 'member' || !Object.hasOwn(METHODS, named.name)) return undefined;
  const method = METHODS[named.name];
  return method === undefined ? undefined : { method, args: call.args };
}

/** The SQL of what Sequelize puts in as it is. */
export function methodSql({ method, args }: SqlMethod): string {
  const [first, second, third] = args;
  switch (method) {
    case 'literal':
      return textIn(first, 'the literal');
    case 'col':
      return textIn(first, 'the column').startsWith('*') ? '*' : quoteNames(textIn(first, 'the column'));
    case 'cast':
      return `CAST(${operandSql(first ?? refuse('the cast has no value'))} AS ${textIn(second, 'the type of the cast').toUpperCase()})`;
    case 'fn':
      return `${textIn(first, 'the function')}(${args.slice(1).map((arg) => operandSql(arg.kind === 'text' ? { ...arg, text: arg.text.replaceAll('$', '$$$$') } : arg)).join(', ')})`;
    case 'where':
      return comparison(first, third === undefined ? '=' : comparatorIn(second), third ?? second);
    case 'and':
    case 'or':
      return whereItems({ kind: 'record', entries: new Map([[`Op.${method}`, { kind: 'list', items: [...args] }]]) });
    case 'json':
      return refuse('Sequelize.json is not read', 'unsupported');
  }
}

/** `'>'` or `Op.gt`. */
function comparatorIn(value: Value | undefined): string {
  const named = value?.kind === 'chain' ? /(?:^|\.)Op\.(\w+)$/.exec(chainPath(value))?.[1] : undefined;
  return named !== undefined && Object.hasOwn(COMPARATORS, named) ? (COMPARATORS[named] ?? '') : textIn(value, 'the comparison');
}

function comparison(left: Value | undefined, operator: string, right: Value | undefined): string {
  const key = sqlMethodIn(left);
  if (key === undefined || right === undefined) return refuse('this form of Sequelize.where is not read', 'unsupported');
  if (isRecord(right)) return ofRecord({ sql: methodSql(key) }, right) ?? refuse('Sequelize.where without a comparison', 'unsupported');
  const limits = /^(?:NOT )?BETWEEN$/.test(operator) && right.kind === 'list' ? right.items : [];
  const value = limits.length > 0 ? limits.map((limit) => escape(limit)).join(' AND ') : operandSql(right);
  const comparator = value === 'NULL' ? ({ '=': 'IS', '!=': 'IS NOT' }[operator] ?? operator) : operator;
  return `${methodSql(key)} ${comparator} ${value}`;
}

const operandSql = (value: Value): string => {
  const method = sqlMethodIn(value);
  return method !== undefined ? methodSql(method) : isRecord(value) ? whereItems(value) : escape(value);
};

/** A value as Sequelize writes it into SQL, through the column's type where it knows that. */
export function escape(value: Value, type?: DataType): string {
  if (value.kind === 'null' || value.kind === 'undefined') return 'NULL';
  const method = sqlMethodIn(value);
  if (method !== undefined) return methodSql(method);
  if (value.kind === 'unknown') return placeholder(value);
  const own = type === undefined ? undefined : STRINGIFY[type.name];
  if (own !== undefined && type !== undefined) return own(value, type);
  return escapePlain(value);
}

function escapePlain(value: Value): string {
  switch (value.kind) {
    case 'text':
      return quoteText(value.text);
    case 'number':
      return String(value.value);
    case 'boolean':
      return String(value.value);
    case 'list':
      return `ARRAY[${value.items.map((item) => escape(item)).join(',')}]`;
    case 'chain':
      // What another package makes is a value, whatever it is.
      return isNow(value) ? '${new Date()}' : value.root === 'sequelize' ? refuse(`the value is ${reasonOf(value)}`) : placeholder({ source: chainPath(value) || value.root });
    case 'record':
      return refuse('an object as a value, which Sequelize refuses without the type of its column', 'unsupported');
    default:
      return refuse(`the value is ${reasonOf(value)}`);
  }
}

const isNow = ({ steps }: ChainValue): boolean => steps.some((step) => step.step === 'member' && step.name === 'NOW');

/** What is no number is none to the library, too. */
const inQuotes = (value: Value): string => `'${value.kind !== 'text' ? escapePlain(value) : Number.isNaN(Number(value.text)) ? 'NaN' : value.text}'`;

const STRINGIFY: Readonly<Record<string, ((value: Value, type: DataType) => string) | undefined>> = {
  FLOAT: inQuotes,
  REAL: inQuotes,
  DOUBLE: inQuotes,
  'DOUBLE PRECISION': inQuotes,
  JSON: (value) => quoteText(JSON.stringify(plainOf(value))),
  JSONB: (value) => quoteText(JSON.stringify(plainOf(value))),
  DATE: (value) => (value.kind === 'text' ? quoteText(instant(value.text)) : value.kind === 'number' ? quoteText(instant(Number(value.value))) : escapePlain(value)),
  DATEONLY: (value) => (value.kind === 'text' ? quoteText(instant(value.text).slice(0, 10)) : escapePlain(value)),
  BLOB: (value) => (value.kind === 'text' ? `E'\\\\x${Buffer.from(value.text).toString('hex')}'` : escapePlain(value)),
  ARRAY: (value, { of, sql }) => {
    if (value.kind !== 'list') return escapePlain(value);
    if (of?.name === 'ENUM') return refuse('a default for a list of an ENUM, at which Sequelize stops', 'unsupported');
    return `ARRAY[${value.items.map((item) => escape(item, of)).join(',')}]::${sql}`;
  },
};

/** Sequelize writes dates in its own time zone, which is UTC unless told. */
function instant(from: string | number): string {
  const date = new Date(from);
  return Number.isNaN(date.getTime()) ? 'Invalid date' : `${date.toISOString().slice(0, 23).replace('T', ' ')} +00:00`;
}

/** Values of lists in `replacements`, without brackets of their own. */
export const escapeReplacement = (value: Value): string => {
  if (value.kind !== 'list') return escape(value);
  return value.items.map((item) => (item.kind === 'list' ? `(${escapeReplacement(item)})` : escape(item))).join(', ');
};

/** Whether the default reaches the server: those that Sequelize makes by itself do not. */
export function reachesServer(value: Value): boolean {
  if (value.kind === 'undefined' || value.kind === 'function') return false;
  if (value.kind !== 'chain' || value.root !== 'sequelize' || sqlMethodIn(value) !== undefined) return true;
  return !value.steps.some((step) => step.step === 'member' && CLIENT_SIDE.has(step.name));
}

const CLIENT_SIDE = new Set(['NOW', 'UUIDV1', 'UUIDV4']);

export const isTrue = (value: Value | undefined): boolean => value !== undefined && truth(value) === true;
