import type { FileTree, Framework } from '../framework.ts';
import { halvesOf, pairedByVersion } from '../shared/halves.ts';
import { history, pair } from '../shared/history.ts';
import type { Half } from '../shared/history.ts';
import { dialectNamed } from '../shared/dialects.ts';
import { lexicalCompare } from '../shared/order.ts';
import { baseName, fileNames, join, mentions, sqlFiles } from '../shared/paths.ts';
import { share } from '../shared/sample.ts';
import { writer } from './writer.ts';

/** An engine may stand before the direction, and with Ory's fork the word that takes a script out of its transaction. */
const FILE = /^(?<version>\d+)_(?<name>[^.]+)(?:\.(?!autocommit)[a-z0-9]+)?(?:\.autocommit)?\.(?<direction>up|down)\.sql$/;

/** A transaction around each file; a file for the engine at hand goes before one for all, `.fizz` is a language of its own. */
const framework: Framework = {
  name: 'pop',
  title: 'pop (Buffalo)',
  recognise: (folder, tree) => (share(sqlFiles(tree, folder), FILE) >= 0.5 && isPop(folder, tree) ? 90 : 0),
  read(folder, tree) {
    const { halves, problems } = halvesOf(folder, tree, {
      pattern: FILE,
      compare: lexicalCompare,
      transaction: () => ({ wrap: 'script' }),
      ignores: 'pop ignores it: the name is not <version>_<name>.up.sql or <version>_<name>.down.sql.',
    });
    const unread = fileNames(tree, folder).filter((name) => name.endsWith('.fizz')).map((name) => join(folder, name));
    const drafts = pair(pairedByVersion(forPostgres(halves).map(autocommit)), tree);
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems, unread });
  },
  writer,
};

const engineOf = (path: string): string | undefined => dialectNamed(/^\d+_[^.]+\.([a-z0-9]+)\./.exec(baseName(path))?.[1]);

/** Without any file for PostgreSQL or for all engines the folder is another engine's: then all of them. */
function forPostgres(halves: readonly Half[]): readonly Half[] {
  const ours = halves.filter(({ path }) => ['postgres', undefined].includes(engineOf(path)));
  const own = new Set(ours.filter(({ path }) => engineOf(path) === 'postgres').map(({ version = '', direction }) => `${version} ${direction}`));
  return ours.length === 0 ? halves : ours.filter(({ path, version = '', direction }) => engineOf(path) === 'postgres' || !own.has(`${version} ${direction}`));
}

const autocommit = (half: Half): Half => (/\.autocommit\.(?:up|down)\.sql$/.test(half.path) ? { ...half, transaction: { wrap: 'implicit', optOut: 'Leave the statement alone in its file.' } } : half);

const isPop = (folder: string, tree: FileTree): boolean =>
  fileNames(tree, folder).some((name) => name.endsWith('.fizz') || engineOf(name) !== undefined) || mentions(tree, folder, 'go.mod', /\b(?:gobuffalo|ory)\/pop\b/);

export default framework;
