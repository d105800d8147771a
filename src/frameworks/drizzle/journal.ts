import type { HistoryProblem } from '../framework.ts';
import type { Span } from '../../source/text.ts';
import { join } from '../shared/paths.ts';

export interface JournalEntry {
  readonly tag: string;
  readonly when: number;
  /** Its number, which the next one is counted from. */
  readonly idx?: number;
}

export interface Journal {
  readonly dialect?: string;
  readonly entries: readonly JournalEntry[];
}

/** Undefined when there is none; entries without a tag are left out, broken JSON is an empty journal. */
export function readJournal(text: string | undefined): Journal | undefined {
  if (text === undefined) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { entries: [] };
  }
  const { dialect, entries } = (typeof data === 'object' && data !== null ? data : {}) as { dialect?: unknown; entries?: unknown };
  const listed = (Array.isArray(entries) ? (entries as unknown[]) : []).flatMap((entry): JournalEntry[] => {
    const { tag, when, idx } = (typeof entry === 'object' && entry !== null ? entry : {}) as { tag?: unknown; when?: unknown; idx?: unknown };
    return typeof tag === 'string' ? [{ tag, when: typeof when === 'number' ? when : Number.NaN, ...(typeof idx === 'number' && { idx }) }] : [];
  });
  return { ...(typeof dialect === 'string' ? { dialect } : {}), entries: listed };
}

/** The journal with further entries, which are like its last one in all that they do not say, in the form that the file has. */
export function withEntries(text: string, more: readonly JournalEntry[]): string {
  const journal = JSON.parse(text) as { readonly entries: readonly object[] };
  const last = journal.entries.at(-1);
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return JSON.stringify({ ...journal, entries: [...journal.entries, ...more.map((entry) => ({ ...last, ...entry }))] }, null, indent) + (text.endsWith('\n') ? '\n' : '');
}

/** A migration is applied only if its `when` is later than that of the last one applied. */
export function journalProblems(folder: string, journal: string, entries: readonly JournalEntry[], files: ReadonlySet<string>, text: string): readonly HistoryProblem[] {
  const problems: HistoryProblem[] = [];
  const inJournal = (problem: HistoryProblem['problem'], tag: string, detail: string): void => {
    problems.push({ problem, path: join(folder, journal), ...placeOf(tag, text), detail });
  };
  const seen = new Set<string>();
  let latest: JournalEntry | undefined;
  for (const [index, entry] of entries.entries()) {
    const { tag, when, idx = index } = entry;
    const before = entries[index - 1]?.idx;
    if (before !== undefined && idx !== before + 1) {
      inJournal('broken-record', tag, `The journal numbers ${tag} ${String(idx)} behind ${String(before)}: drizzle-kit counts on from the last number, so that the next migration takes a number that is taken or leaves a gap`);
    } else if (shift(entry, index) !== 0 && shift(entry, index) !== shift(entries[index - 1], index - 1)) {
      // What follows is out by as much.
      inJournal('broken-record', tag, `The journal numbers ${tag} ${String(idx)}, and its name says ${String(Number(tag.slice(0, 4)))}: drizzle-kit counts on from the journal`);
    }
    const path = join(folder, `${tag}.sql`);
    if (!files.has(`${tag}.sql`)) {
      inJournal('missing-file', tag, `The journal names ${tag}, but there is no ${tag}.sql.`);
      continue;
    }
    if (seen.has(tag)) problems.push({ problem: 'duplicate-version', path, detail: `The journal names ${tag} twice.` });
    seen.add(tag);
    if (latest !== undefined && when <= latest.when) {
      problems.push({
        problem: 'out-of-order',
        path,
        detail: `Its "when" in the journal (${String(when)}) is not later than that of ${latest.tag} (${String(latest.when)}): where ${latest.tag} has run, this migration is skipped without a word.`,
      });
    } else latest = entry;
  }
  for (const file of files) {
    if (!seen.has(file.replace(/\.sql$/, ''))) problems.push({ problem: 'ignored-file', path: join(folder, file), detail: 'The journal does not name this file, so Drizzle never runs it.' });
  }
  return problems;
}

/** How far the number in the name is ahead of the one in the journal. */
const shift = (entry: JournalEntry | undefined, index: number): number => (entry !== undefined && /^\d{4}_/.test(entry.tag) ? Number(entry.tag.slice(0, 4)) - (entry.idx ?? index) : 0);

function placeOf(tag: string, text: string): { readonly span?: Span } {
  const start = text.indexOf(JSON.stringify(tag));
  return start < 0 ? {} : { span: { start, end: start + JSON.stringify(tag).length } };
}
