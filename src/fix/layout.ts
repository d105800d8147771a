import type { FileTree, History, MigrationSource, Writer } from '../frameworks/framework.ts';
import { frameworkNamed } from '../frameworks/registry.ts';
import { isRefused, lineBreak } from '../frameworks/shared/writing.ts';
import type { Script } from '../ir/migration.ts';
import { fileText } from '../ir/migration.ts';
import type { Step } from '../remedy/step.ts';
import { readScript } from '../read.ts';
import { runApart } from './batch-runs.ts';
import type { Carried } from './carried.ts';
import { carriedBy, NOTHING_CARRIED, withCarried, withoutCarried } from './carried.ts';
import type { Moved } from './creation.ts';
import { create, locate, stepFiles } from './creation.ts';
import type { Edit } from './edits.ts';
import { joinDeletions, overlaps } from './edits.ts';
import { behindWhatTheyFollow } from './following.ts';
import { leftAlone } from './guarded.ts';
import type { Replacement } from './in-place.ts';
import { editsOf } from './in-place.ts';
import type { Order, Rest } from './in-order.ts';
import { countsOnFile, inOrder, isNamedBehind, isOvertaken, isRest, keepsOrder, losesGround, restStep } from './in-order.ts';
import { withDown } from './missing-way-back.ts';
import type { ChangeSet, Proposal, Short } from './model.ts';
import { dataBack, hasGone, isData, piecesOf, undoneBy } from './pieces.ts';
import type { Part, Placed, Placement } from './placement.ts';
import { mayStayTogether, place, shown, takesValues } from './placement.ts';
import { settingsBefore, withSettings } from './settings.ts';
import { regionOf, wholeOf } from './regions.ts';
import type { Piece } from './sharing.ts';
import { backOf, shares } from './sharing.ts';
import { splitForOne } from './step-text.ts';
import { tornTemporary } from './temporary.ts';
import { downChange, undoneOutside, wayBackOutside } from './way-back.ts';
import { writeEdits } from './write-edits.ts';
import type { Changes } from './world.ts';
import { added, NO_CHANGES, readerOf, treeWith } from './world.ts';

export interface LayoutOptions {
  /** Steps that must run in transactions of their own are written although one run of the tool would join them: they are deployed one by one. */
  readonly deploysApart?: boolean;
  /** Nothing but the file itself may change: what needs further migrations is refused. */
  readonly inFile?: boolean;
  /** New migrations come right before the file instead of after it. */
  readonly before?: boolean;
  /** What stands behind what leaves the file leaves it, too, so that nothing is overtaken: what is about the same things, or all of it. */
  readonly inOrder?: 'related' | 'all';
  /** What belongs into the transaction of a step stays where it is all the same. */
  readonly inPlace?: true;
  /** Files that this run has made: further new migrations come after theirs. */
  readonly isNew?: (path: string) => boolean;
  /** Right behind the file, before what this run has put there. */
  readonly close?: true;
  /** Told when new migrations find no room. */
  readonly short?: (found: Short) => void;
}

/**
 * Lays the plans for findings of one script out over files: what can stays in the file, the rest becomes new migrations right after it,
 * in the order of the findings. A string says why not. Changes nothing on the disk.
 */
