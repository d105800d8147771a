import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, HistoryProblem } from '../framework.ts';
import type { Draft } from './history.ts';
import { lexicalCompare, naturalCompare } from './order.ts';
import { folderNames, hasFile, join } from './paths.ts';
import { saysIrreversible } from './text.ts';

/** Folders `<version>_<name>` that hold `up.sql` and perhaps `down.sql`, in the order of their names or, `numbered`, of the numbers in front. */
export function upDownFolders(
  folder: string,
  tree: FileTree,
  { version, transaction, tool, numbered = false }: { version(name: string): string; transaction(folder: string): TransactionPolicy; tool: string; numbered?: boolean },
): { drafts: readonly Draft[]; problems: readonly HistoryProblem[] } {
  const drafts: Draft[] = [];
  const problems: HistoryProblem[] = [];
  for (const name of [...folderNames(tree, folder)].sort(numbered ? naturalCompare : lexicalCompare)) {
    const own = join(folder, name);
    const up = join(own, 'up.sql');
    const down = join(own, 'down.sql');
    const hasDown = hasFile(tree, own, 'down.sql');
    if (!hasFile(tree, own, 'up.sql')) {
      if (hasDown) problems.push({ problem: 'missing-up', path: down, detail: `The migration folder ${name} has a down.sql but no up.sql.` });
      else if (/^\d/.test(name) && tree.list(own).length > 0) problems.push({ problem: 'missing-file', path: up, detail: `The migration folder ${name} has no up.sql for ${tool}.` });
      continue;
    }
    const policy = transaction(own);
    drafts.push({
      version: version(name),
      name: name.replace(/^[\d-]+_/, ''),
      up: { path: up, direction: 'up', transaction: policy },
      ...(hasDown ? { down: { path: down, direction: 'down', transaction: policy } as const } : {}),
      ...(hasDown && saysIrreversible(tree.read(down) ?? '') ? { irreversible: true } : {}),
    });
  }
  return { drafts, problems };
}

/** Whether at least some of the numbered folders have an `up.sql`. */
export const hasUpFolders = (folder: string, tree: FileTree, pattern: RegExp): boolean => {
  const numbered = folderNames(tree, folder).filter((name) => pattern.test(name));
  return numbered.slice(0, 8).some((name) => hasFile(tree, join(folder, name), 'up.sql'));
};
