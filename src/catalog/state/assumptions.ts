import type { ObjectId } from '../schema.ts';

/** Facts of an object as comparable text, by their name. A fact that is absent is unknown. */
export type Facts = Readonly<Record<string, string>>;

/**
 * What is known of a part (column, constraint, …) that must exist in an object which the catalog does not know in full.
 * Such parts are not shown in the catalog, where they would pass for known; they serve comparing.
 */
export interface Shadow {
  /** Identity that survives renames. */
  readonly subject: number;
  readonly facts: Facts;
}

/** Something that an operation gives away about the time before it: that an object was there, or what it was not. */
export interface Assumption {
  readonly subject: number;
  /** The object itself, or the one whose part it is. */
  readonly object: ObjectId | undefined;
  /** Label without the name of the owning object where there is one. */
  readonly part: PartKind | undefined;
  /** Name of the part, or label of the whole object. */
  readonly name: string;
  /** It may as well not have been there (IF EXISTS). */
  readonly maybe: boolean;
  /** A fact that cannot have had this value, as the operation made it so. */
  readonly not?: { readonly fact: string; readonly value: string };
}

export type PartKind = 'itself' | 'column' | 'constraint' | 'trigger' | 'policy' | 'rule' | 'value' | 'attribute';
