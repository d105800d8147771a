import type { FileChange, FileTree, History, MigrationSource, Writer } from '../frameworks/framework.ts';
import { isRefused } from '../frameworks/shared/writing.ts';
import type { Script } from '../ir/migration.ts';
import { readScript } from '../read.ts';
import type { Step } from '../remedy/step.ts';
import type { LintHistory } from '../replay/history.ts';
import { locate } from './creation.ts';
import { adaptDown, notBlank } from './down.ts';
import { applyEdits } from './edits.ts';
import type { Rest } from './in-order.ts';
import { isRest } from './in-order.ts';
import type { Proposal } from './model.ts';
import { hasGone } from './pieces.ts';
import type { Placed, Placement } from './placement.ts';
import type { Piece } from './sharing.ts';
import { shares } from './sharing.ts';
import { scriptOf } from './step-text.ts';
import type { Changes } from './world.ts';
import { added, NO_CHANGES, readerOf, treeWith } from './world.ts';
import { writeEdits } from './write-edits.ts';

interface DownInput {
  readonly script: Script;
  readonly writer: Writer;
  readonly source: MigrationSource;
  readonly history: History;
  readonly entry: Proposal['at']['entry'];
  readonly tree: FileTree;
  readonly changes: Changes;
  readonly placement: Placement;
  readonly kept: ReadonlyMap<Proposal, readonly Step[]>;
  readonly pieces: ReadonlyMap<Placed | Rest | undefined, Piece>;
}

/** The way back of the file itself, where the steps take part of it over. */
export function downChange({ script: forward, source, history, entry, writer, tree, changes, placement, kept, pieces }: DownInput): readonly FileChange[] | string {
  const sweep = source.irreversible === true ? [] : [...kept.values()].flat().flatMap((step) => step.sweep ?? []);
  if (source.down === undefined || !(hasGone(pieces) || sweep.length > 0)) return [];
  // Sections have moved with what is before them: to find them again, all files of the history are looked into.
  const down = source.down.sections === undefined ? source.down : locate(history, source, tree, changes)?.source.down;
  if (down === undefined) return 'The way back cannot be found again after the change.';
  const now = treeWith(tree, changes);
  const script = readScript(down, entry, { read: (path) => now.read(path) });
  const here = ({ proposal }: Placed): readonly string[] => (kept.get(proposal) ?? []).toReversed().flatMap((step) => step.down ?? []);
  const outside = ({ proposal }: Placed): boolean => (kept.get(proposal) ?? []).some(undoneOutside);
  const tasks = [...pieces].flatMap(([one, piece]) => (one === undefined ? [] : [isRest(one) ? { piece, instead: [], outside: false } : { piece, instead: here(one), outside: outside(one) }]));
  const own = script.host === undefined && sweep.length > 0 ? [{ piece: { operations: [], verbatim: true }, instead: sweep, outside: false }] : [];
  const sections = down.sections ?? [{ start: 0, end: script.text.length }];
  const edits = adaptDown(script, sections, [...tasks, ...own], shares(forward, [...pieces.values()], script));
  if ([...pieces.keys()].some((one) => one !== undefined && isRest(one)) && down.sections === undefined && script.host === undefined && applyEdits(script.text, edits).trim() === '') {
    // What has followed took the way back along, and with it what undid the rest by the way.
    const left = placement.parts.flatMap(({ proposal }) => (kept.get(proposal) ?? []).flatMap((step) => step.down ?? []));
    if (left.length > 0) return [{ path: down.path, text: scriptOf(left), before: script.text }];
  }
  const written = edits.length === 0 ? [] : writeEdits(script, notBlank(script, sections, edits), writer, now, entry);
  if (typeof written === 'string' || script.host === undefined || sweep.length === 0 || script.irreversible !== undefined) return written;
  const after = withSweep(source, sweep, treeWith(tree, added(changes, written)), entry, writer);
  return typeof after === 'string' ? after : [...added(added(NO_CHANGES, written), after).values()];
}

/** The way back of a program, with what it has to do first. */
function withSweep(source: MigrationSource, sweep: readonly string[], tree: FileTree, entry: LintHistory, writer: Writer): readonly FileChange[] | string {
  const back = source.down === undefined ? undefined : readScript(source.down, entry, { read: (path) => tree.read(path) });
  const [first] = back?.statements ?? [];
  const call = first === undefined ? undefined : back?.host?.call(first);
  const written = call === undefined ? writer.writeDown?.(source, scriptOf(sweep), tree, readerOf(entry), entry.history) : writer.completeDown?.(source, sweep.map((sql) => ({ sql, before: call })), tree, readerOf(entry), entry.history);
  if (written === undefined) return `Lockkeeper cannot complete a way back in code for ${entry.history.framework}.`;
  return isRefused(written) ? written.refused : written;
}

export const undoneOutside = ({ transaction, down }: Step): boolean => transaction === 'outside' && (down ?? []).length > 0;

/** The way back of a file that has left the runner's transaction, where it has one of its own. */
export function wayBackOutside(now: ReturnType<typeof locate>, entry: LintHistory, writer: Writer): ReturnType<Writer['runOutside']> {
  const down = now?.source.down;
  if (now === undefined || down === undefined) return [];
  const { transaction, statements } = readScript(down, entry, { read: (path) => now.tree.read(path) });
  const isRefused = statements.some(({ operations }) => operations.some((operation) => 'concurrently' in operation && operation.concurrently));
  if (transaction.wrap !== 'script' && !(transaction.wrap === 'batch' && writer.outsideByDirection === true && isRefused)) return [];
  return writer.runOutside(down, now.tree.read(down.path) ?? '', now.tree);
}
