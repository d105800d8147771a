import type { Script } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';
import type { Step } from '../remedy/step.ts';
import type { Rest } from './in-order.ts';
import { isRest } from './in-order.ts';
import type { Proposal } from './model.ts';
import type { Placed } from './placement.ts';
import type { Piece } from './sharing.ts';
import { backOf, shares } from './sharing.ts';

/** What stays in the file, under `undefined`, and what leaves it, in the order in which it runs. */
export function piecesOf({ statements }: Script, sequence: readonly (Placed | Rest)[], kept: ReadonlyMap<Proposal, readonly Step[]>, later: ReadonlyMap<Proposal, readonly Step[]>): ReadonlyMap<Placed | Rest | undefined, Piece> {
  const gone = sequence.flatMap((one): readonly (readonly [Placed | Rest, Piece])[] => {
    if (isRest(one)) return [[one, { operations: one.operations, verbatim: true }]];
    const { proposal } = one;
    if (!needsOtherDown(proposal, kept.get(proposal) ?? [], later.get(proposal) ?? [])) return [];
    return [[one, { operations: [proposal.operation, ...proposal.plan.covers], verbatim: isVerbatim(proposal), ...((kept.get(proposal) ?? []).length > 0 && { partly: true }) }]];
  });
  const taken = new Set(gone.flatMap(([, { operations }]) => operations));
  const staying = { operations: statements.flatMap(({ operations }) => operations.filter((operation) => !taken.has(operation))), verbatim: true };
  return new Map<Placed | Rest | undefined, Piece>([[undefined, staying], ...gone]);
}

export const hasGone = (pieces: ReadonlyMap<Placed | Rest | undefined, Piece>): boolean => pieces.size > 1;

/** The statement as it is, in a transaction of its own. */
const isVerbatim = ({ plan: { steps: [first] } }: Proposal): boolean => first?.apart === true && first.down === null;

/** Whether what undoes the operation no longer undoes what has become of it in this file. */
function needsOtherDown({ plan }: Proposal, here: readonly Step[], rest: readonly Step[]): boolean {
  if (here.length === 0) return true;
  if (rest.some(({ down }) => down === null || down.length > 0)) return true;
  return plan.safety === 'review' && plan.steps.length > 1 && here.every(({ down }) => down !== null && down.length > 0);
}

const DATA: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge']);

/** Changes of rows, which nobody but the author can take back. */
export const isData = ({ kind }: Operation): boolean => DATA.has(kind);

/** The steps that stay in the file, those that change rows with what the author's way back does about them. */
export function dataBack(script: Script, kept: ReadonlyMap<Proposal, readonly Step[]>, way: Script): ReadonlyMap<Proposal, readonly Step[]> {
  const pieces = new Map([...kept.keys()].filter(({ operation }) => isData(operation)).map((proposal): readonly [Proposal, Piece] => [proposal, { operations: [proposal.operation], verbatim: true }]));
  const found = shares(script, [...pieces.values()], way);
  return new Map(
    [...kept].map(([proposal, steps]) => {
      const piece = pieces.get(proposal);
      return [proposal, piece === undefined ? steps : steps.map((step) => (step.down === null ? undoneBy(step, backOf(way, found, piece)) : step))];
    }),
  );
}

/** The step with the author's way back, which answers for itself. */
export function undoneBy({ downLoses, ...step }: Step, down: readonly string[] | null): Step {
  return { ...step, down, ...((down ?? []).length === 0 && downLoses !== undefined && { downLoses }) };
}
