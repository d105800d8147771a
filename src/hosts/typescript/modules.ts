import type { Span } from '../../source/text.ts';
import { globals } from './builtins/globals.ts';
import { nodePackage, plainPath } from './builtins/node.ts';
import { jsonValue } from './json.ts';
import { STEPS } from './builtins/steps.ts';
import { complete } from './deferred.ts';
import type { Frame, Module } from './frame.ts';
import type { Machine } from './machine.ts';
import { parseHelper } from './parse.ts';
import type { Parsed } from './parse.ts';
import { chain } from './recorder.ts';
import { declare, scope } from './scope.ts';
import { execute, hoist } from './statements.ts';
import type { Value } from './value.ts';
import { builtin, record, text, unknown } from './value.ts';
import { aliased, inWorkspace } from './workspace.ts';

export interface Loader {
  readonly machine: Machine;
  readonly read: (path: string) => string | undefined;
  readonly list?: (folder: string) => readonly string[];
  /** Values of packages by name, where a framework knows better than a chain. */
  readonly packages?: (name: string) => Value | undefined;
  readonly loaded: Map<string, Module>;
}

/** Runs the top level of a file once. */
export function load(path: string, parsed: Parsed, source: string, main: boolean, loader: Loader): Module {
  const exported = record();
  const module: Module = {
    path,
    text: source,
    main,
    exports: exported.entries,
    globals: globals(),
    deferred: [],
    require: (specifier, span, names) => required(specifier, span, path, loader, names),
    mayGive: (specifier, names) => mayGive(specifier, names, path, loader),
  };
  loader.loaded.set(path, module);
  const { machine } = loader;
  const names = scope(undefined, true);
  const frame: Frame = { machine, module, scope: names, self: exported };
  const holder = record([['exports', exported]]);
  declare(names, 'module', holder);
  declare(names, 'exports', exported);
  declare(names, 'require', builtin('require', ([specifier], _self, span) => (specifier?.kind === 'text' ? module.require(specifier.text, span) : unknown('which file is required is only known when it runs', span))));
  declare(names, '__dirname', text(folderOf(path)));
  declare(names, '__filename', text(path));
  hoist(parsed.program.body, frame);
  for (const statement of parsed.program.body) if (execute(statement, frame)?.type === 'throw') break;
  const assigned = holder.entries.get('exports');
  if (assigned !== undefined && assigned !== exported) module.assigned = assigned;
  return module;
}

/** What a module gives to those who import it, or these names of it. */
export function exportsOf(module: Module, names?: readonly string[]): Value {
  complete(module.exports, module.deferred, names);
  return module.assigned ?? { kind: 'record', entries: module.exports };
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

const ENDINGS = ['', '.ts', '.js', '.mts', '.cts', '.mjs', '.cjs', '.tsx', '.jsx', '/index.ts', '/index.js', '/index.mjs', '/index.cjs'];
/** Of all files that a migration leads to; more are a program of their own. */
const FILES = 60;

function required(specifier: string, span: Span, from: string, loader: Loader, names: readonly string[] | undefined): Value {
  if (!/^\.\.?(?:\/|$)/.test(specifier)) {
    const name = specifier.replace(/^node:/, '');
    const { list } = loader;
    const handed = loader.packages?.(name);
    if (handed !== undefined) return handed;
    const node = nodePackage(name, { find: (path) => fileFor(path, folderOf(from), loader.read), ...(list === undefined ? {} : { list: (path: string) => fileFor(path, folderOf(from), (own) => listed(list(own))) }) });
    if (node !== undefined) return node;
    if (name === 'async') return STEPS;
    if (name === 'bluebird') return globals().get('Promise') ?? chain(name, span);
    return firstOf(aliased(specifier, folderOf(from), loader.read), span, loader, names) ?? firstOf(inWorkspace(specifier, folderOf(from), loader.read), span, loader, names) ?? chain(name, span);
  }
  const path = resolved(folderOf(from), specifier);
  return (path === undefined ? undefined : firstOf([path], span, loader, names)) ?? unknown(loader.loaded.size < FILES ? `\`${specifier}\` is not among the files that can be read` : `\`${specifier}\` comes behind the first ${String(FILES)} files that the migration leads to`, span, specifier.replace(/[{}$`'"\\]/g, ''));
}

const listed = (names: readonly string[]): readonly string[] | undefined => (names.length === 0 ? undefined : names);

/** What is at a path from the root, or from a folder above. */
function fileFor<T>(path: string, folder: string, read: (path: string) => T | undefined): T | undefined {
  const plain = plainPath(path).replace(/^\//, '');
  if (plain === '' || plain.startsWith('..')) return undefined;
  for (let at = ''; ; ) {
    const found = read(at === '' ? plain : `${at}/${plain}`);
    if (found !== undefined || at === folder) return found;
    const next = folder.indexOf('/', at.length + 1);
    at = next < 0 ? folder : folder.slice(0, next);
  }
}

/** What the first of the files gives that is there. */
function firstOf(paths: readonly string[], span: Span, loader: Loader, names: readonly string[] | undefined): Value | undefined {
  for (const path of paths) {
    for (const candidate of candidates(path)) {
      const known = loader.loaded.get(candidate);
      if (known !== undefined) return exportsOf(known, names);
      if (loader.loaded.size >= FILES) break;
      const source = loader.read(candidate);
      if (source === undefined) continue;
      if (candidate.endsWith('.json')) return jsonValue(source) ?? unknown(`${candidate} is not JSON`, span);
      const { machine } = loader;
      machine.calls.push(span);
      machine.aside(() => void load(candidate, parseHelper(source, candidate), source, false, loader));
      machine.calls.pop();
      const module = loader.loaded.get(candidate);
      return module === undefined ? undefined : exportsOf(module, names);
    }
  }
  return undefined;
}

/** Whether the file that a specifier leads to says one of the names, or hands on all that others export. */
function mayGive(specifier: string, names: readonly string[], from: string, { read }: Loader): boolean {
  const path = /^\.\.?(?:\/|$)/.test(specifier) ? resolved(folderOf(from), specifier) : undefined;
  if (path === undefined) return true;
  for (const candidate of candidates(path)) {
    const source = read(candidate);
    if (source !== undefined) return /\bexport\s*\*|\bexports\b/.test(source) || names.some((name) => source.includes(name));
  }
  return true;
}

const candidates = (path: string): readonly string[] => {
  const bare = path.replace(/\.([cm]?)js(x?)$/, '');
  // TypeScript's modules are imported by the names that they will have.
  const compiled = bare === path ? [] : ['.ts', '.mts', '.cts', '.tsx'].map((ending) => bare + ending);
  return [...ENDINGS.map((ending) => path + ending).filter((candidate) => /\.(?:[cm]?[jt]sx?|json)$/.test(candidate)), ...compiled];
};

/** A relative path from a folder; undefined where it leaves the project. */
function resolved(folder: string, specifier: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of specifier.split('/')) {
    if (part === '..') {
      if (parts.length === 0 || parts.at(-1) === '..') return undefined;
      parts.pop();
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
