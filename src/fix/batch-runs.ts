import type { Writer } from '../frameworks/framework.ts';
import type { Step } from '../remedy/step.ts';
import type { Moved } from './creation.ts';
import type { Placement } from './placement.ts';

/**
 * The migrations of steps that need transactions of their own, for a tool that runs all that is pending in one: where a migration that
 * opts out makes the tool run each by itself, one of them does. A string says why the steps would gain nothing.
 */
export function runApart({ parts, leaves }: Placement, moved: readonly Moved[], { optOutParts }: Writer): readonly Moved[] | string {
  if (parts.every(({ proposal: { plan: { steps } } }) => steps.length === 1 && steps[0]?.apart !== true)) return moved;
  // Files of SQL have no way to say it.
  if (optOutParts === 'own' && parts[0]?.proposal.script.host !== undefined) return betweenTransactions(leaves, moved);
  if (optOutParts === 'each') {
    if (leaves || moved.some(({ step }) => step.transaction === 'outside')) return moved;
    const last = moved.findLastIndex(({ step }) => mayLeave(step));
    if (last >= 0) return moved.map((one, index) => (index === last ? left(one) : one));
  }
  return NO_GAIN;
}

/** Of two that follow each other one runs outside of the transaction, which ends before it and begins again behind it. */
function betweenTransactions(leaves: boolean, moved: readonly Moved[]): readonly Moved[] | string {
  let isOutside = leaves;
  const all: Moved[] = [];
  for (const one of moved) {
    const next = isOutside || one.step.transaction === 'outside' ? one : mayLeave(one.step) ? left(one) : undefined;
    if (next === undefined) return NO_GAIN;
    isOutside = next.step.transaction === 'outside';
    all.push(next);
  }
  return all;
}

const mayLeave = ({ transaction, up, down }: Step): boolean => transaction === 'either' && up.length === 1 && (down ?? []).length <= 1;

const left = (one: Moved): Moved => ({ ...one, step: { ...one.step, transaction: 'outside' } });

const NO_GAIN = 'This tool runs all pending migrations in one transaction, in which steps that need several would gain nothing: deploy them one after the other (lockkeeper plan writes them).';
