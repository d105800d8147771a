import { didYouMean } from './suggest.ts';

/** Something wrong in a configuration, at the key `path` (`rules.no-x[1].limit`; '' for the whole). */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** One description of a value, for two uses: checking it and telling editors about it. */
export interface Shape<out T> {
  readonly schema: JsonSchema;
  check(value: unknown, path: string, problems: ConfigProblem[]): value is T;
  /** Phantom: carries the type. */
  readonly type?: T;
}

export function string(description?: string): Shape<string> {
  const text = leaf('a string that is not empty', (value) => typeof value === 'string' && value !== '', { type: 'string', minLength: 1 }, description) as Shape<string>;
  return {
    schema: text.schema,
    check(value, path, problems): value is string {
      if (typeof value !== 'number') return text.check(value, path, problems);
      // YAML takes 20240301 for a number, and 007 for 7.
      problems.push({ path, message: `must be a string, not the number ${String(value)}: put it in quotes.` });
      return false;
    },
  };
}

export const boolean = (description?: string): Shape<boolean> =>
  leaf('true or false', (value) => typeof value === 'boolean', { type: 'boolean' }, description);

export const count = (description?: string): Shape<number> =>
  leaf('a whole number, 0 or more', (value) => Number.isSafeInteger(value) && (value as number) >= 0, { type: 'integer', minimum: 0 }, description);

export const number = (description?: string): Shape<number> =>
  leaf('a number', (value) => typeof value === 'number' && Number.isFinite(value), { type: 'number' }, description);

export const scalar = (description?: string): Shape<string | number | boolean> =>
  leaf('a string, a number, true or false', (value) => ['string', 'number', 'boolean'].includes(typeof value), { type: ['string', 'number', 'boolean'] }, description);

export function matching(pattern: RegExp, expected: string, description?: string): Shape<string> {
  const schema = { type: 'string', pattern: pattern.source };
  return leaf(expected, (value) => typeof value === 'string' && pattern.test(value), schema, description);
}

export function oneOf<const T extends string>(values: readonly T[], description?: string): Shape<T> {
  return {
    schema: described({ enum: values }, description),
    check(value, path, problems): value is T {
      if ((values as readonly unknown[]).includes(value)) return true;
      const hint = typeof value === 'string' ? didYouMean(value, values) : '';
      problems.push({ path, message: `must be ${listed(values)}, not ${show(value)}.${hint}` });
      return false;
    },
  };
}

export function listOf<T>(item: Shape<T>, description?: string): Shape<readonly T[]> {
  return {
    schema: described({ type: 'array', items: item.schema }, description),
    check(value, path, problems): value is readonly T[] {
      if (!Array.isArray(value)) return refuse(problems, path, 'a list', value);
      return every(value, (entry, index) => item.check(entry, `${path}[${String(index)}]`, problems));
    },
  };
}

/** One, or a list of them. */
export function oneOrMore<T>(item: Shape<T>, description?: string): Shape<T | readonly T[]> {
  const list = listOf(item);
  return {
    schema: described({ anyOf: [item.schema, list.schema] }, description),
    check: (value, path, problems): value is T | readonly T[] => (Array.isArray(value) ? list : item).check(value, path, problems),
  };
}

export function recordOf<T>(item: Shape<T>, description?: string): Shape<Readonly<Record<string, T>>> {
  return {
    schema: described({ type: 'object', additionalProperties: item.schema }, description),
    check(value, path, problems): value is Readonly<Record<string, T>> {
      if (!isRecord(value)) return refuse(problems, path, 'an object', value);
      return every(Object.entries(value), ([key, entry]) => item.check(entry, join(path, key), problems));
    },
  };
}

type Fields<T> = { readonly [K in keyof T]-?: Shape<NonNullable<T[K]>> };

/** An object with these keys and no others. */
export function object<T extends object>(fields: Fields<T>, required: readonly (keyof T & string)[] = [], description?: string): Shape<T> {
  const shapes: Readonly<Record<string, Shape<unknown>>> = fields;
  const properties = Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, shape.schema]));
  return {
    schema: described({ type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false }, description),
    check(value, path, problems): value is T {
      if (!isRecord(value)) return refuse(problems, path, 'an object', value);
      const missing = required.filter((key) => value[key] === undefined);
      for (const key of missing) problems.push({ path: join(path, key), message: 'is missing.' });
      const sound = every(Object.entries(value), ([key, entry]) => {
        const shape = Object.hasOwn(shapes, key) ? shapes[key] : undefined;
        if (shape !== undefined) return entry === undefined || shape.check(entry, join(path, key), problems);
        problems.push({ path: join(path, key), message: `is not a setting.${didYouMean(key, Object.keys(shapes)) || ` Known are ${listed(Object.keys(shapes), 'and')}.`}` });
        return false;
      });
      return sound && missing.length === 0;
    },
  };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `a.b`, and `a["odd key"]` where a dot would mislead. */
export const join = (path: string, key: string): string =>
  /^[\w$-]+$/.test(key) ? (path === '' ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`;

/** The keys and places that a path goes through. */
export const keysOf = (path: string): readonly (string | number)[] =>
  [...path.matchAll(/\[("(?:[^"\\]|\\.)*"|\d+)\]|[\w$-]+/g)].map(([word, odd]) => (odd === undefined ? word : (JSON.parse(odd) as string | number)));

/** `a`, `a or b`, `a, b or c`. */
export function listed(words: readonly string[], conjunction = 'or'): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${conjunction} ${quoted.at(-1) ?? ''}`;
}

/** A value as an error message shows it. */
export function show(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'function') return 'a function';
  const text = asJson(value);
  if (text === undefined) return `a ${typeof value}`;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Undefined for what JSON cannot say: symbols, large integers, an object that holds itself. */
function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch {
    return undefined;
  }
}

export function refuse(problems: ConfigProblem[], path: string, expected: string, value: unknown): false {
  problems.push({ path, message: `must be ${expected}, not ${show(value)}.` });
  return false;
}

function leaf<T>(expected: string, accepts: (value: unknown) => boolean, schema: JsonSchema, description?: string): Shape<T> {
  return {
    schema: described(schema, description),
    check: (value, path, problems): value is T => accepts(value) || refuse(problems, path, expected, value),
  };
}

export const described = (schema: JsonSchema, description?: string): JsonSchema =>
  description === undefined ? schema : { description, ...schema };

/** Unlike Array.every it goes on after a failure: all problems are told at once. */
function every<T>(items: readonly T[], accepts: (item: T, index: number) => boolean): boolean {
  return items.reduce((sound, item, index) => accepts(item, index) && sound, true);
}
