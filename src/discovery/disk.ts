import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Entry, FileTree } from '../frameworks/framework.ts';
import { decode } from './decode.ts';

/** Larger files are no migrations that anybody wrote. */
export const LARGEST_FILE = 64 * 1024 * 1024;

const NOTHING: readonly Entry[] = [];

/** The disk below a folder. Each folder is listed and each file read at most once; what changes meanwhile goes unnoticed. */
export function diskTree(root: string): FileTree {
  const folders = new Map<string, readonly Entry[]>();
  const texts = new Map<string, string | undefined>();
  const readText = textReader();
  const real = new Map<string, string | undefined>();

  const full = (path: string): string => (path === '' ? root : isAbsolute(path) ? path : join(root, path));

  function list(folder: string): readonly Entry[] {
    let entries = folders.get(folder);
    if (entries === undefined) folders.set(folder, (entries = readFolder(folder)));
    return entries;
  }

  function readFolder(folder: string): readonly Entry[] {
    let found: Entry[];
    try {
      found = readdirSync(full(folder), { withFileTypes: true }).flatMap((entry): Entry[] => {
        if (entry.isFile()) return [{ name: entry.name, type: 'file' }];
        if (entry.isDirectory()) return [{ name: entry.name, type: 'folder' }];
        const type = entry.isSymbolicLink() ? linked(folder, entry.name) : undefined;
        return type === undefined ? [] : [{ name: entry.name, type }];
      });
    } catch {
      return NOTHING;
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A link to a folder that it lies in would never end. */
  function linked(folder: string, name: string): Entry['type'] | undefined {
    try {
      const target = join(full(folder), name);
      const stats = statSync(target);
      if (stats.isFile()) return 'file';
      if (!stats.isDirectory()) return undefined;
      const end = realpathSync(target);
      for (let at = folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
        if (realOf(at) === end) return undefined;
        if (at === '') return 'folder';
      }
    } catch {
      // A migration that leads nowhere is one all the same: that it cannot be read is said when it is wanted.
      return name.endsWith('.sql') ? 'file' : undefined;
    }
  }

  function realOf(folder: string): string | undefined {
    if (!real.has(folder)) {
      try {
        real.set(folder, realpathSync(full(folder)));
      } catch {
        real.set(folder, undefined);
      }
    }
    return real.get(folder);
  }

  function read(path: string): string | undefined {
    if (texts.has(path)) return texts.get(path);
    const text = readText(full(path));
    texts.set(path, text);
    return text;
  }

  return {
    list,
    read,
    place: (path) => (texts.has(path) ? undefined : full(path)),
    learn(path, text) {
      texts.set(path, text);
    },
  };
}

/** Reads files of text by their full paths; undefined for what is none. */
export function textReader(): (path: string) => string | undefined {
  const chunk = Buffer.allocUnsafeSlow(128 * 1024);
  return (path) => readText(path, chunk);
}

/** Opens without waiting, so that a pipe in the way does no harm. */
function readText(path: string, chunk: Buffer): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > LARGEST_FILE) return undefined;
    const buffer = stats.size <= chunk.length ? chunk : Buffer.allocUnsafe(stats.size);
    let length = 0;
    for (let count = -1; count !== 0 && length < stats.size; length += count) count = readSync(file, buffer, length, stats.size - length, null);
    return decode(buffer.subarray(0, length));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
