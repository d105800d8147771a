import type { Finding } from '../check/finding.ts';
import type { FileChange } from '../frameworks/framework.ts';
import { layOut } from './layout.ts';
import type { Look, Workshop } from './lint-run.ts';
import { look } from './lint-run.ts';
import type { PlannedSet } from './plan-document.ts';
import type { Proposal, Refused } from './model.ts';
import { groupOf, isRefusal } from './model.ts';
import { planDisproof } from './prove.ts';
import { added, NO_CHANGES, treeWith } from './world.ts';

export interface Planned {
  readonly sets: readonly PlannedSet[];
  readonly refused: readonly Refused[];
  /** All files together. */
  readonly files: readonly FileChange[];
  /** Why the files must not be written as they are; undefined: they may. */
  readonly objection: string | undefined;
}

/** Plans for findings, with the files that they would be. Changes nothing on the disk. */
export async function planFor(workshop: Workshop, wanted: (finding: Finding, look: Look) => boolean, paths: ReadonlySet<string>): Promise<Planned> {
  const now = await look(workshop, workshop.tree, { preview: true, wanted: ({ path }) => paths.has(path), mayChange: (path) => paths.has(path) });
  const open = new Set(now.report.findings.filter((finding) => finding.suppressed === null && wanted(finding, now)));
  const groups = new Map<string, Proposal[]>();
  const refused: Refused[] = [];
  for (const answer of now.answers.values()) {
    if (!open.has(answer.finding)) continue;
    if (isRefusal(answer)) {
      refused.push(answer);
      continue;
    }
    const key = groupOf(answer);
    const group = groups.get(key) ?? [];
    if (!group.some(({ operation, plan }) => operation === answer.operation || plan.covers.includes(answer.operation))) group.push(answer);
    groups.set(key, group);
  }
  let changes = NO_CHANGES;
  const sets = [...groups.values()].map((proposals): PlannedSet => {
    const laid = layOut(proposals, treeWith(workshop.tree, changes), { deploysApart: true });
    if (typeof laid !== 'string') changes = added(changes, laid.files);
    return { proposals, set: laid };
  });
  const written = sets.flatMap(({ set }) => (typeof set === 'string' ? [] : [set]));
  const objection = written.length === 0 ? undefined : planDisproof(written, now, await look(workshop, treeWith(workshop.tree, changes), { wanted: () => false, mayChange: (path) => paths.has(path) }), workshop);
  return { sets, refused: refused.filter(({ finding }) => !isSolved(finding, sets)), files: [...changes.values()], objection };
}

/** Another rule's plan for the same place solves it, too. */
const isSolved = ({ path, span }: Finding, sets: readonly PlannedSet[]): boolean =>
  sets.some(({ proposals }) => proposals.some(({ finding, operation }) => finding.path === path && span.start >= operation.span.start && span.end <= operation.span.end));
