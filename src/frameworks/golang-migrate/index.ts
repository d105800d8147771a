import type { Framework } from '../framework.ts';
import { halvesOf, pairedByVersion } from '../shared/halves.ts';
import { history, OFTEN, pair } from '../shared/history.ts';
import { normalNumber, numericCompare } from '../shared/order.ts';
import { fileNames, join, sqlFiles } from '../shared/paths.ts';
import { share } from '../shared/sample.ts';
import { writer } from './writer.ts';

const FILE = /^(?<version>\d+)_(?<name>.*)\.(?<direction>up|down)\.sql$/;

/** Hands a whole file to the driver as one string. */
const framework: Framework = {
  name: 'golang-migrate',
  title: 'golang-migrate',
  session: 'kept',
  recognise(folder, tree) {
    const names = sqlFiles(tree, folder);
    // Ways back beside files without a direction are somebody else's pairs.
    return share(names, FILE) >= 0.5 && names.some((name) => name.endsWith('.up.sql')) && !wentOnWithCollisions(names) ? 80 : 0;
  },
  read(folder, tree) {
    const { halves, problems } = halvesOf(folder, tree, {
      pattern: FILE,
      compare: numericCompare,
      transaction: () => ({ wrap: 'implicit', optOut: 'Put the statement alone in a migration file of its own.' }),
      ignores: 'golang-migrate ignores it: the name is not <version>_<name>.up.sql or <version>_<name>.down.sql.',
    });
    const unread = fileNames(tree, folder).filter((name) => /^\d+_.*\.(?:up|down)\.(?!sql$)\w+$/.test(name)).map((name) => join(folder, name));
    const drafts = pair(pairedByVersion(halves), tree).filter(({ up, version }) => up !== undefined || !unread.some((path) => path.startsWith(join(folder, `${version ?? ''}_`))));
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems, unread, sameVersion: normalNumber });
  },
  writer,
};

/** It opens no folder in which two files have one version: where that has happened again and again, somebody else runs them. */
function wentOnWithCollisions(names: readonly string[]): boolean {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of names) {
    const { version = '', direction } = FILE.exec(name)?.groups ?? {};
    if (direction !== 'up') continue;
    const number = normalNumber(version);
    if (seen.has(number)) twice.add(number);
    seen.add(number);
  }
  return twice.size >= OFTEN;
}

export default framework;
