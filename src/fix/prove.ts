import type { Finding } from '../check/finding.ts';
import { differencesBetween } from '../catalog/compare/snapshot.ts';
import type { History, MigrationSource } from '../frameworks/framework.ts';
import { isSame } from '../frameworks/shared/writing.ts';
import type { Category, Severity } from '../rule.ts';
import type { Residue } from '../catalog/compare/residue.ts';
import type { Look, Workshop } from './lint-run.ts';
import { keyOf } from './lint-run.ts';
import type { ChangeSet, Proposal } from './model.ts';
import { isPutRight } from './model.ts';
import type { Stretch, WayBack } from './ways-back.ts';
import { waysBack } from './ways-back.ts';

/** What speaks against change sets: the set that it speaks against, undefined where it cannot be told, and why. */
export interface Objection {
  readonly set: ChangeSet | undefined;
  readonly why: string;
}

/**
 * Whether change sets do what they promise: their findings are gone, nothing new is found, the schema at the end is the same where
 * they promise that, and the ways back lead as far back as before. Nothing: proven.
 */
export function disproofs(sets: readonly ChangeSet[], before: Look, after: Look, workshop: Workshop): readonly Objection[] {
  const found = objectionsTo(sets, before, after);
  if (found.length > 0) return found;
  const why = otherSchema(sets.flatMap((set) => set.proposals), before, after);
  if (why !== undefined) return [{ set: undefined, why }];
  return lostWaysBack(sets, before, after, workshop);
}

/** What is found already, as far as the files have been judged, speaks against change sets. */
export const areDisproven = (sets: readonly ChangeSet[], before: Look, findings: readonly Finding[]): boolean => objectionsTo(sets, before, { report: { findings } }).length > 0;

/** What has been found after changes: of more files, more of it. */
interface Found {
  readonly report: Pick<Look['report'], 'findings'>;
}

function objectionsTo(sets: readonly ChangeSet[], before: Look, after: Found): readonly Objection[] {
  const proposals = sets.flatMap((set) => set.proposals);
  const remains = remaining(proposals, before, after);
  const there = sets.flatMap((set): readonly Objection[] => {
    const finding = set.proposals.map((proposal) => proposal.finding).find(remains);
    return finding === undefined ? [] : [{ set, why: `Afterwards ${finding.rule} would still find it.` }];
  });
  const fresh = newFindings(sets, before, after).flatMap((finding): readonly Objection[] => {
    const guilty = blamed(finding, sets);
    return (guilty.length === 0 ? [undefined] : guilty).map((set) => ({ set, why: wouldFind(finding) }));
  });
  return [...there, ...fresh];
}

/** The sets that have changed the file of a finding; where it is in another file, those with statements that name what it is about. */
function blamed({ message, path }: Finding, sets: readonly ChangeSet[]): readonly ChangeSet[] {
  const own = sets.filter(({ files }) => files.some((file) => file.path === path));
  if (own.length > 0) return own;
  const names = (message.match(/\w*[._]\w+/g) ?? []).map((name) => name.split('.').at(-1) ?? name);
  for (const name of names) {
    const found = sets.filter(({ proposals }) => proposals.some(({ script, statement: { span } }) => script.text.slice(span.start, span.end).includes(name)));
    if (found.length > 0) return found;
  }
  return [];
}

const wouldFind = ({ rule, message }: Finding): string => `Afterwards ${rule} would find: ${message}`;

/**
 * The same for steps with deploys in between, of which some do what was found on purpose: dropping a column is still dropping a column.
 * Nothing may be unreadable, fail, block or rewrite that did not before.
 */
export function planDisproof(sets: readonly ChangeSet[], before: Look, after: Look, workshop: Workshop): string | undefined {
  const proposals = sets.flatMap((set) => set.proposals);
  // The author's own statements, or what is left of them, lock what they locked before, if in smaller transactions.
  const [first] = proposals;
  const own = proposals.filter(({ pattern }) => pattern === 'ownTransaction');
  const moved = sets.flatMap((set) => own.flatMap((proposal) => (set.steps.get(proposal) ?? []).map(({ up }) => up)));
  const places = new Set([...sets.flatMap((set) => set.rests), ...moved].concat(first?.script.path ?? []));
  const isOwn = (line: string): boolean => first?.script.text.includes(line.trim().replace(/[,;]$/, '')) === true;
  const written = ({ path, span }: Finding): boolean => places.has(path) && (after.report.sources.get(path)?.slice(span.start, span.end) ?? '\0').split('\n').every(isOwn);
  // What the file does too much of as a whole, and what is not put right here, may be said of each of its parts.
  const asked = new Set(proposals.map(({ finding }) => finding));
  const open = new Set(before.report.findings.flatMap((finding) => (finding.path === first?.script.path && !asked.has(finding) ? [finding.rule] : [])));
  const known = (finding: Finding): boolean => written(finding) || (places.has(finding.path) && open.has(finding.rule));
  const [fresh] = newFindings(sets, before, after, (finding) => HARMFUL.includes(finding.category) && !((finding.category === 'lock' || finding.category === 'rewrite') && known(finding)));
  return (fresh === undefined ? undefined : wouldFind(fresh)) ?? otherSchema(proposals, before, after) ?? lostWaysBack(sets, before, after, workshop)[0]?.why;
}

