import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { isUserError, reason, userError } from './errors.ts';
import type { ConfigNames } from './schema.ts';
import { isRecord, join as keyIn } from './shape.ts';
import { didYouMean } from './suggest.ts';
import type { UserConfig } from './user-config.ts';
import { PRESETS } from './user-config.ts';

/** A configuration file that was read and found valid. */
export interface LoadedConfig {
  readonly file: string;
  readonly config: UserConfig;
}

const BASENAMES: readonly string[] = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json', 'yaml', 'yml'].map((extension) => `lockkeeper.config.${extension}`);

/**
 * The configuration file that applies in `folder`: in it or the nearest folder above, up to the root of the repository.
 * A package.json counts when it has a `lockkeeper` key.
 */
export function findConfig(folder: string): string | undefined {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const names = namesIn(current);
    const found = BASENAMES.filter((name) => names.has(name));
    if (names.has('package.json') && hasKey(join(current, 'package.json'))) found.push('package.json');
    if (found.length > 1) throw userError(`Two configurations in ${current}: ${found.join(' and ')}. Keep one of them.`);
    if (found[0] !== undefined) return join(current, found[0]);
    if (names.has('.git') || dirname(current) === current) return undefined;
  }
}

/** The nearest folder above that is a repository, or undefined. */
export function findRepository(folder: string): string | undefined {
  for (let current = resolve(folder); ; current = dirname(current)) {
    if (existsSync(join(current, '.git'))) return current;
    if (dirname(current) === current) return undefined;
  }
}

/** The file and what it extends, the least important first. */
export async function loadConfig(file: string, names: ConfigNames): Promise<readonly LoadedConfig[]> {
  const { checkConfig } = await import('./schema.ts');

  async function load(path: string, seen: readonly string[]): Promise<readonly LoadedConfig[]> {
    if (seen.includes(path)) throw userError(`${path} extends itself, through ${seen.join(' and ')}.`);
    const checked = checkConfig(plain(await readConfig(path), path), names);
    if ('problems' in checked) {
      const { placeIn } = await import('./places.ts');
      const text = readText(path);
      throw userError(await Promise.all(checked.problems.map(async ({ path: key, message }) => `${named(path)}${await placeIn(text, path, key)}: ${key === '' ? 'the configuration' : key} ${message}`)));
    }
    const bases: LoadedConfig[] = [];
    for (const base of asList(checked.config.extends)) {
      if (!isPreset(base)) bases.push(...(await extended(base, path, [...seen, path])));
    }
    return [...bases, { file: path, config: checked.config }];
  }

  async function extended(base: string, path: string, seen: readonly string[]): Promise<readonly LoadedConfig[]> {
    const found = await resolveBase(base, path);
    try {
      return await load(found, seen);
    } catch (error) {
      throw isUserError(error) ? userError(error.lines.map((line) => `${named(path)} extends "${base}": ${line}`)) : error;
    }
  }

  return load(resolve(file), []);
}

export const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

export const isPreset = (name: string): name is (typeof PRESETS)[number] => (PRESETS as readonly string[]).includes(name);

async function resolveBase(base: string, from: string): Promise<string> {
  if (isAbsolute(base) || base.startsWith('.')) return resolve(dirname(from), base);
  const { createRequire } = await import('node:module');
  try {
    return createRequire(from).resolve(base);
  } catch {
    throw userError(
      `${named(from)}: extends names "${base}", which is neither a preset nor an installed package.${didYouMean(base, PRESETS) || ' A file starts with "./".'}`,
    );
  }
}

type Reader = (path: string) => Promise<unknown>;

const READERS: Readonly<Record<string, Reader>> = {
  '.json': (path) => Promise.resolve(readJson(path)),
  '.yaml': readYaml,
  '.yml': readYaml,
  '.js': importConfig,
  '.mjs': importConfig,
  '.cjs': importConfig,
  '.ts': importConfig,
  '.mts': importConfig,
};

