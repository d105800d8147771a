import type { Span } from '../../source/text.ts';
import type { Emission, Sent, Traced, Unforeseen } from '../program.ts';
import type { Changeable } from './changes.ts';
import type { ChainValue, Value } from './value.ts';

/**
 * An object that a framework hands into a program: the runner, a transaction, a table builder. The evaluator asks it what its members and calls
 * are; all answers are values again. What it does not know, it leaves undefined: the evaluator then emits an opaque emission that names the call
 * ('unsupported') and goes on with an unknown value, so that nothing is lost silently.
 *
 * Three shapes cover what libraries do:
 * - *It happens at the call* (`queryInterface.addColumn(…)`): `methods` with `site.emit` in each.
 * - *A builder that is changed in place* (Knex's columns): `recorder` of recorder.ts, which keeps all calls that are made on it.
 * - *It stands for itself* (`Sequelize.STRING(255)`, `new Table({…})`): a chain (`chain` of recorder.ts), which keeps all steps without being told how; everything imported
 *   from a package that is not in the project is one, with the package's name as its root.
 */
export interface Host {
  /** As messages call it: `queryInterface`, `the table builder of users`. */
  readonly name: string;
  /** Handing it to a function that cannot be read may send something. */
  readonly sends?: true;
  /** Methods by name. Looked up before `member`. Undefined as a result stands for the value `undefined`. */
  readonly methods?: Methods;
  /** Any other member; undefined where there is none. */
  readonly member?: (name: string, site: Site) => Value | undefined;
  /** One of its members is assigned to. */
  readonly set?: (name: string, value: Value) => void;
  /** The object itself is called, as in ``sql`…` `` (then the arguments are the list of texts and the values of the holes) or `knex('users')`. */
  readonly call?: Method;
  readonly construct?: Method;
  /** It is a promise or thenable that does its work when somebody waits for it: awaited, returned, `.then`, `Promise.all`. Gives what it resolves to. Asked each time that somebody waits. */
  readonly settle?: (site: Site) => Value;
  /** As a text, where the program makes it one: in a template, joined, added to others. */
  readonly printed?: () => Traced;
  /** It stands alone as a statement and nobody waits for it. */
  readonly abandoned?: (site: Site) => void;
  /** For chains that begin here (`chain(root, span, onCall)`); `self` is what the last step is a member of, as a class that extends a thing of the package. */
  readonly onChainCall?: (chain: ChainValue, site: Site, self?: Value) => Value | undefined;
}

/** What a method does. It may emit, call functions of the program, and gives its value (already resolved, where it is a promise); undefined: `undefined`. */
export type Method = (args: readonly Value[], site: Site) => Value | undefined;

export type Methods = Pick<ReadonlyMap<string, Method>, 'get' | 'has'>;

/** One place of the program at which something happens. */
export interface Site {
  /** The call, with its `await`, in the migration's file: where the program is elsewhere (a helper of another file), the call that led there. */
  readonly span: Span;
  /** The call alone. */
  readonly call: Span;
  /** From the name of the method to the end of the call, as in `notNullable()`. */
  readonly step: Span;
  /** Places of the arguments, as far as they stand in the migration's file; else those of the call. */
  readonly args: readonly Span[];
  /** It stands as a statement without `await`, `return` or `void`: nobody waits. */
  readonly floating: boolean;
  /** How often the functions that run now have given way at an `await` by this call: what was called by a library goes on, after that, when the library has long gone on as well. */
  readonly turns: () => number;
  /** Adds to what the program sends; `call` is this site's unless given. */
  readonly emit: (emission: Draft) => void;
  /** Adds an opaque emission: something is sent here that cannot be known. */
  readonly opaque: (detail: string, kind?: Unforeseen['opaque']) => void;
  /** Calls a function of the program, as in a transaction's callback. A value that is no function gives undefined. */
  readonly invoke: (callee: Value | undefined, args: readonly Value[], self?: Value) => Value;
  /** The same, and nobody takes what it gives. */
  readonly start: (callee: Value | undefined, args: readonly Value[]) => Value;
  /** What is emitted while it runs, apart; to be emitted again, changed or not. */
  readonly collect: (run: () => void) => readonly Emission[];
  /** The same of what runs any number of times. */
  readonly rounds: (run: () => void) => readonly Emission[];
  /** Ends the program here as `throw` does, unless that is caught. */
  readonly fail: (error: Value) => void;
  /** The result of waiting for a value. */
  readonly settled: (value: Value) => Value;
  /** Whether two values are the same, one of which may be a setting that the framework knows; undefined where that is not known. */
  readonly same: (left: Value, right: Value) => boolean | undefined;
  /** Notes when something that is changed in place was made, and that it is about to be changed: where only the run tells whether it is, that is kept apart. */
  readonly changes: { readonly made: <T extends Changeable>(of: T) => T; readonly touch: (of: Changeable) => void };
  /** Counts what regular expressions cost the program. */
  readonly searching: { searched: number };
  /** Source of the migration's file. */
  readonly source: (span: Span) => string;
}

export type Draft = (Omit<Sent, 'call'> | Omit<Unforeseen, 'call'>) & { readonly call?: Span };
