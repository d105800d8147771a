import type { CatalogView } from '../catalog/view.ts';
import type { OperationKind } from '../ir/operation.ts';
import type { Pattern, Refusal } from './step.ts';

/** Changes that people ask for by name before any migration says them. */
export type ChangeName =
  | 'rename-column'
  | 'rename-table'
  | 'change-type'
  | 'require-column'
  | 'split-column'
  | 'merge-columns'
  | 'drop-column'
  | 'drop-table'
  | 'rename-enum-value'
  | 'remove-enum-value'
  | 'swap-table';

/** What was asked for, as it was typed. */
export interface Request {
  readonly words: readonly string[];
  /** The new value of a column that changes its type, as an expression over the old one. */
  readonly using?: string;
  /** What the rows get that have a value which is to go. */
  readonly replacement?: string;
}

/** The change as a migration would say it, with what is to take its place. */
export interface Requested {
  /** As in `Rename column full_name of users to name`. */
  readonly title: string;
  /** One after the other; each becomes a migration from which its steps are made. */
  readonly parts: readonly RequestedPart[];
}

export interface RequestedPart {
  readonly slug: string;
  /** What the application must have deployed before the part runs. */
  readonly deploy?: string;
  /** Statements without the terminating semicolon. */
  readonly sql: readonly string[];
  /** The way out for operations of a kind, whatever the rules say of them; absent: what they say. */
  readonly patterns?: { readonly [Kind in OperationKind]?: Pattern };
}

/** A name that means nothing in the schema, with those that it could have been. */
export interface UnknownName {
  readonly unknown: string;
  readonly name: string;
  readonly known: readonly string[];
  /** What to do where the schema does have it, in a sentence. */
  readonly otherwise?: string;
}

/** How a dialect says each change; `before` is the schema at the end of the history. */
export type Changes = { readonly [Name in ChangeName]: (request: Request, before: CatalogView) => Requested | Refusal | UnknownName };
