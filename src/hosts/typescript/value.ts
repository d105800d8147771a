import type { Span } from '../../source/text.ts';
import type { Traced } from '../program.ts';
import type { Host } from './host.ts';

/** What an expression of a program is known to be. */
export type Value = TextValue | NumberValue | BooleanValue | NothingValue | ListValue | RecordValue | FunctionValue | ChainValue | HostValue | ErrorValue | UnknownValue;

/** A string, with the places of the file that its characters come from. */
export interface TextValue extends Traced {
  readonly kind: 'text';
  /** `new String('…')`: an object to whoever asks for its type. */
  readonly boxed?: true;
  /** An item of a list that is there on some of the ways that the program may have gone. */
  readonly perhaps?: true;
}
/** A number or a bigint, exact as JavaScript has it. */
export interface NumberValue {
  readonly kind: 'number';
  readonly value: number | bigint;
}
export interface BooleanValue {
  readonly kind: 'boolean';
  readonly value: boolean;
}
export interface NothingValue {
  readonly kind: 'null' | 'undefined';
}
/** An array. The program may still change it: read it when it is needed. */
export interface ListValue {
  readonly kind: 'list';
  readonly items: Value[];
  /** Of an instance of a class that extends Array: what was set on it by name, and its methods. */
  readonly named?: ReadonlyMap<string, Value>;
}
/** An object, an instance of a class of the program, a Map or a Set; by name, in the order in which they were set. */
export interface RecordValue {
  readonly kind: 'record';
  readonly entries: Map<string, Value>;
  /** Name of its class, where it has one. */
  readonly className?: string;
  /** What `get` and `set` stand for, by name. */
  readonly accessors?: ReadonlyMap<string, Accessor>;
  /** Its class, where that is one of the program. */
  readonly madeBy?: FunctionValue;
  /** Parts whose names are unknown, as `...spread` of something unknown, may add to it or replace any entry. */
  partly?: UnknownValue;
  /** Where it is written in the migration's file. */
  readonly span?: Span;
}
export interface Accessor {
  readonly get?: FunctionValue;
  readonly set?: FunctionValue;
}
/** A function, method or class of the program, or a built-in of the language. Called through `Site.invoke`. */
export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly call: (args: readonly Value[], self: Value, span: Span) => Value;
  readonly construct?: (args: readonly Value[], span: Span) => Value;
  /** What a class extends that is no class of the program: a thing of a package, or unknown. It has the static members that the class has not. */
  readonly base?: Value;
  /** The class of the program that a class extends. */
  readonly above?: FunctionValue;
  /** What decorates the class and its own members, worked out when somebody asks. */
  readonly decorated?: () => Decorated;
  /** Static members, as of a class. */
  readonly members: Map<string, Value>;
  /** How many parameters it declares. */
  readonly arity: number;
  readonly isAsync?: true;
}
/** What the expressions behind the `@` of a class give, in their order. */
export interface Decorated {
  readonly own: readonly Value[];
  readonly members: readonly { readonly name: string; readonly by: readonly Value[] }[];
}
/**
 * Something that stands for itself: a thing of a package (`Sequelize.STRING(255)`, `new Table({ … })`) with all that was done to it.
 * `steps` tell it: `[member DataTypes, member STRING, call (255)]` on the root `sequelize`.
 */
export interface ChainValue {
  readonly kind: 'chain';
  /** Name of the package, or what its maker chose. */
  readonly root: string;
  readonly steps: readonly Step[];
  /** The expression so far, in the migration's file. */
  readonly span: Span;
  /** Looks at each call and `new` as it happens; what it gives stands for the chain then. */
  readonly onCall?: Host['onChainCall'];
}
export type Step =
  | { readonly step: 'member'; readonly name: string; readonly span: Span }
  | { readonly step: 'call' | 'new'; readonly args: readonly Value[]; readonly span: Span };
export interface HostValue {
  readonly kind: 'host';
  readonly host: Host;
}
/** What is thrown: an Error of the language with its message. */
export interface ErrorValue {
  readonly kind: 'error';
  readonly message: Value;
}
/** Only known when the program runs. */
export interface UnknownValue {
  readonly kind: 'unknown';
  /** One clause, as in `SCHEMA is read from the environment`. */
  readonly reason: string;
  /** The expression, in the migration's file. */
  readonly span: Span;
  /** Its source, as it can stand in a placeholder `${…}`. */
  readonly source: string;
  /** Calling it may send something: it came from the runner. */
  readonly sends?: true;
  /** The server is asked whether something exists: both answers are foreseen by the author, and neither is strange. */
  readonly asksExistence?: true;
  /** What it is where it is anything at all, as a row that may not be there. */
  readonly present?: Value;
  /** What each of its items is: a list of which only its length is unknown. */
  readonly item?: Value;
}

export const UNDEFINED: NothingValue = { kind: 'undefined' };
/** What `a?.b` is where there is no `a`: it ends the whole chain of members and calls. */
export const SHORT: NothingValue = { kind: 'undefined' };
export const NULL: NothingValue = { kind: 'null' };
export const TRUE: BooleanValue = { kind: 'boolean', value: true };
export const FALSE: BooleanValue = { kind: 'boolean', value: false };

export const text = (value: string, runs: Traced['runs'] = []): TextValue => ({ kind: 'text', text: value, runs });
export const number = (value: number | bigint): NumberValue => ({ kind: 'number', value });
export const boolean = (value: boolean): BooleanValue => (value ? TRUE : FALSE);
export const list = (items: readonly Value[]): ListValue => ({ kind: 'list', items: [...items] });
export const record = (entries: Iterable<readonly [string, Value]> = []): RecordValue => ({ kind: 'record', entries: new Map(entries) });
export const hostValue = (host: Host): HostValue => ({ kind: 'host', host });
export const unknown = (reason: string, span: Span, source = ''): UnknownValue => ({ kind: 'unknown', reason, span, source });

/** A function of the host's making, for what a framework hands in without more ado. */
export const builtin = (name: string, call: FunctionValue['call'], members: Iterable<readonly [string, Value]> = []): FunctionValue => ({ kind: 'function', name, call, members: new Map(members), arity: 0 });

export const isNothing = (value: Value | undefined): boolean => value === undefined || value.kind === 'null' || value.kind === 'undefined';

/** An entry of an object, or undefined where it has none; of anything else, undefined. */
export const entryOf = (value: Value | undefined, name: string): Value | undefined => (value?.kind === 'record' ? value.entries.get(name) : undefined);

/** Plain text of a string; undefined for all else. */
export const textOf = (value: Value | undefined): string | undefined => (value?.kind === 'text' ? value.text : undefined);

/** Whether it counts as true; undefined where that is not known. */
export function truth(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'text':
      return value.text !== '';
    case 'number':
      return value.value !== 0 && value.value !== 0n && !Number.isNaN(value.value);
    case 'boolean':
      return value.value;
    case 'null':
    case 'undefined':
      return false;
    case 'unknown':
      return undefined;
    case 'chain':
      // A member or the result of a package's function may be anything; what `new` gives is an object.
      return value.steps.at(-1)?.step === 'new' ? true : undefined;
    default:
      return true;
  }
}
