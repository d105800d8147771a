import type { Span } from '../../source/text.ts';
import type { Emission } from '../program.ts';
import type { Changeable, Held } from './changes.ts';
import { births, heldBy } from './changes.ts';
import type { Frame } from './frame.ts';
import type { Draft } from './host.ts';
import type { Node } from './nodes.ts';
import type { Binding } from './scope.ts';
import type { UnknownValue, Value } from './value.ts';
import { unknown } from './value.ts';

/** What a program may cost: far more than any migration written by people. */
const STEPS = 300_000;
const EMISSIONS = 20_000;
/** Expressions and statements inside of each other, calls included: what the stack of this process bears. */
const NESTING = 500;

/** State of one run of one migration. */
export interface Machine {
  /** Counts a step; false when the budget is spent: everything then ends at once, unknown. */
  enter(): boolean;
  leave(): void;
  readonly spent: () => boolean;
  emit(draft: Draft, call: Span): void;
  collect(run: () => void): Emission[];
  readonly emissions: () => readonly Emission[];
  /** What was thrown and not caught yet: nothing is sent any more. */
  thrown: Value | undefined;
  /** Runs what has nothing to do with where the program is now, as the top level of another file. */
  aside(run: () => void): void;
  /** Variables that are set meanwhile, with what they were before. */
  watch(run: () => void): ReadonlyMap<Binding, Value>;
  /** It is about to be set. */
  wrote(binding: Binding): void;
  /** Lists, objects and builders older than the run that it changes, with what they held before. */
  changed(run: () => void): ReadonlyMap<Changeable, Held>;
  /** It is about to be changed. */
  touch(of: Changeable): void;
  made<T extends Changeable>(of: T): T;
  /** Whether a setting that nobody can read is the one that this text names; undefined where it may be either. */
  readonly setting: (text: string) => boolean | undefined;
  /** Calls that led from the migration's file to where the program is now. */
  readonly calls: Span[];
  /** Calls that are waited for, by the place of the call: the place with its `await`. For this run alone: a WeakMap for all runs would keep trees from a quick collection. */
  readonly waited: Map<Node, Node>;
  /** What calls of unread code gave that nobody has waited for yet, and what says so if somebody does. */
  readonly untold: Map<Value, () => void>;
  /** Where a function gave, or a list took, something that does its work when somebody waits for it. */
  readonly given: Map<object, { readonly node: Node; readonly frame: Frame }>;
  /** Calls that run now and give what they give to nobody, with the place of the one that began it. */
  readonly alone: Map<Node, Span>;
  /** The function that is called next gives what it gives to nobody, since this call. */
  resultAlone: Span | undefined;
  /** How often a function has given way at an `await` since it was called, those that it waits for included; whoever called it goes on with its own count. */
  turns: number;
  /** How many answers about what exists were waited for. */
  asked: number;
  /** Steps that regular expressions have taken. */
  searched: number;
  /** Executors of promises that run now: they tell by themselves when it is done. */
  executors: number;
  /** Runs what nobody waits for: the first statement that it sends says so. */
  unawaited<T>(place: Span, run: () => T): T;
}

/** Where `promises` are not what it waits for, a call that stands alone is not told. */
export function machine(setting: Machine['setting'] = () => undefined, promises = false): Machine {
  let steps = 0;
  let nesting = 0;
  let count = 0;
  let spent = false;
  let emissions: Emission[] = [];
  const watches: Map<Binding, Value>[] = [];
  const journals: { readonly since: number; readonly held: Map<Changeable, Held> }[] = [];
  let unawaited: Span | undefined;
  const told = new Set<number>();
  const withTrap = (draft: Draft): Draft => {
    if (unawaited === undefined || 'opaque' in draft || told.has(unawaited.start)) return draft;
    told.add(unawaited.start);
    const { traps = [] } = draft;
    return traps.some(({ trap }) => trap === 'not-awaited') ? draft : { ...draft, traps: [...traps, { trap: 'not-awaited', place: unawaited, detail: 'nobody waits for what this starts: the migration may end before it, and its error goes nowhere' }] };
  };
  const self: Machine = {
    enter() {
      if (spent) return false;
      nesting += 1;
      steps += 1;
      if (steps > STEPS || nesting > NESTING || count > EMISSIONS) {
        spent = true;
        const call = self.calls.at(-1) ?? { start: 0, end: 0 };
        emissions.push({ opaque: 'dynamic', detail: nesting > NESTING ? 'calls and expressions are nested too deep to be followed' : 'the program does too much to be followed to its end', call });
        nesting -= 1;
        return false;
      }
      return true;
    },
    leave() {
      nesting -= 1;
    },
    spent: () => spent,
    emit(draft, call) {
      if (self.thrown !== undefined) return;
      count += 1;
      emissions.push({ ...withTrap(draft), call: draft.call ?? call });
    },
    collect(run) {
      const outer = emissions;
      const own: Emission[] = [];
      emissions = own;
      try {
        run();
      } finally {
        emissions = outer;
      }
      return own;
    },
    emissions: () => emissions,
    thrown: undefined,
    aside(run) {
      const { thrown } = self;
      const outer = watches.splice(0);
      const journal = journals.splice(0);
      self.thrown = undefined;
      run();
      self.thrown = thrown;
      watches.push(...outer);
      journals.push(...journal);
    },
    watch(run) {
      const seen = new Map<Binding, Value>();
      watches.push(seen);
      run();
      watches.pop();
      const outer = watches.at(-1);
      for (const [binding, value] of seen) if (outer?.has(binding) === false) outer.set(binding, value);
      return seen;
    },
    wrote(binding) {
      const watched = watches.at(-1);
      if (watched?.has(binding) === false) watched.set(binding, binding.value);
    },
    changed(run) {
      const held = new Map<Changeable, Held>();
      journals.push({ since: steps, held });
      run();
      journals.pop();
      return held;
    },
    touch(of) {
      const journal = journals.at(-1);
      const made = births.get(of);
      if (journal === undefined || made === undefined || made > journal.since || journal.held.has(of)) return;
      journal.held.set(of, heldBy(of));
      // A long list is not copied for nothing.
      steps += Math.floor((of.kind === 'list' ? of.items.length : of.kind === 'record' ? of.entries.size : 0) / 20);
    },
    made(of) {
      births.set(of, steps);
      return of;
    },
    setting,
    calls: [],
    waited: new Map(),
    untold: new Map(),
    given: new Map(),
    alone: new Map(),
    resultAlone: undefined,
    turns: 0,
    asked: 0,
    searched: 0,
    executors: 0,
    unawaited(place, run) {
      if (!promises) return run();
      const outer = unawaited;
      unawaited = outer ?? place;
      try {
        return run();
      } finally {
        unawaited = outer;
      }
    },
  };
  return self;
}

export const SPENT: UnknownValue = unknown('it was not read to its end', { start: 0, end: 0 });
