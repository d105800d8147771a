import type { Direction } from '../../ir/migration.ts';
import type { FileTree } from '../framework.ts';
import { isOrdered } from '../shared/ordered-names.ts';
import { folderNames, isSql, join, filesBelow } from '../shared/paths.ts';

const UP = 'up|upgrade|forwards?|do|deploy|apply';
const DOWN = 'down|downgrade|backwards?|undo|revert|rollback';
const WAY_BACK = new RegExp(DOWN, 'i');
const SUFFIX = new RegExp(`^(.+)[._-](?:(${UP})|(${DOWN}))$`, 'i');
const PREFIX = new RegExp(`^(?:(${UP})|(${DOWN}))[._-](.+)$`, 'i');
const FOLDER = new RegExp(`^(?:(${UP})|(${DOWN})s?)$`, 'i');

/** The direction that a path's name or one of its folders tells, and what is left: the same for both halves of a migration. */
export function halfOf(relative: string): { key: string; direction: Direction } {
  const segments = relative.replace(/\.\w+$/, '').split('/');
  const file = segments.pop() ?? '';
  const folders = segments.filter((segment) => !FOLDER.test(segment));
  const said = segments.map((segment) => FOLDER.exec(segment)).find((match) => match !== null);
  const suffix = SUFFIX.exec(file);
  const prefix = PREFIX.exec(file);
  const name = suffix?.[1] ?? prefix?.[3] ?? file;
  const direction = said?.[2] ?? suffix?.[3] ?? prefix?.[2];
  return { key: [...folders, name].join('/'), direction: direction === undefined ? 'up' : 'down' };
}

/** Whether a way back has its way forward beside it, among files that have an order or are mostly such pairs: one pair among other scripts is no history. */
export function hasPairs(names: readonly string[]): boolean {
  const keys = new Set(names.filter((name) => WAY_BACK.test(name)).map(halfOf).flatMap(({ key, direction }) => (direction === 'down' ? [key] : [])));
  if (keys.size === 0) return false;
  const forward = names.map(halfOf).filter(({ key, direction }) => direction === 'up' && keys.has(key)).length;
  return forward > 0 && (isOrdered(names) || forward * 4 >= names.length);
}

/** `up/` and `down/` beside each other, or a `rollback/` that repeats the names of the files above it. */
export function hasPairFolders(folder: string, tree: FileTree): boolean {
  const names = folderNames(tree, folder);
  const down = names.find((name) => FOLDER.exec(name)?.[2] !== undefined);
  if (down === undefined) return false;
  const ups = [folder, ...names.filter((name) => FOLDER.exec(name)?.[1] !== undefined).map((name) => join(folder, name))];
  const keys = new Set(ups.flatMap((at) => filesBelow(tree, at, 0).filter(isSql).map((file) => halfOf(file).key)));
  return filesBelow(tree, join(folder, down), 0).some((file) => isSql(file) && keys.has(halfOf(file).key));
}
