import type { Framework, HistoryProblem } from '../framework.ts';
import { history } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { filesBelow, isSql, join, sqlFiles } from '../shared/paths.ts';
import { carries } from '../shared/sample.ts';
import { draftOf, readChangelog, runsOnPostgres } from './changelog.ts';
import type { Changeset } from './changelog.ts';
import { inChangelogOrder } from './order.ts';
import { writer } from './writer.ts';

export const FORMATTED = /^\s*--\s*liquibase\s+formatted\b/i;

/** Formatted SQL: each changeset is a migration, identified by author, id and path. */
const framework: Framework = {
  name: 'liquibase',
  title: 'Liquibase (formatted SQL)',
  recognise: (folder, tree) => (sqlFiles(tree, folder).length > 0 && carries(folder, tree, FORMATTED) ? 95 : 0),
  read(folder, tree) {
    const problems: HistoryProblem[] = [];
    const changesets: Changeset[] = [];
    const paths = filesBelow(tree, folder).filter(isSql).map((name) => join(folder, name));
    for (const path of inChangelogOrder(folder, paths, tree)) {
      const text = tree.read(path) ?? '';
      if (!FORMATTED.test(text)) continue;
      const read = readChangelog(path, text);
      changesets.push(...read.changesets);
      problems.push(...read.problems);
    }
    const ours = changesets.filter(runsOnPostgres);
    const used = ours.length > 0 ? ours : changesets;
    const drafts = used.map((changeset): Draft => draftOf(changeset, tree.read(changeset.path) ?? ''));
    const named = used.flatMap(({ dbms }) => dbms ?? []).filter((name) => !name.startsWith('!'));
    const dialect = named.includes('postgres') ? 'postgres' : named[0];
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems: [...problems, ...repeated(used)], dialect, sameVersion: null });
  },
  writer,
};

/** The same author and id twice in one file: Liquibase refuses the changelog. */
function repeated(changesets: readonly Changeset[]): readonly HistoryProblem[] {
  const seen = new Set<string>();
  return changesets.flatMap(({ path, author, id, line }): HistoryProblem[] => {
    const key = `${path}\0${author}\0${id}`;
    if (seen.has(key)) return [{ problem: 'duplicate-version', path, span: line, detail: `There is an earlier changeset ${author}:${id} in this file.` }];
    seen.add(key);
    return [];
  });
}

export default framework;
