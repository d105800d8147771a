import type { OperationKind, OperationOf } from '../../../ir/operation.ts';
import type { PatternInput, Refusal, Step } from '../../../remedy/step.ts';

/** The operation when it is of the kind that the pattern is for. */
export function wanted<Kind extends OperationKind>({ operation }: PatternInput, kind: Kind): OperationOf<Kind> | undefined {
  return operation.kind === kind ? (operation as OperationOf<Kind>) : undefined;
}

export const notForThis: Refusal = { refused: 'There is no such form of this statement.' };

/** A single step that has nothing to ask and nothing to note. */
export const step = (parts: Omit<Step, 'preconditions' | 'verification' | 'notes' | 'phase'> & Partial<Step>): Step => ({
  phase: 'expand',
  preconditions: [],
  verification: [],
  notes: [],
  ...parts,
});
