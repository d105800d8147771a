import type { Framework } from '../framework.ts';
import { history } from '../shared/history.ts';
import { readNumbered } from '../shared/numbered.ts';
import { normalNumber, numericCompare } from '../shared/order.ts';
import { fileNames, join } from '../shared/paths.ts';
import { carries } from '../shared/sample.ts';
import { readFile } from './file.ts';
import { writer } from './writer.ts';

const FILE = /^(?<version>\d+)_(?<name>.*)\.sql$/;

/** A transaction around each direction, statement by statement, unless the file says otherwise. Migrations in Go are its own too. */
const framework: Framework = {
  name: 'goose',
  title: 'goose',
  session: 'kept',
  recognise: (folder, tree) => (carries(folder, tree, /^[ \t]*--[ \t]*\+goose\b/im) ? 90 : 0),
  read(folder, tree) {
    const { files, problems } = readNumbered(folder, tree, FILE, numericCompare, 'goose stops at it: the name is not <version>_<name>.sql.');
    const read = files.map((file) => readFile(file, tree.read(file.path) ?? ''));
    const unread = fileNames(tree, folder).filter((name) => /^\d+_.*(?<!_test)\.go$/.test(name));
    return history({
      framework: framework.name,
      folder,
      drafts: read.map(({ draft }) => draft),
      downs: 'used',
      problems: [...problems, ...read.flatMap((one) => one.problems)],
      unread: unread.map((name) => join(folder, name)),
      sameVersion: normalNumber,
    });
  },
  writer,
};

export default framework;
