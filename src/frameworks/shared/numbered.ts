import type { FileTree, HistoryProblem } from '../framework.ts';
import { looksNumbered } from './halves.ts';
import { lexicalCompare, naturalCompare } from './order.ts';
import { join, sqlFiles } from './paths.ts';

export interface Numbered {
  readonly path: string;
  readonly version?: string;
  readonly name: string;
}

/**
 * The files of a folder whose names match, by version, then by name; `ignores` says what the tool does with other numbered ones.
 * Where no name matches, as with a file from standard input, all are taken.
 */
export function readNumbered(
  folder: string,
  tree: FileTree,
  pattern: RegExp,
  compare: (a: string, b: string) => number,
  ignores: string,
): { files: readonly Numbered[]; problems: readonly HistoryProblem[] } {
  const files: Numbered[] = [];
  const problems: HistoryProblem[] = [];
  for (const file of [...sqlFiles(tree, folder)].sort(lexicalCompare)) {
    const path = join(folder, file);
    const groups = pattern.exec(file)?.groups;
    if (groups !== undefined) files.push({ path, version: groups['version'] ?? '', name: groups['name'] ?? '' });
    else if (looksNumbered(file)) problems.push({ problem: 'ignored-file', path, detail: ignores });
  }
  if (files.length === 0) files.push(...sqlFiles(tree, folder).map((file) => ({ path: join(folder, file), name: file.replace(/\.\w+$/, '') })));
  files.sort((a, b) => compare(a.version ?? '', b.version ?? '') || naturalCompare(a.path, b.path));
  return { files, problems };
}
