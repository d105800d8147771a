import type { FileTree } from '../framework.ts';
import { codeFiles, join, sqlFiles } from './paths.ts';

const SIZE = 5;
const NAMES = 100;
const known = new WeakMap<FileTree, Map<string, readonly string[]>>();

/** Texts of a few files of a folder, spread over it: enough to tell whose marks they carry. */
export const sample = (folder: string, tree: FileTree): readonly string[] => sampled(folder, tree, 'sql', sqlFiles);

function sampled(folder: string, tree: FileTree, kind: string, names: (tree: FileTree, folder: string) => readonly string[]): readonly string[] {
  let ofTree = known.get(tree);
  if (ofTree === undefined) known.set(tree, (ofTree = new Map()));
  const key = `${kind}\0${folder}`;
  let texts = ofTree.get(key);
  if (texts === undefined) {
    texts = spread(names(tree, folder), SIZE).map((name) => tree.read(join(folder, name)) ?? '');
    ofTree.set(key, texts);
  }
  return texts;
}

/** Whether most of the sampled files of JavaScript or TypeScript carry the mark. */
export function codeCarries(folder: string, tree: FileTree, mark: RegExp): boolean {
  const texts = sampled(folder, tree, 'code', codeFiles);
  return texts.length > 0 && texts.filter((text) => mark.test(text)).length * 2 > texts.length;
}

/** Whether one of the sampled files of JavaScript or TypeScript carries the mark. */
export const codeHas = (folder: string, tree: FileTree, mark: RegExp): boolean => sampled(folder, tree, 'code', codeFiles).some((text) => mark.test(text));

/** Whether most of the sampled files carry the mark. */
export function carries(folder: string, tree: FileTree, mark: RegExp): boolean {
  const texts = sample(folder, tree);
  return texts.length > 0 && texts.filter((text) => mark.test(text)).length * 2 >= texts.length;
}

/** Share of the names that match, 0 to 1, judged by a selection spread over them where they are many; 0 when there are none. */
export const share = (names: readonly string[], pattern: RegExp): number => {
  const some = spread(names, NAMES);
  return some.length === 0 ? 0 : some.filter((name) => pattern.test(name)).length / some.length;
};

export function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => items[Math.round(index * step)] as T);
}