async function readConfig(path: string): Promise<unknown> {
  const reader = READERS[extname(path)];
  if (reader === undefined) throw userError(`${named(path)} is not a configuration: its name must end in ${Object.keys(READERS).join(', ')}.`);
  const value = await reader(path);
  return path.endsWith('package.json') && isRecord(value) ? (value['lockkeeper'] ?? {}) : (value ?? {});
}

function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = (error instanceof Error ? error.message : '').replace(/\s+/g, ' ').replace(/,? ?(?:in JSON at position.*|is not valid JSON)$/, '');
    throw userError(`${named(path)}${jsonPlace(text, error)} is not valid JSON: ${message}.`);
  }
}

/** `:line:column`, where the engine says at which offset it stopped. */
function jsonPlace(text: string, error: unknown): string {
  const offset = /position (\d+)/.exec(String(error))?.[1];
  if (offset === undefined) return '';
  const lines = text.slice(0, Number(offset)).split('\n');
  return `:${String(lines.length)}:${String((lines.at(-1)?.length ?? 0) + 1)}`;
}

async function readYaml(path: string): Promise<unknown> {
  const text = readText(path);
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem === undefined) {
    try {
      return document.toJS();
    } catch (error) {
      throw userError(`${named(path)} is not a configuration: ${reason(error)}. Write out what the aliases stand for.`);
    }
  }
  const place = problem.linePos?.[0];
  throw userError(`${named(path)}${place === undefined ? '' : `:${String(place.line)}:${String(place.col)}`} is not valid YAML: ${yamlReason(problem)}.`);
}

const yamlReason = (problem: { readonly code: string; readonly message: string }): string =>
  problem.code === 'MULTIPLE_DOCS' ? 'A second document begins here, and only one can be the configuration' : reason(problem).replace(/ at line \d+, column \d+:?$/, '');

async function importConfig(path: string): Promise<unknown> {
  readText(path);
  const { importModule } = await import('./load-module.ts');
  return importModule(path);
}

const LARGEST = 1024 * 1024;

function readText(path: string): string {
  try {
    // To open a named pipe is to wait for its writer.
    const file = statSync(path);
    if (!file.isFile()) throw userError(`${named(path)} is not a file that can be read: put the configuration into one.`);
    if (file.size > LARGEST) throw userError(`${named(path)} has ${String(file.size)} bytes: no configuration has more than ${String(LARGEST)}. Known findings belong into a baseline, sizes of tables into lockkeeper.stats.json.`);
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (isUserError(error)) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw userError(missing ? `No such configuration file: ${named(path)}.` : `Cannot read ${named(path)}: ${reason(error)}.`);
  }
}

/** The value as data: what is computed when it is asked for is computed once, here, where it can be said which file it comes from. */
function plain(value: unknown, path: string): unknown {
  const above = new Set<object>();
  function copy(one: unknown, key: string): unknown {
    if (typeof one !== 'object' || one === null) return one;
    if (above.has(one)) throw userError(`${named(path)}: ${key === '' ? 'the configuration' : key} holds itself. Write out what is meant.`);
    above.add(one);
    const copied = Array.isArray(one) ? one.map((each, index) => copy(each, `${key}[${String(index)}]`)) : Object.fromEntries(Object.entries(one).map(([name, each]) => [name, copy(each, keyIn(key, name))]));
    above.delete(one);
    return copied;
  }
  try {
    return copy(value, '');
  } catch (error) {
    throw isUserError(error) ? error : userError(`${named(path)} cannot be read: ${reason(error)}.`);
  }
}

function namesIn(folder: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder));
  } catch {
    return new Set();
  }
}

function hasKey(path: string): boolean {
  try {
    const text = readFileSync(path, 'utf8');
    if (!text.includes('"lockkeeper"')) return false;
    const value: unknown = JSON.parse(text);
    return isRecord(value) && 'lockkeeper' in value;
  } catch {
    return false;
  }
}

/** As the user would type it. */
const named = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
};
