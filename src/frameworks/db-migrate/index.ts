import type { Framework } from '../framework.ts';
import { halvesOf } from '../shared/halves.ts';
import { history, pair } from '../shared/history.ts';
import { sqlFiles } from '../shared/paths.ts';
import { share } from '../shared/sample.ts';
import { writer } from './writer.ts';

const FILE = /^(?<version>\d{14})-(?<name>.*)-(?<direction>up|down)\.sql$/;

/** The `sqls` folder beside the generated JavaScript migrations, which read one file each inside a transaction. */
const framework: Framework = {
  name: 'db-migrate',
  title: 'db-migrate (SQL files)',
  recognise: (folder, tree) => (share(sqlFiles(tree, folder), FILE) >= 0.5 ? 85 : 0),
  read(folder, tree) {
    const { halves, problems } = halvesOf(folder, tree, {
      pattern: FILE,
      transaction: () => ({ wrap: 'script', optOut: 'Run this migration on its own with `db-migrate up --non-transactional` and the statement alone in its file.' }),
      ignores: 'No generated migration reads it: the name is not <timestamp>-<name>-up.sql or <timestamp>-<name>-down.sql.',
    });
    return history({ framework: framework.name, folder, drafts: pair(halves, tree), downs: 'used', problems });
  },
  writer,
};

export default framework;