const HARMFUL: readonly Category[] = ['fails', 'lock', 'rewrite', 'reading'];

/** What is said, wherever it is said: lines and files move. */
const nameOf = ({ rule, message }: Finding): string => `${rule}\0${message}`;

function counted(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(nameOf(finding), (counts.get(nameOf(finding)) ?? 0) + 1);
  return counts;
}

const openFindings = ({ report }: Found): readonly Finding[] => report.findings.filter((finding) => finding.suppressed === null && isPutRight(finding));

/** Tells of findings that should be gone whether as many of them are as should. */
function remaining(proposals: readonly Proposal[], before: Look, after: Found): (finding: Finding) => boolean {
  const then = counted(openFindings(before));
  const now = counted(openFindings(after));
  const solved = counted(proposals.map(({ finding }) => finding));
  return (finding) => {
    const name = nameOf(finding);
    return (now.get(name) ?? 0) > (then.get(name) ?? 0) - (solved.get(name) ?? 0);
  };
}

const SERIOUS: readonly Severity[] = ['error', 'warning'];

/** What is said of files that were edited after all, of steps that have to wait for a deploy, and of a value that is for people to say, is no objection to writing them. */
const EXPECTED: readonly string[] = ['no-edited-migration', 'no-contract-in-same-deploy', 'no-value-left-open'];

/**
 * A finding is known when the same statement had it before, when it was said of another statement in the same words, or when it has only
 * moved to another statement of its file.
 */
function newFindings(sets: readonly ChangeSet[], before: Look, after: Found, counts: (finding: Finding) => boolean = () => true): readonly Finding[] {
  const proposals = sets.flatMap((set) => set.proposals);
  // A step says itself what its way back does not bring back; where all of them together lead is looked at apart.
  const lossy = new Set(sets.flatMap((set) => [...set.steps.values()].flat()).flatMap(({ step, up, down }) => (step.downLoses === undefined ? [] : [up, down ?? up])));
  const serious = ({ report }: Found): readonly Finding[] =>
    report.findings.filter((finding) => finding.suppressed === null && SERIOUS.includes(finding.severity) && !EXPECTED.includes(finding.rule) && !(finding.rule === 'no-incomplete-down' && lossy.has(finding.path)) && counts(finding));
  const solved = counted(proposals.map(({ finding }) => finding));
  // A transaction that did too much does less than before, if not little enough yet: what is said of it then, once, in the same file, is known.
  const lightened = new Set(proposals.flatMap(({ pattern, finding }) => (pattern === 'ownTransaction' ? [finding] : [])));
  const left = new Set(serious(before).filter((finding) => !take(solved, nameOf(finding)) || lightened.has(finding)));
  // A statement that has followed unchanged into a file of its own is still one of the file that it comes from.
  const origins = new Map(sets.flatMap(({ rests, proposals: [one] }) => rests.map((path) => [path, one?.script.path ?? path] as const)));
  return KNOWN_BY.reduce((unknown, same) => {
    const pool = new Map<string, Finding[]>();
    for (const finding of left) pool.set(same(finding), [...(pool.get(same(finding)) ?? []), finding]);
    return unknown.filter((finding) => {
      const known = pool.get(same({ ...finding, path: origins.get(finding.path) ?? finding.path }))?.pop();
      if (known !== undefined) left.delete(known);
      return known === undefined;
    });
  }, serious(after));
}

const KNOWN_BY: readonly ((finding: Finding) => string)[] = [
  ({ path, fingerprint }) => `${path}\0${fingerprint.replace(/-\d+$/, '')}`,
  nameOf,
  ({ rule, path }) => `${rule}\0${path}`,
];

function take(counts: Map<string, number>, name: string): boolean {
  const count = counts.get(name) ?? 0;
  if (count > 0) counts.set(name, count - 1);
  return count > 0;
}

/** Only where every remedy of the history promises the same schema. */
function otherSchema(proposals: readonly Proposal[], before: Look, after: Look): string | undefined {
  for (const entry of new Set(proposals.map(({ at }) => at.entry))) {
    if (proposals.some(({ at, plan }) => at.entry === entry && plan.safety !== 'safe')) continue;
    const then = before.ends.get(keyOf(entry))?.();
    const now = after.ends.get(keyOf(entry))?.();
    if (then === undefined || now === undefined) return 'The migrations are not found again afterwards.';
    const [first] = differencesBetween(then, now);
    if (first !== undefined) return sayDifference(first);
  }
  return undefined;
}

