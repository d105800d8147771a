import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { diskTree } from '../discovery/disk.ts';
import type { FileTree } from '../frameworks/framework.ts';

/** What a run has said, to be said again by the next one that finds everything as it was. */
export interface Result {
  /** In the order in which they were asked for. */
  readonly outputs: readonly string[];
  /** Lines on standard error. */
  readonly said: readonly string[];
  readonly code: number;
}

export interface ResultCache {
  /** The result of an earlier run with the same key, when all that it has looked at is still the same. */
  recall(): Result | undefined;
  /** The disk; remembers what is asked of it. */
  readonly tree: FileTree;
  remember(result: Result): void;
}

/** Raised when what is written down changes its form. */
const FORM = 1;
/** With fewer files, looking a result up gains nothing. */
const FEWEST = 200;
/** Results that are kept for a project. */
const MOST = 20;
/** Milliseconds in which a file may be written twice without its time telling. */
const RACY = 2000;

interface Entry {
  readonly form: number;
  readonly key: string;
  readonly written: number;
  /** Names and types in each folder that was listed. */
  readonly folders: Readonly<Record<string, string>>;
  /** Time and size, and the hash of the text, of each file that was read; null: there was nothing to read. */
  readonly files: Readonly<Record<string, readonly [time: string, hash: string] | null>>;
  readonly result: Result;
}

/** `key`: everything besides the files that the result depends on. */
export function resultCache(root: string, key: string, disk: FileTree): ResultCache {
  const started = Date.now();
  const folders = new Map<string, string>();
  const texts = new Map<string, string | undefined>();
  const file = join(placeFor(root), `${digest(key).slice(0, 32)}.json`);
  const tree: FileTree = {
    list(folder) {
      const entries = disk.list(folder);
      if (!folders.has(folder)) folders.set(folder, namesOf(entries));
      return entries;
    },
    read(path) {
      const text = disk.read(path);
      texts.set(path, text);
      return text;
    },
    place: (path) => disk.place?.(path),
    learn(path, text) {
      disk.learn?.(path, text);
      texts.set(path, text);
    },
  };
  return {
    tree,
    recall: () => recall(file, key, root),
    remember(result) {
      if (texts.size < FEWEST) return;
      const files = Object.fromEntries([...texts].map(([path, text]) => [path, text === undefined ? null : ([timeOf(root, path, started), digest(text)] as const)]));
      write(file, { form: FORM, key, written: Date.now(), folders: Object.fromEntries(folders), files, result });
    },
  };
}

/** Beside the installed packages, where they are; else with the user's other caches. Never among the files of the project. */
function placeFor(root: string): string {
  const modules = join(root, 'node_modules');
  if (existsSync(modules)) return join(modules, '.cache', 'lockkeeper');
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'lockkeeper', digest(root).slice(0, 16));
}

function recall(file: string, key: string, root: string): Result | undefined {
  const entry = read(file);
  if (entry?.form !== FORM || entry.key !== key) return undefined;
  const now = diskTree(root);
  for (const [folder, names] of Object.entries(entry.folders)) if (namesOf(now.list(folder)) !== names) return undefined;
  for (const [path, known] of Object.entries(entry.files)) {
    if (known !== null && known[0] !== '' && known[0] === timeOf(root, path, Number.POSITIVE_INFINITY)) continue;
    const text = now.read(path);
    if ((known === null) !== (text === undefined) || (known !== null && text !== undefined && digest(text) !== known[1])) return undefined;
  }
  return entry.result;
}

function read(file: string): Entry | undefined {
  try {
    const entry = JSON.parse(readFileSync(file, 'utf8')) as Partial<Entry> | null;
    const { result, folders, files } = entry ?? {};
    return Array.isArray(result?.outputs) && Array.isArray(result.said) && typeof result.code === 'number' && typeof folders === 'object' && typeof files === 'object' ? (entry as Entry) : undefined;
  } catch {
    // Not there, or damaged: the run makes a new one.
    return undefined;
  }
}

/** Whoever reads meanwhile has the old one or the new one. A place that cannot be written does without. */
function write(file: string, entry: Entry): void {
  const folder = join(file, '..');
  const half = `${file}.${String(process.pid)}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(half, JSON.stringify(entry));
    renameSync(half, file);
    const known = readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => ({ name, time: statSync(join(folder, name)).mtimeMs }));
    for (const { name } of known.sort((a, b) => b.time - a.time).slice(MOST)) rmSync(join(folder, name), { force: true });
  } catch {
    rmSync(half, { force: true });
  }
}

/** What tells a file from a changed one; empty for one that may have been changed since it was read without a trace. */
function timeOf(root: string, path: string, before: number): string {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(isAbsolute(path) ? path : join(root, path));
    return Math.max(mtimeMs, ctimeMs) > before - RACY ? '' : `${String(mtimeMs)} ${String(ctimeMs)} ${String(size)} ${String(ino)}`;
  } catch {
    return '';
  }
}

const namesOf = (entries: ReturnType<FileTree['list']>): string => entries.map(({ name, type }) => (type === 'folder' ? `${name}/` : name)).join('\0');

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
