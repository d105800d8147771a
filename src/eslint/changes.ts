import type { Finding } from '../check/finding.ts';
import { layOut } from '../fix/layout.ts';
import type { Proposal } from '../fix/model.ts';
import { isForPeople } from '../fix/model.ts';
import { overlayFiles } from '../discovery/overlay.ts';
import type { FileTree } from '../frameworks/framework.ts';
import type { Span } from '../source/text.ts';

/** An edit of one file that puts a finding right. */
export interface Change extends Span {
  readonly text: string;
  /** One sentence: what it does. */
  readonly title: string;
  /** `safe`: same schema in the end, no data touched; else somebody has to look at it. */
  readonly safety: 'safe' | 'review';
}

/** The change for one finding, where it stays within its file. */
export function changeOf(proposal: Proposal, tree: FileTree): Change | undefined {
  if (isForPeople(proposal)) return undefined;
  const laid = layOut([proposal], tree, { inFile: true });
  const file = typeof laid === 'string' || laid.files.length !== 1 ? undefined : laid.files[0];
  if (file === undefined || file.path !== proposal.finding.path || file.before === null) return undefined;
  return { ...difference(file.before, file.text), title: proposal.plan.title, safety: proposal.plan.safety };
}

/** Lints these files, everything else as it is. */
export type LintWith = (tree: FileTree, changed: ReadonlySet<string>) => readonly Finding[];

/**
 * Those of the changes that hold when the result is linted, for all files at once: in no file anything new may be found, and what was to
 * be put right is gone. Files where that fails get none.
 */
export function provenChanges(changes: ReadonlyMap<Finding, Change>, before: readonly Finding[], tree: FileTree, lintWith: LintWith): ReadonlyMap<Finding, Change> {
  const proven = new Map<Finding, Change>();
  const then = countsByPath(before);
  for (const byPath of rounds(changes)) {
    const texts = new Map([...byPath].map(([path, own]) => [path, applied(tree.read(path) ?? '', own.map(({ change }) => change))]));
    const after = countsByPath(lintWith(overlayFiles(tree, texts), new Set(texts.keys())));
    for (const [path, own] of byPath) {
      const promised = counted(own.map(({ finding }) => finding));
      if (isBetter(then.get(path) ?? NONE, after.get(path) ?? NONE, promised)) for (const { finding, change } of own) proven.set(finding, change);
    }
  }
  return proven;
}

interface Own {
  readonly finding: Finding;
  readonly change: Change;
}

/** What can be tried at the same time: of a file what is safe first, and what somebody has to look at in a second round. */
function rounds(changes: ReadonlyMap<Finding, Change>): readonly ReadonlyMap<string, readonly Own[]>[] {
  const [first, second] = [new Map<string, Own[]>(), new Map<string, Own[]>()];
  const safe = new Set([...changes].flatMap(([{ path }, { safety }]) => (safety === 'safe' ? [path] : [])));
  for (const [finding, change] of changes) {
    const round = change.safety === 'review' && safe.has(finding.path) ? second : first;
    const own = round.get(finding.path);
    if (own === undefined) round.set(finding.path, [{ finding, change }]);
    else if (!own.some((other) => overlaps(other.change, change))) own.push({ finding, change });
  }
  return [first, second].filter(({ size }) => size > 0);
}

/** What of the old text became what: everything between what both begin and end with. */
function difference(before: string, after: string): Span & { readonly text: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { start, end: before.length - same, text: after.slice(start, after.length - same) };
}

const overlaps = (a: Span, b: Span): boolean => a.start <= b.end && b.start <= a.end;

/** The text after changes that do not overlap. */
export const applied = (text: string, changes: readonly Change[]): string =>
  [...changes].sort((a, b) => b.start - a.start).reduce((current, { start, end, text: by }) => current.slice(0, start) + by + current.slice(end), text);

type Counts = ReadonlyMap<string, number>;
const NONE: Counts = new Map();
const nameOf = ({ rule, message }: Finding): string => `${rule}\0${message}`;

function counted(findings: readonly Finding[]): Counts {
  const counts = new Map<string, number>();
  for (const finding of findings) if (finding.severity !== 'info' && finding.suppressed === null) counts.set(nameOf(finding), (counts.get(nameOf(finding)) ?? 0) + 1);
  return counts;
}

function countsByPath(findings: readonly Finding[]): ReadonlyMap<string, Counts> {
  const byPath = new Map<string, Finding[]>();
  for (const finding of findings) {
    const own = byPath.get(finding.path);
    if (own === undefined) byPath.set(finding.path, [finding]);
    else own.push(finding);
  }
  return new Map([...byPath].map(([path, own]) => [path, counted(own)]));
}

const isBetter = (before: Counts, after: Counts, promised: Counts): boolean =>
  [...promised].every(([name, count]) => (after.get(name) ?? 0) <= (before.get(name) ?? 0) - count) && [...after].every(([name, count]) => count <= (before.get(name) ?? 0));
