import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, Framework, HistoryProblem } from '../framework.ts';
import { baseName, folderNames, join, sqlFiles } from '../shared/paths.ts';
import { versionedHistory, versionedShare, versionKey, parseVersioned } from '../shared/versioned.ts';
import { runnerLock, waitsForRunner, type RunnerLock } from './lock.ts';
import { programs } from './programs.ts';
import { settings } from './settings.ts';
import { mixture } from './transaction.ts';
import { writer } from './writer.ts';

const KINDS = 'VURB';
const OPT_OUT = 'Leave the statement alone in its script, which Flyway then runs without a transaction, or set executeInTransaction=false in a `<script>.conf` beside it.';

const framework: Framework = {
  name: 'flyway',
  title: 'Flyway',
  checksums: true,
  recognise(folder, tree) {
    const names = sqlFiles(tree, folder);
    if (versionedShare(names, KINDS) >= 0.4 || (versionedShare(names, KINDS, true) >= 0.4 && settings(folder, tree).bare)) return 80;
    return names.every((name) => CALLBACK.test(name)) && isSplit(folder, tree) ? 78 : 0;
  },
  read(folder, tree) {
    const project = settings(folder, tree);
    let lock: RunnerLock | undefined;
    const waits = (path: string, text: string): readonly HistoryProblem[] => (/\bCONCURRENTLY\b/i.test(text) ? waitsForRunner(path, text, (lock ??= runnerLock(folder, tree))) : []);
    const override = (path: string): boolean | undefined => {
      const said = /^[ \t]*executeInTransaction\s*=\s*(true|false)\b/im.exec(tree.read(`${path}.conf`) ?? '')?.[1]?.toLowerCase();
      return said === undefined ? undefined : said === 'true';
    };
    const wrapped: TransactionPolicy = project.group ? { wrap: 'batch', optOut: OPT_OUT } : { wrap: 'script', optOut: OPT_OUT };
    return versionedHistory(folder, tree, {
      framework: framework.name,
      title: framework.title,
      kinds: KINDS,
      bare: project.bare,
      unread: programs(folder, tree),
      placeholders: [/\$\{[^{}\n]+\}/g],
      policy: ({ path }, text) => ((override(path) ?? (project.executeInTransaction && mixture(text()).outside === undefined)) ? wrapped : { wrap: 'none', optOut: OPT_OUT }),
      problems({ path }, text) {
        const hung = waits(path, text());
        if (override(path) !== undefined || !project.executeInTransaction || project.mixed) return hung;
        const { outside, inside } = mixture(text());
        return outside === undefined || inside === undefined
          ? hung
          : [{ problem: 'bad-annotation', path, span: outside, detail: 'Flyway refuses this script: the statement cannot run in a transaction, others in the same script can, and mixed=true is not set.' }];
      },
    });
  },
  writer,
};

/** What Flyway runs at certain moments; it is no migration. */
const CALLBACK = /^(?:(?:before|after)[A-Z]\w*|createSchema)\.sql$/;

/** Scripts kept in subfolders by release; subfolders that repeat versions are one per engine and stand for themselves. */
function isSplit(folder: string, tree: FileTree): boolean {
  if (!/^(?:db|migrations?|sql|flyway)$/i.test(baseName(folder))) return false;
  const versions = folderNames(tree, folder).map((name) => sqlFiles(tree, join(folder, name)).flatMap((file) => parseVersioned(file, 'V') ?? []).map(({ version }) => versionKey(version)));
  const all = versions.flat();
  return versions.filter((list) => list.length > 0).length > 1 && new Set(all).size === all.length;
}

export default framework;
