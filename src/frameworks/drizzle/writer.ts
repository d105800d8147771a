import type { FileChange, Writer } from '../framework.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import type { JournalEntry } from './journal.ts';
import { readJournal, withEntries } from './journal.ts';
import { snapshotsAfter } from './snapshots.ts';
import { body, changed, following, newFile, refused, slugLike } from '../shared/writing.ts';

const JOURNAL = 'meta/_journal.json';
const WRAPPED = 'Drizzle runs all pending migrations in one transaction, and nothing turns that off.';

/** A file, its entry at the end of the journal, and a snapshot where the others have one. */
export const writer: Writer = {
  create(migrations, after, history, tree) {
    if (migrations.some(({ outsideTransaction }) => outsideTransaction)) return refused(WRAPPED);
    const folder = parentOf(after.up.path) ?? '';
    const path = join(folder, JOURNAL);
    const text = tree.read(path);
    if (text === undefined) return refused('Drizzle’s folder form needs a snapshot of the schema with each migration: let `drizzle-kit generate --custom` make the folder.');
    if (following(after, history).length > 0) return refused('A migration can only be added at the end of Drizzle’s journal.');
    const last = readJournal(text)?.entries.at(-1);
    if (last === undefined || Number.isNaN(last.when)) return refused(`${path} cannot be read.`);
    const digits = /^\d+/.exec(last.tag)?.[0] ?? '0000';
    const files: FileChange[] = [];
    const entries = migrations.map(({ slug, up }, index): JournalEntry => {
      const number = String(Number(digits) + index + 1).padStart(digits.length, '0');
      const tag = `${number}_${slugLike(slug, baseName(after.up.path))}`;
      files.push(newFile(join(folder, `${tag}.sql`), body(up)));
      return { ...(last.idx === undefined ? {} : { idx: last.idx + index + 1 }), when: last.when + 1000 * (index + 1), tag };
    });
    return [...files, ...snapshotsAfter(folder, last.tag, entries.map(({ tag }) => tag), tree), changed(path, text, withEntries(text, entries))];
  },
  runOutside: () => refused(WRAPPED),
};
