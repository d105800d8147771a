import type { Finding } from '../check/finding.ts';
import type { FileChange } from '../frameworks/framework.ts';
import type { LayoutOptions } from './layout.ts';
import { layOut } from './layout.ts';
import type { Look, Workshop } from './lint-run.ts';
import { look } from './lint-run.ts';
import type { ChangeSet, Proposal, Refused, Short } from './model.ts';
import { groupOf, isForPeople, isPutRight, isRefusal } from './model.ts';
import { areDisproven, disproofs, endsAlike, lostObject } from './prove.ts';
import { WAYS_BESIDE_OTHERS } from './ways.ts';
import type { Changes } from './world.ts';
import { added, NO_CHANGES, treeWith } from './world.ts';

export interface FixOptions {
  /** Remedies that change what the application sees, or touch data, too. */
  readonly suggestions: boolean;
  /** Rules to fix; undefined: all. */
  readonly rules: ReadonlySet<string> | undefined;
  /** Files whose findings may be put right. New files of the run itself always may. */
  readonly mayEdit: (path: string) => boolean;
  /** Asked for every finding before it is put right; `stop` ends the run. */
  readonly ask?: (proposal: Proposal) => Promise<'yes' | 'no' | 'stop'>;
}

export interface FixResult {
  /** In the order in which they were made. */
  readonly sets: readonly ChangeSet[];
  /** Everything together: one change per file. */
  readonly files: readonly FileChange[];
  /** Findings that have a remedy which could not be applied, and why. */
  readonly refused: readonly Refused[];
  /** Remedies that are only applied when they are asked for. */
  readonly offered: readonly Proposal[];
  /** Findings left as they are because their file must not be edited. */
  readonly kept: readonly Proposal[];
  readonly before: Look;
  readonly after: Look;
  /** Where the whole way there would be open if more files might be edited: the migration behind which they stand; null: all. */
  readonly roomBehind?: string | null;
}

/** Every round puts right what it can; this many are never needed. */
const MOST_ROUNDS = 60;

/** Puts findings right until nothing is left that can be. Changes nothing on the disk. */
export async function fix(workshop: Workshop, options: FixOptions): Promise<FixResult> {
  const first = await look(workshop, workshop.tree, { mayChange: options.mayEdit });
  const state: State = { workshop, mayEdit: options.mayEdit, changes: NO_CHANGES, now: first, sets: [], refused: new Map(), oneByOne: new Set(), objections: new Map(), elsewhere: new Map(), alike: new Set(), settled: new Set(), inCompany: new Map(), short: new Map(), declined: new Set(), agreed: new Set(), stopped: false };
  let known = 0;
  for (let round = 0; round < MOST_ROUNDS && !state.stopped; round++) {
    const groups = await candidates(state, options);
    if (groups.length > 0) {
      await attempt(groups, state);
      continue;
    }
    // What has been put right since may be what others were waiting for.
    if (state.sets.length === known) break;
    known = state.sets.length;
    for (const one of [state.refused, state.objections, state.elsewhere, state.alike, state.oneByOne, state.settled, state.inCompany]) one.clear();
  }
  const answers = [...state.now.answers.values()].filter(({ finding }) => isOpen(finding, state.now) && isWanted(finding, options));
  const proposals = answers.filter((answer): answer is Proposal => !isRefusal(answer));
  const left = new Map(state.refused);
  for (const answer of answers) if (isRefusal(answer)) left.set(idOf(answer.finding), answer);
  return {
    sets: state.sets,
    files: [...state.changes.values()],
    refused: [...left.values()],
    offered: proposals.filter((proposal) => !isApplied(proposal, options) && mayEdit(proposal.finding, state, options)),
    kept: proposals.filter(({ finding }) => !mayEdit(finding, state, options)),
    before: first,
    after: state.now,
  };
}

interface State {
  readonly workshop: Workshop;
  readonly mayEdit: FixOptions['mayEdit'];
  changes: Changes;
  now: Look;
  readonly sets: ChangeSet[];
  readonly refused: Map<string, Refused>;
  /** Groups whose findings cannot be put right together. */
  readonly oneByOne: Set<string>;
  /** By group. */
  readonly objections: Map<string, string>;
  /** The first way, by group, against which nothing speaks but that the schema would come out otherwise. */
  readonly elsewhere: Map<string, number>;
  /** Groups of which a way ends in the same schema, though something else speaks against it: no plan of theirs has to end otherwise. */
  readonly alike: Set<string>;
  /** Groups of which no way ends in the same schema. */
  readonly settled: Set<string>;
  /** Ways, by group, that something spoke against when it was tried with others: it may have been about those. */
  readonly inCompany: Map<string, Set<number>>;
  /** Where groups have found no room, by group and what was said of it. */
  readonly short: Map<string, Short>;
  readonly declined: Set<string>;
  readonly agreed: Set<string>;
  stopped: boolean;
}

