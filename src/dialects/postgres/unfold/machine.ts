import type { Catalog } from '../../../catalog/catalog.ts';
import type { Origin } from '../../../catalog/schema.ts';
import type { Operation } from '../../../ir/operation.ts';
import type { Block } from '../../../ir/operations/base.ts';
import type { Span } from '../../../source/text.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { Value } from './values.ts';

/** What one statement is unfolded with. */
export interface Machine {
  /** As it is after the operations so far; put back in the end. */
  readonly catalog: Catalog;
  readonly version: number;
  readonly origin: Origin;
  /** The statement itself: where operations are that have no place of their own in the file. */
  readonly span: Span;
  readonly operations: Operation[];
  /** How much more work may be done: nodes evaluated, rows looked at. */
  steps: number;
  /** Calls that have been followed, so that their routines' bodies are not carried out once more. */
  readonly followed: Set<string>;
  /** What stands around the expression that is being evaluated. */
  block: Block;
  /** Follows a call of a routine that the history has made; undefined where it cannot. */
  readonly call: (name: ObjectName, call: Called, machine: Machine) => Value | undefined;
}

/** A call with its arguments, those with names by their names. */
export interface Called {
  readonly values: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export const STEPS = 100_000;

/** Counts work; false when there has been too much of it, which makes everything further unknown. */
export function spend(machine: Machine, steps = 1): boolean {
  machine.steps -= steps;
  return machine.steps > 0;
}

export const callKey = (name: ObjectName, count: number): string => `${name.schema ?? ''}.${name.name}/${String(count)}`;
