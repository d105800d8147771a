import type { FileChange, Writer } from '../framework.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { snapshotsAfter } from './snapshots.ts';
import { body, changed, following, newFile, refused, slugLike } from '../shared/writing.ts';

const JOURNAL = 'meta/_journal.json';
const WRAPPED = 'Drizzle runs all pending migrations in one transaction, and nothing turns that off.';

interface Entry {
  readonly idx?: number;
  readonly version?: string;
  readonly when: number;
  readonly tag: string;
  readonly breakpoints?: boolean;
}

/** A file, its entry at the end of the journal, and a snapshot where the others have one. */
export const writer: Writer = {
  create(migrations, after, history, tree) {
    if (migrations.some(({ outsideTransaction }) => outsideTransaction)) return refused(WRAPPED);
    const folder = parentOf(after.up.path) ?? '';
    const path = join(folder, JOURNAL);
    const text = tree.read(path);
    if (text === undefined) return refused('Drizzle’s folder form needs a snapshot of the schema with each migration: let `drizzle-kit generate --custom` make the folder.');
    if (following(after, history).length > 0) return refused('A migration can only be added at the end of Drizzle’s journal.');
    const journal = readJournal(text);
    const last = journal?.entries.at(-1);
    if (journal === undefined || last === undefined) return refused(`${path} cannot be read.`);
    const digits = /^\d+/.exec(last.tag)?.[0] ?? '0000';
    const files: FileChange[] = [];
    const entries = migrations.map(({ slug, up }, index): Entry => {
      const number = String(Number(digits) + index + 1).padStart(digits.length, '0');
      const tag = `${number}_${slugLike(slug, baseName(after.up.path))}`;
      files.push(newFile(join(folder, `${tag}.sql`), body(up)));
      return { ...last, ...(last.idx === undefined ? {} : { idx: last.idx + index + 1 }), when: last.when + 1000 * (index + 1), tag };
    });
    return [...files, ...snapshotsAfter(folder, last.tag, entries.map(({ tag }) => tag), tree), changed(path, text, withEntries(text, { ...journal, entries: [...journal.entries, ...entries] }))];
  },
  runOutside: () => refused(WRAPPED),
};

function readJournal(text: string): { readonly entries: readonly Entry[] } | undefined {
  try {
    const data = JSON.parse(text) as { entries?: unknown };
    return Array.isArray(data.entries) && data.entries.every((entry) => typeof (entry as Entry | null)?.tag === 'string' && typeof (entry as Entry).when === 'number')
      ? (data as { entries: readonly Entry[] })
      : undefined;
  } catch {
    return undefined;
  }
}

/** With the indentation and the end that the file has. */
function withEntries(text: string, journal: object): string {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return JSON.stringify(journal, null, indent) + (text.endsWith('\n') ? '\n' : '');
}
