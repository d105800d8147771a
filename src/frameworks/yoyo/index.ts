import type { Framework } from '../framework.ts';
import { halvesOf } from '../shared/halves.ts';
import { history, pair } from '../shared/history.ts';
import { fileNames, join, sqlFiles } from '../shared/paths.ts';
import { carries } from '../shared/sample.ts';
import { header } from '../shared/text.ts';
import { inDependencyOrder } from './order.ts';
import { writer } from './writer.ts';

const FILE = /^(?<name>.+?)(?:\.(?<direction>rollback))?\.sql$/;

/** One transaction around each file, statement by statement; the order follows `-- depends:` headers, then names. */
const framework: Framework = {
  name: 'yoyo',
  title: 'yoyo-migrations',
  recognise(folder, tree) {
    if (carries(folder, tree, /^--[ \t]*depends:/m)) return 90;
    const names = new Set(sqlFiles(tree, folder));
    const rollbacks = [...names].filter((name) => name.endsWith('.rollback.sql'));
    return rollbacks.some((name) => names.has(name.replace(/\.rollback\.sql$/, '.sql'))) ? 70 : 0;
  },
  read(folder, tree) {
    const { halves, problems } = halvesOf(folder, tree, {
      pattern: FILE,
      transaction: (text) =>
        /^--[ \t]*transactional:[ \t]*false\b/im.test(header(text()))
          ? { wrap: 'none', optOut: 'Keep `-- transactional: false` at the top of the file.' }
          : { wrap: 'script', optOut: 'Put `-- transactional: false` at the top of the file.' },
      ignores: 'yoyo ignores it.',
    });
    const drafts = inDependencyOrder(pair(halves, tree), (path) => header(tree.read(path) ?? ''));
    const unread = fileNames(tree, folder).filter((name) => /^[^_].*\.py$/.test(name)).map((name) => join(folder, name));
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems, unread });
  },
  writer,
};

export default framework;
