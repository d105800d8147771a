import type { Framework } from '../framework.ts';
import { halvesOf, pairedByVersion } from '../shared/halves.ts';
import { history, pair } from '../shared/history.ts';
import { normalNumber, numericCompare } from '../shared/order.ts';
import { sqlFiles } from '../shared/paths.ts';
import { share } from '../shared/sample.ts';
import { writer } from './writer.ts';

const FILE = /^(?<version>\d+)\.(?<direction>do|undo)\.(?:(?<name>.*)\.)?sql$/;

/** Hands a whole file to the driver as one string. */
const framework: Framework = {
  name: 'postgrator',
  title: 'postgrator',
  checksums: true,
  recognise: (folder, tree) => (share(sqlFiles(tree, folder), FILE) >= 0.5 ? 85 : 0),
  read(folder, tree) {
    const { halves, problems } = halvesOf(folder, tree, {
      pattern: FILE,
      compare: numericCompare,
      transaction: () => ({ wrap: 'implicit', optOut: 'Put the statement alone in a migration file of its own.' }),
      ignores: 'postgrator ignores it: the name is not <version>.do.<description>.sql or <version>.undo.<description>.sql.',
    });
    return history({ framework: framework.name, folder, drafts: pair(pairedByVersion(halves), tree), downs: 'used', problems, sameVersion: normalNumber });
  },
  writer,
};

export default framework;
