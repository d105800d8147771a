import type { FileTree, Framework } from '../framework.ts';
import { dialectNamed } from '../shared/dialects.ts';
import { history } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { folderNames, hasFile, join, sqlFiles } from '../shared/paths.ts';
import { configuredDialect } from './config.ts';
import { BATCH, isMigrationFolder, readFolders } from './folders.ts';
import { journalProblems, readJournal } from './journal.ts';
import { pieces } from './pieces.ts';
import { recordOf, snapshotProblems } from './snapshots.ts';
import { writer } from './writer.ts';

const JOURNAL = 'meta/_journal.json';

/** `migrate()` runs what the journal names and is pending, all in one transaction. */
const framework: Framework = {
  name: 'drizzle',
  title: 'Drizzle',
  session: 'kept',
  recognise(folder, tree) {
    if (hasFile(tree, join(folder, 'meta'), '_journal.json')) return isStale(folder, tree) ? 0 : 100;
    return folderNames(tree, folder).slice(0, 5).some((name) => isMigrationFolder(join(folder, name), tree)) ? 96 : 0;
  },
  read(folder, tree) {
    const journal = readJournal(tree.read(join(folder, JOURNAL)));
    if (journal === undefined) return history({ framework: framework.name, folder, downs: 'never', ...readFolders(folder, tree) });
    const files = new Set(sqlFiles(tree, folder));
    const latest = journal.entries.at(-1)?.tag;
    const drafts = journal.entries.filter(({ tag }) => files.has(`${tag}.sql`)).map(({ tag }): Draft => {
      const [, version, name = tag] = /^(\d+)_(.*)$/.exec(tag) ?? [];
      return { ...(version === undefined ? {} : { version }), name, up: { path: join(folder, `${tag}.sql`), direction: 'up', transaction: BATCH, ...pieces(tree.read(join(folder, `${tag}.sql`))), ...(tag === latest && { record: () => recordOf(folder, tag, tree) }) } };
    });
    const dialect = dialectNamed(journal.dialect) ?? configuredDialect(folder, tree);
    return history({ framework: framework.name, folder, drafts, downs: 'never', problems: [...journalProblems(folder, JOURNAL, journal.entries, files, tree.read(join(folder, JOURNAL)) ?? ''), ...snapshotProblems(folder, JOURNAL, journal.entries, tree)], dialect });
  },
  writer,
};

/** A journal that names none of the files is a leftover: something else runs them. */
function isStale(folder: string, tree: FileTree): boolean {
  const files = sqlFiles(tree, folder);
  const entries = readJournal(tree.read(join(folder, JOURNAL)))?.entries ?? [];
  return files.length > 0 && entries.length > 0 && !entries.some(({ tag }) => files.includes(`${tag}.sql`));
}

export default framework;