export function layOut(proposals: readonly Proposal[], tree: FileTree, options: LayoutOptions = {}): ChangeSet | string {
  const [first] = proposals;
  if (first === undefined) return { proposals, files: [], notes: [], rests: [], steps: new Map() };
  const { script: whole, at } = first;
  const obstacle = proposals.flatMap(({ plan }) => plan.steps).find((step) => step.obstacle !== undefined)?.obstacle;
  if (obstacle !== undefined) return obstacle;
  const { history } = at.entry;
  const source = history.migrations[at.index];
  const next = history.migrations[at.index + 1]?.up.path;
  if (options.close === true && (next === undefined || options.isNew?.(next) !== true)) return 'It is laid out like that already.';
  const writer = frameworkNamed(history.framework)?.writer;
  if (source === undefined || writer === undefined) return `Lockkeeper cannot write migrations for ${history.framework} yet.`;
  if (whole.host !== undefined && writer.rewrite === undefined) return `The migration is a program, which Lockkeeper cannot change for ${history.framework} yet.`;
  if (tree.read(whole.path) !== fileText(whole)) return 'The file has changed since it was read.';

  if (first.pattern === 'missingDown') return proposals.length === 1 ? withDown(first, source, writer, tree) : 'A way back is written on its own.';
  const parts = partsOf(proposals);
  if (typeof parts === 'string') return parts;
  const along = carriedBy(whole, proposals, boundsOf(source));
  if (options.inPlace === true && along.rests.size === 0) return 'It is laid out like that already.';
  if (options.inPlace === true && [...along.rests.keys()].some(({ operations }) => operations.some(({ kind }) => kind === 'dropDefault'))) return 'The default would be gone long before the columns change places.';
  const carried = options.inPlace === true ? NOTHING_CARRIED : along;
  const script = withoutCarried(whole, carried);
  const placement = place(script, parts);
  if (options.before === true && placement.parts.every(({ stays }) => stays)) return 'Nothing of it would be a migration of its own.';
  if (options.before === true && placement.parts.some(({ stays, proposal }) => stays && proposal.plan.steps.length > 1)) return 'Steps would come before those that they follow.';
  if (options.before === true && countsOnFile(script, placement.parts)) return 'It counts on something that stands before it in the file.';
  const common = { whole, script, source, history, writer, tree, options, placement, carried };
  // Where each statement commits by itself anyway, one file can hold all steps.
  const fitsTogether = carried.rests.size === 0 && options.before !== true && options.inOrder === undefined && mayStayTogether(script, placement);
  if (fitsTogether && isOvertaken(script, placement)) {
    const together = attempt({ ...common, inOneFile: true });
    if (typeof together !== 'string') return together;
  }
  const must = options.inOrder !== undefined || (options.before !== true && (losesGround(script, placement) || isNamedBehind(script, placement)));
  const asked = options.inOrder ?? (must || (options.before !== true && keepsOrder(script, placement)) ? 'related' : undefined);
  const order = asked === undefined ? undefined : inOrder(script, placement, boundsOf(source), asked);
  if (order !== undefined && (must || typeof order !== 'string')) {
    return typeof order === 'string' ? order : attempt({ ...common, placement: order.placement, order });
  }
  const laid = attempt(common);
  if (typeof laid !== 'string' || !fitsTogether) return laid;
  const together = attempt({ ...common, inOneFile: true });
  return typeof together === 'string' ? laid : together;
}

function partsOf(proposals: readonly Proposal[]): readonly Part[] | string {
  const parts: Part[] = [];
  for (const proposal of proposals) {
    // What a program comes to may have been worked out on a statement of its own.
    const own = proposal.script.statements.find(({ span }) => span.start === proposal.statement.span.start) ?? proposal.statement;
    const region = proposal.plan.whole === true ? wholeOf(own) : regionOf(proposal.statement, [proposal.operation, ...proposal.plan.covers]);
    if (typeof region === 'string') return region;
    parts.push({ proposal, region });
  }
  return parts.sort((a, b) => a.proposal.operation.span.start - b.proposal.operation.span.start);
}

interface Attempt {
  /** As it stands in the file, and without what steps carry along. */
  readonly whole: Script;
  readonly script: Script;
  readonly source: MigrationSource;
  readonly history: History;
  readonly writer: Writer;
  readonly tree: FileTree;
  readonly placement: Placement;
  readonly carried: Carried;
  readonly options: LayoutOptions;
  readonly inOneFile?: true;
  readonly order?: Order;
}

