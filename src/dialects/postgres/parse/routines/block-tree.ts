import type { Range } from '../tokens.ts';

/** What a PL/pgSQL body does, in written order. Ranges are tokens of the body. */
export type BodyNode =
  /** A static SQL statement; `blanked` is its INTO clause, `into` the variables there, `perform` says that PERFORM stands for SELECT. */
  | { readonly kind: 'sql'; readonly range: Range; readonly blanked?: Range; readonly into?: readonly string[]; readonly perform?: boolean }
  /** An expression that is evaluated on the way; `to` is the variable that it is assigned to. */
  | { readonly kind: 'expression'; readonly range: Range; readonly to?: string }
  /** EXECUTE: the range is the expression that computes the statement, `statement` all of it. */
  | { readonly kind: 'execute'; readonly range: Range; readonly statement: Range; readonly into?: readonly string[] }
  | { readonly kind: 'transaction'; readonly action: 'commit' | 'rollback'; readonly range: Range }
  /** `over`: it runs over the query just before it. */
  | { readonly kind: 'loop'; readonly body: readonly BodyNode[]; readonly over?: boolean; readonly turns?: Turns }
  /** IF or CASE: the first arm that holds is taken. Without conditions: what is left. */
  | { readonly kind: 'choice'; readonly subject?: Range; readonly arms: readonly Arm[] }
  /** Its errors are caught, which undoes it. */
  | { readonly kind: 'caught'; readonly body: readonly BodyNode[] }
  /** May be passed over. */
  | { readonly kind: 'branch'; readonly body: readonly BodyNode[] }
  | { readonly kind: 'return'; readonly value?: Range }
  /** EXIT or CONTINUE, perhaps of an outer loop. */
  | { readonly kind: 'jump'; readonly to: 'exit' | 'continue'; readonly label?: string; readonly condition?: Range }
  /** RAISE of an error. */
  | { readonly kind: 'raise' }
  /** Variables get values that only running tells. */
  | { readonly kind: 'forget'; readonly names: readonly string[] };

export interface Arm {
  readonly conditions: readonly Range[];
  readonly body: readonly BodyNode[];
}

/** What the turns of a loop are; absent: only running tells. */
export type Turns =
  /** The rows of the query just before it. */
  | { readonly kind: 'rows'; readonly targets: readonly string[] }
  | { readonly kind: 'numbers'; readonly name: string; readonly from: Range; readonly to: Range; readonly by?: Range; readonly down: boolean }
  | { readonly kind: 'elements'; readonly name: string; readonly range: Range }
  | { readonly kind: 'while'; readonly condition: Range }
  | { readonly kind: 'endless' };

/** A value given to a variable: an expression, the elements of an array, a range of numbers, a text, or something that only running tells. */
export type Assignment =
  | { readonly kind: 'expression' | 'elements'; readonly range: Range }
  | { readonly kind: 'numbers'; readonly from: Range; readonly to: Range }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unknown' };

export interface Body {
  readonly nodes: readonly BodyNode[];
  readonly variables: ReadonlySet<string>;
  /** Everything that each variable is ever set to. */
  readonly assignments: ReadonlyMap<string, readonly Assignment[]>;
}
