import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, Framework } from '../framework.ts';
import { hasUpFolders, upDownFolders } from '../shared/folders.ts';
import { history, pair } from '../shared/history.ts';
import type { Half } from '../shared/history.ts';
import { naturalCompare } from '../shared/order.ts';
import { baseName, filesBelow, isIncluded, isSql, join, sqlFiles } from '../shared/paths.ts';
import { halfOf, hasPairFolders, hasPairs } from './names.ts';
import { writer } from './writer.ts';

const POLICY: TransactionPolicy = { wrap: 'none', assumed: true };

/** The two directions in two files that are named alike, whatever runs them. */
const framework: Framework = {
  name: 'pairs',
  title: 'SQL files in up and down pairs',
  recognise(folder, tree) {
    if (isIncluded(folder, tree)) return 0;
    if (hasPairs(sqlFiles(tree, folder))) return 50;
    return hasPairFolders(folder, tree) || hasUpFolders(folder, tree, /\d/) ? 50 : 0;
  },
  read(folder, tree) {
    if (hasUpFolders(folder, tree, /\d/)) {
      const { drafts, problems } = upDownFolders(folder, tree, { version: (name) => /^\d+/.exec(name)?.[0] ?? name, transaction: () => POLICY, tool: 'it', numbered: true });
      return history({ framework: framework.name, folder, drafts, downs: 'used', problems: problems.filter(({ problem }) => problem === 'missing-up') });
    }
    return history({ framework: framework.name, folder, drafts: pair(halves(folder, tree), tree), downs: 'used', guessed: true });
  },
  writer,
};

const halves = (folder: string, tree: FileTree): readonly Half[] =>
  filesBelow(tree, folder)
    .filter(isSql)
    .map((relative) => ({ relative, ...halfOf(relative) }))
    .sort((a, b) => naturalCompare(a.key, b.key) || Number(a.direction === 'down') - Number(b.direction === 'down'))
    .map(({ relative, key, direction }) => {
      const version = /^\d+/.exec(baseName(key))?.[0];
      return { path: join(folder, relative), key, direction, ...(version === undefined ? {} : { version }), name: baseName(key), transaction: POLICY };
    });

export default framework;
