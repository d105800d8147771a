import type { FileTree } from '../framework.ts';
import { ancestors, fileNames, folderNames, join } from './paths.ts';

const HOLDERS = new Set(['src', 'config', 'database', 'db', 'typeorm', 'orm', 'server', 'common', 'core', 'infrastructure', 'lib', 'scripts', 'bin', 'kysely', 'knex']);
const FILES = 40;

export interface SettingsFile {
  readonly name: string;
  readonly text: string;
}

/** Texts of files of these names around a folder of migrations, in which a tool may be set up: the nearest first. */
export function settingsFiles(folder: string, tree: FileTree, named: RegExp): readonly SettingsFile[] {
  const files: SettingsFile[] = [];
  for (const at of ancestors(folder)) {
    const holders = holdersIn(at, tree);
    for (const place of [at, ...holders, ...holders.flatMap((holder) => holdersIn(holder, tree))]) {
      for (const name of fileNames(tree, place)) {
        if (!named.test(name)) continue;
        if (files.length === FILES) return files;
        files.push({ name, text: tree.read(join(place, name)) ?? '' });
      }
    }
  }
  return files;
}

const holdersIn = (folder: string, tree: FileTree): readonly string[] => folderNames(tree, folder).filter((name) => HOLDERS.has(name.toLowerCase())).map((name) => join(folder, name));
