import type { Finding } from '../check/finding.ts';
import type { FileChange } from '../frameworks/framework.ts';
import { unsettled } from './carried.ts';
import { joined } from './joining.ts';
import { layOut } from './layout.ts';
import type { Look, Workshop } from './lint-run.ts';
import { look } from './lint-run.ts';
import type { PlannedSet } from './plan-document.ts';
import type { ChangeSet, Proposal, Refused } from './model.ts';
import { groupOf, isRefusal } from './model.ts';
import { endsAlike, lostObject, planDisproof } from './prove.ts';
import { WAYS } from './ways.ts';
import type { Changes } from './world.ts';
import { added, NO_CHANGES, treeWith } from './world.ts';

export interface Planned {
  readonly sets: readonly PlannedSet[];
  readonly refused: readonly Refused[];
  /** All files together. */
  readonly files: readonly FileChange[];
}

/** Plans for findings, with the files that they would be. Changes nothing on the disk. */
export async function planFor(workshop: Workshop, wanted: (finding: Finding, look: Look) => boolean, paths: ReadonlySet<string>): Promise<Planned> {
  const now = await look(workshop, workshop.tree, { preview: true, wanted: (path) => paths.has(path), mayChange: (path) => paths.has(path) });
  const open = new Set(now.report.findings.filter((finding) => finding.suppressed === null && wanted(finding, now)));
  const groups = new Map<string, readonly Proposal[]>();
  const refused: Refused[] = [];
  for (const answer of now.answers.values()) {
    if (!open.has(answer.finding)) continue;
    if (isRefusal(answer)) {
      refused.push(answer);
      continue;
    }
    const key = groupOf(answer);
    groups.set(key, joined(groups.get(key) ?? [], answer));
  }
  const state: State = { workshop, now, paths, changes: NO_CHANGES };
  const sets: PlannedSet[] = [];
  for (const found of groups.values()) {
    const group = unsettled(found).toSorted((a, b) => a.operation.span.start - b.operation.span.start);
    // The steps bring ways back of their own; what is still missing then can be asked for again.
    const isDone = group.every(({ finding, pattern }) => pattern === 'missingDown' && state.changes.has(finding.path));
    if (!isDone) sets.push(...(await plannedSets(group, state)));
  }
  sets.sort((a, b) => placeOf(a) - placeOf(b));
  return { sets, refused: refused.filter(({ finding }) => !isSolved(finding, sets)), files: [...state.changes.values()] };
}

interface State {
  readonly workshop: Workshop;
  readonly now: Look;
  readonly paths: ReadonlySet<string>;
  changes: Changes;
}

const placeOf = ({ proposals: [first] }: PlannedSet): number => first?.operation.span.start ?? 0;

/** All plans for a script together where that can be proven; otherwise as many as can be, and the others without files. */
async function plannedSets(group: readonly Proposal[], state: State): Promise<readonly PlannedSet[]> {
  const without: PlannedSet[] = [];
  const { good, set } = await grown({ good: [], set: undefined }, group, without, state);
  return set === undefined ? without : [keep(good, set, state), ...without];
}

interface Grown {
  readonly good: readonly Proposal[];
  readonly set: ChangeSet | undefined;
}

/** What has been proven together, with as many more as go with it, found by halving; where one does not, its plan is without files. */
async function grown(before: Grown, more: readonly Proposal[], without: PlannedSet[], state: State): Promise<Grown> {
  const good = [...before.good, ...more].sort((a, b) => a.operation.span.start - b.operation.span.start);
  const all = await tried(good, state);
  if (typeof all !== 'string') return { good, set: all };
  if (more.length === 1) {
    without.push({ proposals: more, set: all });
    return before;
  }
  const middle = Math.ceil(more.length / 2);
  const half = await grown(before, more.slice(0, middle), without, state);
  return grown(half, more.slice(middle), without, state);
}

/** Laid out and proven. */
async function tried(group: readonly Proposal[], { workshop, now, paths, changes }: State): Promise<ChangeSet | string> {
  let first: string | undefined;
  let proven: ChangeSet | undefined;
  let alike = false;
  for (const way of WAYS) {
    const laid = layOut(group, treeWith(workshop.tree, changes), { deploysApart: true, ...way });
    if (typeof laid === 'string') {
      first ??= laid;
      continue;
    }
    const after = await look(workshop, treeWith(workshop.tree, added(changes, laid.files)), { wanted: () => false, mayChange: (path) => paths.has(path) });
    const objection = planDisproof([laid], now, after, workshop) ?? lostObject(group, now, after);
    const same = endsAlike(group, now, after);
    alike ||= same;
    if (objection !== undefined) first ??= objection;
    else if (same) return laid;
    else proven ??= laid;
  }
  // Where another way would end in the same schema, this one does not have to end otherwise.
  return (alike ? undefined : proven) ?? first ?? '';
}

function keep(proposals: readonly Proposal[], set: ChangeSet, state: State): PlannedSet {
  state.changes = added(state.changes, set.files);
  return { proposals, set };
}

/** Another rule's plan for the same place solves it, too. */
const isSolved = ({ path, span }: Finding, sets: readonly PlannedSet[]): boolean =>
  sets.some(({ proposals }) => proposals.some(({ finding, operation }) => finding.path === path && span.start >= operation.span.start && span.end <= operation.span.end));
