import type { Writer } from '../frameworks/framework.ts';
import type { Moved } from './creation.ts';
import type { Placement } from './placement.ts';

/**
 * The migrations of steps that need transactions of their own, for a tool that runs all that is pending in one: where a migration that
 * opts out makes the tool run each by itself, one of them does. A string says why the steps would gain nothing.
 */
export function runApart({ parts, leaves }: Placement, moved: readonly Moved[], { optOutParts }: Writer): readonly Moved[] | string {
  if (parts.every(({ proposal }) => proposal.plan.steps.length === 1)) return moved;
  if (optOutParts === true) {
    if (leaves || moved.some(({ step }) => step.transaction === 'outside')) return moved;
    const last = moved.findLastIndex(({ step }) => step.transaction === 'either' && step.up.length === 1 && (step.down ?? []).length <= 1);
    if (last >= 0) return moved.map((one, index) => (index === last ? { ...one, step: { ...one.step, transaction: 'outside' } } : one));
  }
  return 'This tool runs all pending migrations in one transaction, in which steps that need several would gain nothing: deploy them one after the other (lockkeeper plan writes them).';
}
