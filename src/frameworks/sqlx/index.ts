import type { Framework } from '../framework.ts';
import { halvesOf, pairedByVersion } from '../shared/halves.ts';
import { history, pair } from '../shared/history.ts';
import { normalNumber, numericCompare } from '../shared/order.ts';
import { ancestors, hasFolder, mentions, sqlFiles } from '../shared/paths.ts';
import { share } from '../shared/sample.ts';
import { writer } from './writer.ts';

const FILE = /^(?<version>\d+)_(?<name>.*?)(?:\.(?<direction>up|down))?\.sql$/;

/** One transaction around a script unless its very first characters say otherwise; then it is sent as one string. */
const framework: Framework = {
  name: 'sqlx',
  title: 'sqlx (Rust)',
  checksums: true,
  session: 'kept',
  recognise(folder, tree) {
    if (share(sqlFiles(tree, folder), FILE) < 0.5) return 0;
    const uses = ancestors(folder).some((at) => hasFolder(tree, at, '.sqlx')) || mentions(tree, folder, 'Cargo.toml', /^[ \t]*\[?(?:[\w.-]*dependencies\.)?sqlx\b/m);
    return uses ? 85 : 0;
  },
  read(folder, tree) {
    const { halves, problems } = halvesOf(folder, tree, {
      pattern: FILE,
      compare: numericCompare,
      transaction: (text) =>
        text().startsWith('-- no-transaction')
          ? { wrap: 'implicit', optOut: 'Leave the statement alone in its file, below `-- no-transaction`.' }
          : { wrap: 'script', optOut: 'Put `-- no-transaction` on the first line and the statement alone in the file.' },
      ignores: 'sqlx ignores it: the name is not <version>_<description>.sql.',
    });
    return history({ framework: framework.name, folder, drafts: pair(pairedByVersion(halves), tree), downs: 'used', problems, sameVersion: normalNumber });
  },
  writer,
};

export default framework;