/** Findings of one script. */
type Group = readonly Proposal[];

const idOf = ({ path, fingerprint }: Finding): string => `${path}\0${fingerprint}`;

const isOpen = (finding: Finding, { report }: Look): boolean => report.findings.includes(finding) && finding.suppressed === null;

const isWanted = (finding: Finding, { rules }: FixOptions): boolean => isPutRight(finding) && (rules === undefined ? finding.severity !== 'info' : rules.has(finding.rule));

const isApplied = (proposal: Proposal, { suggestions }: FixOptions): boolean => proposal.plan.safety === 'safe' || (suggestions && !isForPeople(proposal));

const mayEdit = ({ path }: Finding, { changes }: State, options: FixOptions): boolean => changes.get(path)?.before === null || options.mayEdit(path);

async function candidates(state: State, options: FixOptions): Promise<readonly Group[]> {
  const open = new Set(state.now.report.findings.filter(({ suppressed }) => suppressed === null));
  const groups = new Map<string, Proposal[]>();
  for (const answer of state.now.answers.values()) {
    const { finding } = answer;
    if (isRefusal(answer) || state.stopped || !open.has(finding) || !isWanted(finding, options)) continue;
    if (!isApplied(answer, options)) continue;
    const id = idOf(finding);
    if (state.refused.has(id) || state.declined.has(id) || !mayEdit(finding, state, options)) continue;
    const key = groupOf(answer);
    const group = groups.get(key) ?? [];
    if (group.length > 0 && state.oneByOne.has(key)) continue;
    // Several rules may complain about the same operation: one way out is enough.
    if (group.some(({ operation, plan }) => operation === answer.operation || plan.covers.includes(answer.operation))) continue;
    if (await isAgreed(answer, id, state, options)) groups.set(key, [...group, answer]);
  }
  return [...groups.values()];
}

async function isAgreed(proposal: Proposal, id: string, state: State, { ask }: FixOptions): Promise<boolean> {
  if (ask === undefined || state.agreed.has(id)) return true;
  const said = await ask(proposal);
  if (said === 'stop') state.stopped = true;
  (said === 'yes' ? state.agreed : state.declined).add(id);
  return said === 'yes';
}

/**
 * Tries groups together. Those against which something speaks are tried in the next way, together again; where nobody can tell
 * which they are, in halves.
 */
async function attempt(groups: readonly Group[], state: State, way = 0): Promise<void> {
  const laid: Laid[] = [];
  const stuck: Group[] = [];
  let changes = state.changes;
  for (const group of groups) {
    const path = group[0]?.finding.path ?? '';
    // Another migration in the same file, which has just changed: in the next round.
    if (changes.get(path) !== state.changes.get(path)) continue;
    const set = layOut(group, treeWith(state.workshop.tree, changes), { ...WAYS_BESIDE_OTHERS[way], ...noticing(group, changes, state) });
    if (typeof set === 'string') {
      object(group, set, state);
      stuck.push(group);
    } else {
      laid.push({ group, set });
      changes = added(changes, set.files);
    }
  }
  stuck.push(...(await proven(laid, changes, state, way)));
  if (stuck.length > 0) await next(stuck, state, way);
}

const noticing = (group: Group, changes: Changes, { short }: State): Pick<LayoutOptions, 'isNew' | 'short'> => ({
  isNew: (path) => changes.get(path)?.before === null,
  short: (found) => short.set(`${keyOf(group)}\0${found.why}`, found),
});

interface Laid {
  readonly group: Group;
  readonly set: ChangeSet;
}

