import type { Range } from '../tokens.ts';

/** What a PL/pgSQL body does, in written order. Ranges are tokens of the body. */
export type BodyNode =
  /** A static SQL statement; `blanked` is its INTO clause, `perform` says that PERFORM stands for SELECT. */
  | { readonly kind: 'sql'; readonly range: Range; readonly blanked?: Range; readonly perform?: boolean }
  /** An expression that is evaluated on the way. */
  | { readonly kind: 'expression'; readonly range: Range }
  /** EXECUTE: the range is the expression that computes the statement, `statement` all of it. */
  | { readonly kind: 'execute'; readonly range: Range; readonly statement: Range }
  | { readonly kind: 'transaction'; readonly action: 'commit' | 'rollback'; readonly range: Range }
  /** `over`: it runs over the query just before it. */
  | { readonly kind: 'loop'; readonly body: readonly BodyNode[]; readonly over?: boolean }
  /** Its errors are caught, which undoes it. */
  | { readonly kind: 'caught'; readonly body: readonly BodyNode[] }
  /** May be passed over. */
  | { readonly kind: 'branch'; readonly body: readonly BodyNode[] }
  | { readonly kind: 'return' };

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
