import { chmodSync, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileChange } from '../frameworks/framework.ts';

const MARK = '\uFEFF';

/** Files that are as their change expects them, with the bytes that they shall have; a string says which one is not. */
export type Prepared = readonly FileChange[];

/** Compares every file with what its change was made from. A byte order mark is kept; other encodings than UTF-8 are refused. */
export function prepare(root: string, files: readonly FileChange[]): Prepared | string {
  const ready: FileChange[] = [];
  const away = new Set(files.flatMap(({ from }) => from ?? []));
  for (const { path, text, before, from } of files) {
    const old = from ?? path;
    const now = before === null ? undefined : rawText(join(root, old));
    if (now === undefined && before !== null) return `${old} is no longer there or is not UTF-8.`;
    if ((before === null || from !== undefined) && !away.has(path) && exists(join(root, path))) return `${path} is already there.`;
    if (now !== undefined && now !== before && now !== MARK + (before ?? '')) return `${old} has changed meanwhile.`;
    const mark = now?.startsWith(MARK) === true && before?.startsWith(MARK) !== true ? MARK : '';
    ready.push({ path, text: mark + text, before: before === null ? null : mark + before, ...(from !== undefined && { from }) });
  }
  return ready;
}

/**
 * Writes all files or none: first beside their places, then each is put there by renaming; when one of those fails the ones before it
 * are put back. Answers with what went wrong.
 */
export function writeAll(root: string, files: readonly FileChange[]): string | undefined {
  const ready = prepare(root, files);
  if (typeof ready === 'string') return ready;
  const undo: (() => void)[] = [];
  const temporary: string[] = [];
  let at = '';
  try {
    const placed = ready.map(({ path, text, before, from }) => {
      at = path;
      const target = before === null || from !== undefined ? join(root, path) : realpathSync(join(root, path));
      undo.push(...newFolders(dirname(target)));
      const beside = join(dirname(target), `.lockkeeper-${String(process.pid)}-${String(temporary.length)}.tmp`);
      temporary.push(beside);
      writeFileSync(beside, text, { flag: 'wx' });
      if (before !== null) chmodSync(beside, statSync(join(root, from ?? path)).mode & 0o7777);
      return { path, target, beside, was: exists(target) ? readFileSync(target) : undefined };
    });
    // What has changed since the first look is not overwritten.
    const meanwhile = prepare(root, files);
    if (typeof meanwhile === 'string') throw new Error(meanwhile);
    for (const { path, target, beside, was } of placed) {
      at = path;
      renameSync(beside, target);
      undo.push(() => {
        if (was === undefined) rmSync(target, { force: true });
        else writeFileSync(target, was);
      });
    }
    const taken = new Set(ready.map(({ path }) => path));
    for (const { from, before } of ready) {
      if (from === undefined || taken.has(from)) continue;
      at = from;
      rmSync(join(root, from));
      undo.push(() => { writeFileSync(join(root, from), before ?? ''); });
    }
    return undefined;
  } catch (error) {
    for (const path of temporary) rmSync(path, { force: true });
    for (const step of undo.reverse()) attempt(step);
    return said(error, at);
  }
}

function said(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  return `${path} cannot be written: ${REFUSALS[code] ?? code}.`;
}

const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission to write in its folder (EACCES)',
  EPERM: 'there is no permission to write in its folder (EPERM)',
  EROFS: 'the file system is read-only (EROFS)',
  ENOSPC: 'the disk is full (ENOSPC)',
  EDQUOT: 'the disk quota is used up (EDQUOT)',
  EISDIR: 'a folder is in its place (EISDIR)',
  ENOTDIR: 'a file is in the place of its folder (ENOTDIR)',
  EEXIST: 'a file is in the place of its folder (EEXIST)',
};

/** Makes the folders that are missing; answers with how to take them away again. */
function newFolders(folder: string): (() => void)[] {
  const missing: string[] = [];
  for (let at = folder; !exists(at); at = dirname(at)) missing.unshift(at);
  mkdirSync(folder, { recursive: true });
  return missing.map((path) => () => {
    rmdirSync(path);
  });
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** UTF-8 with its byte order mark; undefined when there is no such file or it is something else. */
function rawText(path: string): string | undefined {
  try {
    const bytes = readFileSync(path);
    const text = bytes.toString('utf8');
    return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
  } catch {
    return undefined;
  }
}

function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // What cannot be undone is better left than made worse.
  }
}
