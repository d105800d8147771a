import type { FileTree, History, MigrationSource, NewMigration, SqlReader, Writer } from '../frameworks/framework.ts';
import { isRefused, isSame } from '../frameworks/shared/writing.ts';
import type { Step } from '../remedy/step.ts';
import { withLineBreaks } from './edits.ts';
import type { Proposal, Short, StepFiles } from './model.ts';
import type { Placement } from './placement.ts';
import { headOf, scriptOf } from './step-text.ts';
import type { Changes } from './world.ts';
import { added, again, reread, treeWith } from './world.ts';

/** A step that will be a migration of its own, and whose it is; without a proposal it is a part of the file that only had to follow. */
export interface Moved {
  readonly proposal: Proposal | undefined;
  readonly step: Step;
  /** What has to be deployed first, where an earlier step says so. */
  readonly condition: string | undefined;
}

export interface Located {
  readonly source: MigrationSource;
  readonly history: History;
  readonly tree: FileTree;
}

/** The migration in the history as it reads after the changes. */
export function locate(history: History, source: MigrationSource, tree: FileTree, changes: Changes): Located | undefined {
  const now = treeWith(tree, changes);
  const read = reread(history, now);
  const found = again(source, read);
  return found === undefined ? undefined : { source: found, history: read, tree: now };
}

export interface Creation {
  readonly history: History;
  readonly source: MigrationSource;
  readonly writer: Writer;
  readonly tree: FileTree;
  readonly reader: SqlReader;
  readonly changes: Changes;
  readonly moved: readonly Moved[];
  /** Goes with the first new migration of its proposal. */
  readonly comments: ReadonlyMap<Proposal, string>;
  readonly line: '\n' | '\r\n';
  /** They come before the file. */
  readonly first: boolean;
  /** Whether this run has made it. */
  readonly isNew: (path: string) => boolean;
  /** New migrations stand close behind the file, before those that this run has put there. */
  readonly close: boolean;
  /** Told when there is no room for them. */
  readonly short: ((found: Short) => void) | undefined;
}

export function create({ history, source, writer, tree, reader, changes, moved, comments, line, first, isNew, close, short }: Creation): { changes: Changes; sources: readonly MigrationSource[] } | string {
  if (moved.length === 0) return { changes, sources: [] };
  const now = locate(history, source, tree, changes);
  if (now === undefined) return 'The migration cannot be found again after the change.';
  let place = now.history.migrations.indexOf(now.source) - (first ? 1 : 0);
  if (place < 0) return 'It is the first migration: nothing can come before it.';
  for (let next = now.history.migrations[place + 1]; !first && !close && next !== undefined && isNew(next.up.path); next = now.history.migrations[place + 1]) place++;
  const before = now.history.migrations[place] ?? now.source;
  // Whether it needs a way back is for the migration itself to say.
  const written = writer.create(moved.map((one, at) => newMigration(one, writer.bare === true, one.proposal === undefined || moved.findIndex(({ proposal }) => proposal === one.proposal) !== at ? '' : (comments.get(one.proposal) ?? ''))), { ...before, downExpected: now.source.downExpected || now.source.down !== undefined }, now.history, now.tree, reader);
  if (isRefused(written)) {
    if (written.short !== undefined) short?.({ framework: history.framework, folder: history.folder, ...roomAt(now.history, place, written.short, isNew), why: written.refused });
    return written.refused;
  }
  const files = written.map((file) => (file.before === null && writer.lineFeeds !== true ? { ...file, text: withLineBreaks(file.text, line) } : file));
  const taken = files.find(({ path, before }) => before === null && now.tree.read(path) !== undefined);
  if (taken !== undefined) return `There is already a file ${taken.path}.`;
  const all = added(changes, files);
  const after = reread(history, treeWith(tree, all));
  const index = after.migrations.findIndex((other) => isSame(other, before));
  const sources = after.migrations.slice(index + 1, index + 1 + moved.length);
  const fresh = sources.every((one) => !now.history.migrations.some((other) => isSame(other, one)));
  if (sources.length !== moved.length || !fresh || after.migrations.length !== now.history.migrations.length + moved.length) {
    return `New migrations right ${first ? 'before' : 'after'} ${source.up.path} would not run there: the order of this folder leaves no room.`;
  }
  return { changes: all, sources };
}

/** What this run has put there takes room as well. */
function roomAt({ migrations }: History, place: number, count: number, isNew: Creation['isNew']): Pick<Short, 'behind' | 'count'> {
  const last = migrations.slice(0, place + 1).findLastIndex(({ up }) => !isNew(up.path));
  const next = migrations.findIndex(({ up }, index) => index > last && !isNew(up.path));
  return { behind: migrations[last]?.up.path ?? '', count: count + (next < 0 ? migrations.length : next) - last - 1 };
}

const newMigration = ({ step, condition }: Moved, bare: boolean, comments: string): NewMigration => ({
  slug: step.slug,
  up: scriptOf(framed(step.up, step, bare), headOf({ ...step, ...(condition !== undefined && { deploy: condition }) }, comments)),
  down: step.down === null ? null : step.down.length === 0 ? '' : scriptOf(framed(step.down, step, bare)),
  outsideTransaction: step.transaction === 'outside',
});

/** Statements that belong together get a transaction where nothing else begins one. */
const framed = (statements: readonly string[], { transaction }: Step, bare: boolean): readonly string[] => (bare && transaction === 'inside' && statements.length > 1 ? ['BEGIN', ...statements, 'COMMIT'] : statements);

export function stepFiles(placement: Placement, kept: ReadonlyMap<Proposal, readonly Step[]>, moved: readonly Moved[], sources: readonly MigrationSource[], own: MigrationSource): ReadonlyMap<Proposal, readonly StepFiles[]> {
  return new Map(
    placement.parts.map(({ proposal }) => {
      const here = (kept.get(proposal) ?? []).map((step): StepFiles => ({ step, up: own.up.path, down: own.down?.path ?? null }));
      const there = moved.flatMap((one, index): StepFiles[] => (one.proposal === proposal ? [{ step: one.step, up: sources[index]?.up.path ?? '', down: sources[index]?.down?.path ?? null }] : []));
      return [proposal, [...here, ...there]];
    }),
  );
}