function attempt({ whole, script, source, history, writer, tree, placement, carried, options, inOneFile, order }: Attempt): ChangeSet | string {
  const sequence = order?.sequence ?? placement.parts;
  if (options.inFile === true && inOneFile !== true && sequence.some((one) => isRest(one) || one.proposal.plan.steps.length > (one.stays ? 1 : 0))) return 'It needs migrations of its own.';
  const beside = [...placement.parts.map(({ region }) => region.statement), ...(order?.gone ?? []), ...carried.rests.keys()].find((statement) => takesValues(script, statement));
  if (beside !== undefined) return `${shown(script, beside)} is handed its values beside it, and would lose them if it were written anew: write them into the statement.`;
  const { entry } = (placement.parts[0] as { proposal: Proposal }).proposal.at;
  const torn = inOneFile === true ? undefined : (tornTemporary(script, placement, order) ?? leftAlone(script, placement, order));
  if (torn !== undefined) return torn;
  const later = new Map<Proposal, readonly Step[]>();
  const conditions = new Map<Step, string>();
  const kept = new Map<Proposal, readonly Step[]>();
  const edits: Edit[] = [];
  const replacements: Replacement[] = [];
  for (const part of placement.parts) {
    const { steps } = part.proposal.plan;
    const split = steps.map((step) => (step.transaction === 'outside' && writer.oneOutside === true ? splitForOne(step, entry.dialect) : [step]));
    if (split.includes(undefined)) return 'Outside a transaction this tool takes one statement at a time, and the steps cannot be taken apart that far.';
    const all = split.flatMap((one) => one ?? []);
    conditionsOf(all, conditions);
    const here = inOneFile === true ? all : part.stays ? all.slice(0, 1) : [];
    const rest = all.slice(here.length);
    if (rest.length > 0 && part.proposal.operation.passedOver === true) return 'The code around it goes on behind an error of it: in a migration of its own that would stop the run.';
    if (rest.length > 0 && part.proposal.operation.alternative === true) return 'The code around it decides whether it runs: in a migration of its own it would run in any case.';
    kept.set(part.proposal, here);
    replacements.push({ part, steps: here });
    later.set(part.proposal, rest);
  }
  if (options.inFile === true && sequence.some((one) => isRest(one) || (later.get(one.proposal) ?? []).length > 0)) return 'It needs migrations of its own.';
  const pieces = new Map<Placed | Rest | undefined, Piece>([...piecesOf(script, sequence, kept, later), ...[...carried.rests.values()].map((rest) => [rest, { operations: rest.operations, verbatim: true }] as const)]);
  const hasRows = placement.parts.some(({ proposal }) => isData(proposal.operation));
  const way = source.down === undefined || !(hasGone(pieces) || hasRows) ? undefined : readScript(source.down, entry, { read: (path) => tree.read(path) });
  const found = way === undefined ? undefined : shares(script, [...pieces.values()], way);
  // Where the author's way back ends with an error, that of what leaves the file does as well.
  const undo = (one: Placed | Rest): readonly string[] | null => (way === undefined || found === undefined || way.irreversible === 'refuses' ? null : backOf(way, found, pieces.get(one) as Piece));
  const moved: Moved[] = [];
  const origins: (Placed | Rest)[] = [];
  for (const one of sequence) {
    const proposal = isRest(one) ? undefined : one.proposal;
    const steps = isRest(one) ? [restStep(one, source, undo(one))] : (later.get(one.proposal) ?? []);
    const held = settingsBefore(script, isRest(one) ? one.statement : one.region.statement);
    for (const step of steps) {
      const isAuthors = way !== undefined && (step.apart === true || step.undoneAsWritten === true || (!isRest(one) && isData(one.proposal.operation)));
      // Nobody but the author knows then what it was.
      const isUntold = step.down === null && !isRest(one) && one.proposal.plan.steps.length === 1;
      const back = isAuthors || isUntold ? undo(one) : null;
      const isTold = (back ?? []).length > 0;
      const own = (isAuthors && (step.down === null || (step.undoneAsWritten === true && isTold))) || (isUntold && isTold) ? undoneBy(step, back) : step;
      const settled = withSettings(alone(withCarried(swept(own), carried, undo)), held, { bare: writer.bare === true, oneOutside: writer.oneOutside === true });
      if (typeof settled === 'string') return settled;
      moved.push({ proposal, step: settled, condition: conditions.get(step) });
      origins.push(one);
    }
  }
  const comments = new Map<Proposal, string>();
  for (const statement of new Set(replacements.map(({ part }) => part.region.statement))) {
    if (order?.gone.has(statement) === true) continue;
    const own = replacements.filter(({ part }) => part.region.statement === statement);
    const edited = editsOf({ script, bounds: boundsOf(source), replacements: own, leaves: placement.leaves && own.some(({ part }) => part.stays), oneOutside: writer.oneOutside === true });
    if (typeof edited === 'string') return edited;
    edits.push(...edited.edits);
    for (const [part, text] of edited.comments) comments.set(part.proposal, text);
  }
  const waited = behindWhatTheyFollow(moved, origins);
  const apart = script.transaction.wrap === 'batch' && options.deploysApart !== true ? runApart(placement, waited, writer) : waited;
  if (typeof apart === 'string') return apart;
  const unique = joinDeletions(dropRepeated([...edits, ...(order?.edits ?? []), ...carried.edits]));
  if (overlaps(unique)) return 'Two changes of the file touch the same place.';

  const changed = writeEdits(whole, unique, writer, tree, entry);
  if (typeof changed === 'string') return changed;
  let changes: Changes = added(NO_CHANGES, changed);
  const back = downChange({ script, source, history, entry, writer, tree, changes, placement, kept, pieces });
  if (typeof back === 'string') return back;
  changes = added(changes, back);

  if (placement.leaves) {
    const now = locate(history, source, tree, changes);
    const left = now === undefined ? { refused: 'The migration cannot be found again after the change.' } : writer.runOutside(now.source.up, treeWith(tree, changes).read(script.path) ?? '', treeWith(tree, changes));
    if (isRefused(left)) return left.refused;
    changes = added(changes, left);
    const backLeft = [...kept.values()].flat().some(undoneOutside) ? wayBackOutside(locate(history, source, tree, changes), entry, writer) : [];
    if (isRefused(backLeft)) return backLeft.refused;
    changes = added(changes, backLeft);
  }
  const created = create({ history, source, writer, tree, reader: readerOf(entry), changes, moved: apart, comments, line: lineBreak(script.text), first: options.before === true, isNew: (path) => options.isNew?.(path) === true, close: options.close === true, short: options.short });
  if (typeof created === 'string') return created;
  const outside = placement.leaves || apart.some(({ step }) => step.transaction === 'outside');
  const followed = apart.flatMap(({ proposal }, index) => (proposal === undefined ? [created.sources[index]?.up.path ?? ''] : []));
  const notes = [
    followed.length === 0 ? undefined : `What stands behind it in ${script.path} keeps its place and follows in ${followed.join(' and ')}.`,
    writer.notes?.always,
    outside ? writer.notes?.outside : undefined,
  ].filter((note) => note !== undefined);
  return {
    proposals: placement.parts.map(({ proposal }) => proposal),
    files: [...created.changes.values()],
    notes,
    rests: followed,
    steps: stepFiles(placement, way === undefined ? kept : dataBack(script, kept, way), apart, created.sources, source),
  };
}