const sayDifference = ({ object, difference, detail }: Residue): string => `The schema would end up different: ${object} ${SAID[difference]}${detail === undefined ? '' : ` (${detail})`}.`;

/** Whether the schema comes out the same, which some plans do not promise. A view says what it reads in the words of the day on which it was made. */
export const endsAlike = (proposals: readonly Proposal[], before: Look, after: Look): boolean =>
  [...new Set(proposals.map(({ at }) => keyOf(at.entry)))].every((key) => {
    const [then, now] = [before.ends.get(key)?.(), after.ends.get(key)?.()];
    return then !== undefined && now !== undefined && !differencesBetween(then, now).some(({ object, detail }) => !(/^(?:materialized )?view /.test(object) && detail?.startsWith('query: ') === true));
  });

/** What the migration makes and the result does not have, whatever is promised. */
export function lostObject(proposals: readonly Proposal[], before: Look, after: Look): string | undefined {
  for (const entry of new Set(proposals.map(({ at }) => at.entry))) {
    const [then, now] = [before.ends.get(keyOf(entry))?.(), after.ends.get(keyOf(entry))?.()];
    const lost = then === undefined || now === undefined ? undefined : differencesBetween(then, now).find(({ difference }) => difference === 'missing');
    if (lost !== undefined) return sayDifference(lost);
  }
  return undefined;
}

const SAID = { missing: 'is missing', extra: 'is extra', changed: 'is changed' } as const;

/** The migrations that took part, with those that came after each, taken back one after the other. */
function lostWaysBack(sets: readonly ChangeSet[], before: Look, after: Look, workshop: Workshop): readonly Objection[] {
  const byHistory = new Map<string, Returning[]>();
  for (const set of sets) {
    const { proposals: [first], steps } = set;
    // Behind a step that cannot be undone nobody goes.
    if ([...steps.values()].flat().some(({ step }) => step.down === null)) continue;
    const source = first?.at.entry.history.migrations[first.at.index];
    if (first === undefined || source?.down === undefined) continue;
    const way = workshop.memory.readWayBack(source, first.at.entry, before.tree);
    // Of a program that does nothing on the way back nothing is taken back, either.
    if (way?.irreversible === 'refuses' || (way?.host !== undefined && way.statements.length === 0)) continue;
    const key = keyOf(first.at.entry);
    byHistory.set(key, [...(byHistory.get(key) ?? []), { set, source, index: first.at.index }]);
  }
  return [...byHistory].flatMap(([key, all]): readonly Objection[] => {
    const old = before.histories.find((entry) => keyOf(entry) === key);
    const fresh = after.histories.find((entry) => keyOf(entry) === key);
    if (old === undefined || fresh === undefined) return [{ set: undefined, why: 'The migrations are not found again afterwards.' }];
    const inOrder = all.toSorted((a, b) => a.index - b.index);
    const then = waysBack(old, inOrder.map(({ source }) => ({ first: indexOf(source, old.history), count: 1 })), before.tree, workshop);
    const now = waysBack(fresh, inOrder.map(({ source }) => stretch(source, old.history, fresh.history)), after.tree, workshop);
    return inOrder.flatMap(({ set }, at) => {
      const why = lost(then[at] ?? NOWHERE, now[at] ?? NOWHERE, set);
      return why === undefined ? [] : [{ set, why }];
    });
  });
}

/** Changes, and the migration that is taken back to see where that leads. */
interface Returning {
  readonly set: ChangeSet;
  readonly source: MigrationSource;
  readonly index: number;
}

const NOWHERE: WayBack = { residue: [], failures: [] };

function lost(then: WayBack, now: WayBack, { proposals }: ChangeSet): string | undefined {
  const failure = now.failures.find((one) => !then.failures.includes(one));
  if (failure !== undefined) return `The way back would fail: ${failure}.`;
  const isSaid = proposals.some(({ plan }) => plan.steps.some(({ downLoses }) => downLoses?.includes('NOT VALID') === true));
  // A constraint that was checked on the way stays checked.
  const residue = now.residue.find((one) => !then.residue.includes(one) && !one.endsWith('(validity: not valid → valid)') && !(isSaid && one.endsWith('(validity: valid → not valid)')));
  return residue === undefined ? undefined : `The way back would leave something behind: ${residue}.`;
}

const indexOf = (source: MigrationSource, { migrations }: History): number => migrations.findIndex((other) => isSame(other, source));

/** A migration and the new ones right before and after it. */
function stretch(source: MigrationSource, old: History, fresh: History): Stretch {
  let first = indexOf(source, fresh);
  let end = first + 1;
  for (let previous = fresh.migrations[first - 1]; previous !== undefined && indexOf(previous, old) < 0; previous = fresh.migrations[first - 1]) first--;
  for (let next = fresh.migrations[end]; next !== undefined && indexOf(next, old) < 0; next = fresh.migrations[end]) end++;
  return { first, count: end - first };
}
