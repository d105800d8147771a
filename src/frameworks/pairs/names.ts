import type { Direction } from '../../ir/migration.ts';
import type { FileTree } from '../framework.ts';
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

/** Whether one of the first ways back has its way forward beside it. */
export function hasPairs(names: readonly string[]): boolean {
  const back = names.filter((name) => WAY_BACK.test(name)).slice(0, 20).map(halfOf).filter(({ direction }) => direction === 'down');
  if (back.length === 0) return false;
  const keys = new Set(back.map(({ key }) => key));
  return names.some((name) => {
    const { key, direction } = halfOf(name);
    return direction === 'up' && keys.has(key);
  });
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
