import type { ListValue, RecordValue, UnknownValue, Value } from '../../hosts/typescript/value.ts';
import { truth } from '../../hosts/typescript/value.ts';
import { refuse } from './refusal.ts';

/** How an unknown value stands in SQL. */
export const placeholder = ({ source }: Pick<UnknownValue, 'source'>): string => `\${${source.replace(/[{}$`'"\\]/g, '').slice(0, 60).trim() || 'unknown'}}`;

/** A name or another text that goes into SQL; unknown ones as placeholders. */
export function textIn(value: Value | undefined, what: string): string {
  if (value?.kind === 'text') return value.text;
  if (value?.kind === 'number') return String(value.value);
  if (value?.kind === 'unknown') return placeholder(value);
  return refuse(`${what} is ${value === undefined ? 'missing' : 'no text'}`);
}

/** An option as text; undefined where it is absent, empty or false. */
export const optionalText = (options: RecordValue | undefined, name: string): string | undefined => {
  const value = options?.entries.get(name);
  return value === undefined || truth(value) === false ? undefined : textIn(value, name);
};

/** A yes or no that the SQL depends on. */
export function flag(options: RecordValue | undefined, name: string): boolean {
  const value = options?.entries.get(name);
  if (value === undefined) return false;
  return truth(value) ?? refuse(`\`${name}\` is ${reasonOf(value)}`);
}

export const reasonOf = (value: Value): string => (value.kind === 'unknown' ? value.reason : 'only known when it runs');

/** Undefined for what stands for no options; anything that is not an object is refused. */
export function recordIn(value: Value | undefined, what: string): RecordValue | undefined {
  if (value === undefined || value.kind === 'null' || value.kind === 'undefined') return undefined;
  if (value.kind === 'record') return value;
  return refuse(value.kind === 'unknown' ? `${what}: ${value.reason}` : `${what} cannot be read`);
}

export const requiredRecord = (value: Value | undefined, what: string): RecordValue => recordIn(value, what) ?? refuse(`${what} is missing`);

export function listIn(value: Value | undefined, what: string): ListValue {
  if (value?.kind === 'list') return value;
  return refuse(value?.kind === 'unknown' ? `${what}: ${value.reason}` : `${what} is ${value === undefined ? 'missing' : 'no list'}`);
}

export const isRecord = (value: Value | undefined): value is RecordValue => value?.kind === 'record';

/** A value of the program as JSON has it; what is unknown stands as a placeholder. */
export function plainOf(value: Value): unknown {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'number':
      return typeof value.value === 'bigint' ? Number(value.value) : value.value;
    case 'boolean':
      return value.value;
    case 'list':
      return value.items.map(plainOf);
    case 'record':
      return Object.fromEntries([...value.entries].map(([name, entry]) => [name, plainOf(entry)]));
    case 'unknown':
      return placeholder(value);
    case 'null':
      return null;
    default:
      return undefined;
  }
}
