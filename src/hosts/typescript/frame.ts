import type { Span } from '../../source/text.ts';
import { cut } from '../traced.ts';
import type { Deferred } from './deferred.ts';
import type { Machine } from './machine.ts';
import type { Range } from './nodes.ts';
import type { Scope } from './scope.ts';
import type { UnknownValue, Value } from './value.ts';
import { unknown } from './value.ts';

/** A file of the program. */
export interface Module {
  readonly path: string;
  readonly text: string;
  /** The migration itself: positions are told in it, and in no other file. */
  readonly main: boolean;
  readonly exports: Map<string, Value>;
  /** What `module.exports = …` replaced the exports with. */
  assigned?: Value;
  /** Names that it hands on from modules that are not read yet. */
  readonly deferred: Deferred[];
  /** Gives another file or package, of a file at least these names; undefined: all. See modules.ts. */
  readonly require: (specifier: string, span: Span, names?: readonly string[]) => Value;
  /** Whether a file or package may export one of the names. */
  readonly mayGive: (specifier: string, names: readonly string[]) => boolean;
  readonly globals: ReadonlyMap<string, Value>;
}

/** Where evaluation is. */
export interface Frame {
  readonly machine: Machine;
  readonly module: Module;
  readonly scope: Scope;
  readonly self: Value;
  /** Of the function that runs: what it may give, where a `return` depends on something unknown. */
  readonly perhaps?: { value: Value | undefined };
  /** Of the loop that runs: a branch that may run or not would leave it. */
  readonly loop?: { mayEnd: boolean };
  /** Of the loop that comes next. */
  readonly label?: string | undefined;
  /** What the generator that runs has given so far. */
  readonly yields?: Value[] | undefined;
  /** The function that runs is `async`: what it returns is waited for. */
  readonly isAsync?: boolean;
  /** Nobody takes what the function that runs gives: the call that began it. */
  readonly resultAlone?: Span | undefined;
  /** Methods of the class above, for `super`. */
  readonly above?: Value;
}

interface Ranged {
  readonly range: Range;
}

/** A node's place in the migration's file: in another file, that of the call that led there. */
export const placeOf = ({ module, machine }: Frame, { range: [start, end] }: Ranged): Span => (module.main ? { start, end } : (machine.calls.at(-1) ?? { start: 0, end: 0 }));

const LONGEST = 60;

/** Source of a node in one short line. */
export function sourceOf({ module }: Frame, { range: [start, end] }: Ranged): string {
  const source = cut({ text: module.text, runs: [] }, start, Math.min(end, start + 4 * LONGEST)).text.replace(/\s+/g, ' ');
  return source.length > LONGEST ? `${source.slice(0, LONGEST - 1)}…` : source;
}

export const unknownAt = (frame: Frame, node: Ranged, reason: string, more: Pick<UnknownValue, 'sends' | 'asksExistence'> = {}): UnknownValue => ({ ...unknown(reason, placeOf(frame, node), sourceOf(frame, node)), ...more });