/** Takes over what can be proven; answers with the groups for which another way has to be found. `isHeard`: what speaks against it is known and told. */
async function proven(laid: readonly Laid[], changes: Changes, state: State, way: number, isHeard = false): Promise<readonly Group[]> {
  if (laid.length === 0) return [];
  const sets = laid.map(({ set }) => set);
  const glance = { paths: new Set(sets.flatMap(({ files }) => files.map(({ path }) => path))), isEnough: (findings: readonly Finding[]) => areDisproven(sets, state.now, findings) };
  const after = await look(state.workshop, treeWith(state.workshop.tree, changes), { mayChange: state.mayEdit, ...(isHeard && { glance }) });
  if (after === undefined) return laid.map(({ group }) => group);
  const objections = disproofs(sets, state.now, after, state.workshop);
  const alike = laid.every(({ group }) => state.settled.has(keyOf(group))) || endsAlike(laid.flatMap(({ group }) => group), state.now, after);
  if (objections.length === 0 && alike) {
    state.changes = changes;
    state.now = after;
    state.sets.push(...sets);
    return [];
  }
  for (const { set, why } of objections) for (const one of laid) if (one.set === set || laid.length === 1) object(one.group, why, state);
  if (alike) for (const { group } of laid) state.alike.add(keyOf(group));
  const guilty = laid.filter(({ set }) => objections.some((one) => one.set === set)).map(({ group }) => group);
  if (laid.length === 1) {
    const lost = lostObject(sets.flatMap(({ proposals }) => proposals), state.now, after);
    for (const { group } of laid) {
      if (lost !== undefined) object(group, lost, state);
      else if (objections.length === 0 && !state.elsewhere.has(keyOf(group))) state.elsewhere.set(keyOf(group), way);
    }
    return laid.map(({ group }) => group);
  }
  const others = laid.map(({ group }) => group).filter((group) => !guilty.includes(group));
  if (guilty.length > 0) {
    for (const group of guilty) state.inCompany.set(keyOf(group), new Set(state.inCompany.get(keyOf(group))).add(way));
    if (others.length > 0) await attempt(others, state, way);
    return guilty;
  }
  const middle = Math.ceil(others.length / 2);
  await attempt(others.slice(0, middle), state, way);
  await attempt(others.slice(middle), state, way);
  return [];
}

/** What is left to try with groups for which one way has failed. */
async function next(groups: readonly Group[], state: State, way: number): Promise<void> {
  if (way < WAYS_BESIDE_OTHERS.length - 1) {
    await attempt(groups, state, way + 1);
    return;
  }
  const elsewhere = groups.filter((group) => state.elsewhere.has(keyOf(group)) && !state.alike.has(keyOf(group)));
  for (const group of elsewhere) {
    state.settled.add(keyOf(group));
    await attempt([group], state, state.elsewhere.get(keyOf(group)));
  }
  const unproven = groups.filter((group) => !elsewhere.includes(group));
  const single = unproven.filter(({ length }) => length === 1);
  for (const group of single) {
    const ways = state.inCompany.get(keyOf(group)) ?? [];
    state.inCompany.delete(keyOf(group));
    if (!(await isProvenAlone(group, ways, state))) refuse(group, state.objections.get(keyOf(group)) ?? '', state);
  }
  const several = unproven.filter(({ length }) => length > 1);
  for (const [first] of several) if (first !== undefined) state.oneByOne.add(groupOf(first));
  // The others follow in the next rounds.
  if (several.length > 0) await attempt(several.map((group) => group.slice(0, 1)), state);
}

/** Tries a group in these ways, with no others. */
async function isProvenAlone(group: Group, ways: Iterable<number>, state: State): Promise<boolean> {
  // The findings of a baseline are taken from those of all files.
  const isHeard = state.workshop.baseline === undefined && isTold(state.objections.get(keyOf(group)));
  for (const way of ways) {
    const set = layOut(group, treeWith(state.workshop.tree, state.changes), { ...WAYS_BESIDE_OTHERS[way], ...noticing(group, state.changes, state) });
    if (typeof set !== 'string' && (await proven([{ group, set }], added(state.changes, set.files), state, way, isHeard)).length === 0) return true;
  }
  return false;
}

/** What spoke against the first way is what is told, or against the first that would run, which people can do something about. */
function object(group: Group, why: string, { objections }: State): void {
  const known = objections.get(keyOf(group));
  if (!isTold(known) && (known === undefined || wouldRun(why))) objections.set(keyOf(group), why);
}

/** Nothing that is said later takes its place. */
const isTold = (why: string | undefined): boolean => why !== undefined && !wouldFail(why);

const wouldFail = (why: string): boolean => why.includes('The server refuses this');

const wouldRun = (why: string): boolean => why.startsWith('Afterwards ') && !wouldFail(why);

const keyOf = (group: Group): string => group.map(({ finding }) => idOf(finding)).join('\n');

function refuse(group: Group, refused: string, { refused: all, short: found }: State): void {
  const short = found.get(`${keyOf(group)}\0${refused}`);
  for (const { finding, pattern } of group) all.set(idOf(finding), { finding, pattern, refused, ...(short !== undefined && { short }) });
}
