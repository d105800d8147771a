import type { FileTree, Framework } from '../framework.ts';
import { halvesOf, pairedByVersion } from '../shared/halves.ts';
import { history, pair } from '../shared/history.ts';
import { lexicalCompare } from '../shared/order.ts';
import { fileNames, join, mentions, sqlFiles } from '../shared/paths.ts';
import { share } from '../shared/sample.ts';

const FILE = /^(?<version>\d+)_(?<name>[^.]+)(?:\.(?:postgres(?:ql)?|psql|pg))?\.(?<direction>up|down)\.sql$/;
const ANY = /^\d+_[^.]+(?:\.[a-z0-9]+)*\.(?:up|down)\.(?:sql|fizz)$/;

/** Buffalo's pop: a transaction around each file; a dialect may stand before the direction, `.fizz` is its own language. */
const framework: Framework = {
  name: 'pop',
  title: 'pop (Buffalo)',
  recognise: (folder, tree) => (share(sqlFiles(tree, folder), ANY) >= 0.5 && isPop(folder, tree) ? 90 : 0),
  read(folder, tree) {
    const { halves, problems } = halvesOf(folder, tree, {
      pattern: FILE,
      compare: lexicalCompare,
      transaction: () => ({ wrap: 'script' }),
      ignores: 'pop ignores it: the name is not <version>_<name>.up.sql or <version>_<name>.down.sql.',
    });
    return history({
      framework: framework.name,
      folder,
      drafts: pair(pairedByVersion(halves), tree),
      downs: 'used',
      problems: problems.filter(({ path }) => !ANY.test(path.slice(path.lastIndexOf('/') + 1))),
      unread: fileNames(tree, folder).filter((name) => name.endsWith('.fizz')).map((name) => join(folder, name)),
    });
  },
};

const isPop = (folder: string, tree: FileTree): boolean =>
  fileNames(tree, folder).some((name) => name.endsWith('.fizz')) || mentions(tree, folder, 'go.mod', /\bgobuffalo\/pop\b/);

export default framework;
