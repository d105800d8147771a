import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, Framework } from '../framework.ts';
import { history } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { naturalCompare } from '../shared/order.ts';
import { baseName, hasFile, hasFolder, join, sqlFiles } from '../shared/paths.ts';
import { header } from '../shared/text.ts';
import { writer } from './writer.ts';

/** `committed/` in order, then `current.sql` (or the files of `current/`), which is still being written. */
const framework: Framework = {
  name: 'graphile-migrate',
  title: 'Graphile Migrate',
  checksums: true,
  recognise(folder, tree) {
    if (baseName(folder) === 'committed') return 0;
    const first = hasFolder(tree, folder, 'committed') ? sqlFiles(tree, join(folder, 'committed'))[0] : undefined;
    if (first !== undefined) return /^--! ?Previous:/im.test(tree.read(join(join(folder, 'committed'), first)) ?? '') ? 96 : 0;
    return hasFile(tree, folder, 'current.sql') && [folder, folder.slice(0, -baseName(folder).length - 1)].some((at) => hasFile(tree, at, '.gmrc')) ? 96 : 0;
  },
  read(folder, tree) {
    const committed = sqlFiles(tree, join(folder, 'committed')).map((file) => join(join(folder, 'committed'), file));
    const current = hasFile(tree, folder, 'current.sql') ? [join(folder, 'current.sql')] : sqlFiles(tree, join(folder, 'current')).map((file) => join(join(folder, 'current'), file));
    const drafts = [...[...committed].sort(naturalCompare), ...[...current].sort(naturalCompare)].map((path): Draft => {
      const version = /^(\d+)/.exec(baseName(path))?.[1];
      return {
        ...(version === undefined || !committed.includes(path) ? {} : { version }),
        name: baseName(path).replace(/\.sql$/, ''),
        up: { path, direction: 'up', transaction: policy(path, tree) },
      };
    });
    return history({ framework: framework.name, folder, drafts, downs: 'never' });
  },
  writer,
};

const policy = (path: string, tree: FileTree): TransactionPolicy =>
  /^--! ?no-transaction\b/m.test(header(tree.read(path) ?? ''))
    ? { wrap: 'implicit', optOut: 'Leave the statement alone in its file, below `--! no-transaction`.' }
    : { wrap: 'script', optOut: 'Put `--! no-transaction` at the top and the statement alone in the file.' };

export default framework;