/** What was deployed before one step of a contraction has to be before those that follow it, whoever runs them when. */
function conditionsOf(steps: readonly Step[], found: Map<Step, string>): void {
  let last: string | undefined;
  for (const step of steps) {
    last = step.deploy ?? last;
    if (last !== undefined && step.phase === 'contract') found.set(step, last);
  }
}

/** The offsets that belong to the direction; a file without sections is one. */
const boundsOf = ({ up }: MigrationSource): readonly { readonly start: number; readonly end: number }[] => up.sections ?? [{ start: 0, end: Number.POSITIVE_INFINITY }];

/** Removing BEGIN or a setting may be asked for by several parts. */
function dropRepeated(edits: readonly Edit[]): readonly Edit[] {
  const seen = new Set<string>();
  return edits.filter(({ start, end, text }) => {
    const key = `${String(start)} ${String(end)} ${text}`;
    if (start === end || !seen.has(key)) {
      seen.add(key);
      return true;
    }
    return false;
  });
}

/** The step as a migration of its own. */
const alone = (step: Step): Step => (step.moved === undefined ? step : { ...step, up: [...step.moved, ...step.up], transaction: 'inside' });

/** Where it has a way back that does something. */
const swept = ({ sweep = [], ...step }: Step): Step => ((step.down ?? []).length === 0 ? step : { ...step, down: [...sweep, ...(step.down ?? [])] });
