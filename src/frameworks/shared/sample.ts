import type { FileTree } from '../framework.ts';
import { join, sqlFiles } from './paths.ts';

const SIZE = 5;
const known = new WeakMap<FileTree, Map<string, readonly string[]>>();

/** Texts of a few files of a folder, spread over it: enough to tell whose marks they carry. */
export function sample(folder: string, tree: FileTree): readonly string[] {
  let ofTree = known.get(tree);
  if (ofTree === undefined) known.set(tree, (ofTree = new Map()));
  let texts = ofTree.get(folder);
  if (texts === undefined) {
    const names = sqlFiles(tree, folder);
    const step = Math.max(1, (names.length - 1) / (SIZE - 1));
    const picked = names.length <= SIZE ? names : Array.from({ length: SIZE }, (_, index) => names[Math.round(index * step)] ?? '');
    texts = picked.map((name) => tree.read(join(folder, name)) ?? '');
    ofTree.set(folder, texts);
  }
  return texts;
}

/** Whether most of the sampled files carry the mark. */
export function carries(folder: string, tree: FileTree, mark: RegExp): boolean {
  const texts = sample(folder, tree);
  return texts.length > 0 && texts.filter((text) => mark.test(text)).length * 2 >= texts.length;
}

/** Share of the names that match, 0 to 1; 0 when there are none. */
export const share = (names: readonly string[], pattern: RegExp): number =>
  names.length === 0 ? 0 : names.filter((name) => pattern.test(name)).length / names.length;
