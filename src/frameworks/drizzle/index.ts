import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, Framework } from '../framework.ts';
import { dialectNamed } from '../shared/dialects.ts';
import { history } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { lexicalCompare } from '../shared/order.ts';
import { ancestors, folderNames, hasFile, join, sqlFiles } from '../shared/paths.ts';
import { journalProblems, readJournal } from './journal.ts';

/** `migrate()` runs all that is pending in one transaction; nothing takes a migration out of it. */
const BATCH: TransactionPolicy = { wrap: 'batch' };
const JOURNAL = 'meta/_journal.json';

const framework: Framework = {
  name: 'drizzle',
  title: 'Drizzle',
  recognise(folder, tree) {
    if (hasFile(tree, join(folder, 'meta'), '_journal.json')) return isStale(folder, tree) ? 0 : 100;
    return folderNames(tree, folder).slice(0, 5).some((name) => isMigration(join(folder, name), tree)) ? 96 : 0;
  },
  read(folder, tree) {
    const journal = readJournal(tree.read(join(folder, JOURNAL)));
    if (journal === undefined) return folders(folder, tree);
    const files = new Set(sqlFiles(tree, folder));
    const drafts = journal.entries.filter(({ tag }) => files.has(`${tag}.sql`)).map(({ tag }): Draft => {
      const [, version, name = tag] = /^(\d+)_(.*)$/.exec(tag) ?? [];
      return { ...(version === undefined ? {} : { version }), name, up: { path: join(folder, `${tag}.sql`), direction: 'up', transaction: BATCH } };
    });
    const dialect = dialectNamed(journal.dialect) ?? configured(folder, tree);
    return history({ framework: framework.name, folder, drafts, downs: 'never', problems: journalProblems(folder, JOURNAL, journal.entries, files), dialect });
  },
};

/** Since 1.0 there is no journal: each migration is a folder, in order of their names. */
function folders(folder: string, tree: FileTree): ReturnType<Framework['read']> {
  const drafts = [...folderNames(tree, folder)].sort(lexicalCompare).filter((name) => hasFile(tree, join(folder, name), 'migration.sql')).map((name): Draft => {
    const [, version = name, title = name] = /^(\d+)_(.*)$/.exec(name) ?? [];
    return { version, name: title, up: { path: join(join(folder, name), 'migration.sql'), direction: 'up', transaction: BATCH } };
  });
  const snapshot = folderNames(tree, folder).map((name) => tree.read(join(join(folder, name), 'snapshot.json'))).find((text) => text !== undefined);
  const dialect = dialectNamed(/"dialect"\s*:\s*"([\w-]+)"/.exec(snapshot?.slice(0, 2000) ?? '')?.[1]) ?? configured(folder, tree);
  return history({ framework: framework.name, folder, drafts, downs: 'never', dialect });
}

function configured(folder: string, tree: FileTree): string | undefined {
  for (const at of ancestors(folder)) {
    for (const entry of tree.list(at)) {
      if (!/^drizzle[\w.-]*\.config\.[cm]?[jt]s$|^drizzle\.config\.json$/.test(entry.name)) continue;
      const named = dialectNamed(/\bdialect["']?\s*:\s*["'](\w+)["']/.exec(tree.read(join(at, entry.name)) ?? '')?.[1]);
      if (named !== undefined) return named;
    }
  }
  return undefined;
}

/** A journal that names none of the files is a leftover: something else runs them. */
function isStale(folder: string, tree: FileTree): boolean {
  const files = sqlFiles(tree, folder);
  const entries = readJournal(tree.read(join(folder, JOURNAL)))?.entries ?? [];
  return files.length > 0 && entries.length > 0 && !entries.some(({ tag }) => files.includes(`${tag}.sql`));
}

const isMigration = (folder: string, tree: FileTree): boolean => hasFile(tree, folder, 'migration.sql') && hasFile(tree, folder, 'snapshot.json');

export default framework;
