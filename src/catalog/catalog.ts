import type { Operation } from '../ir/operation.ts';
import type { Unlike } from './compare/alike.ts';
import type { Residue } from './compare/residue.ts';
import type { Snapshot } from './compare/snapshot.ts';
import type { ObjectId, Origin } from './schema.ts';
import type { Changes } from './state/changes.ts';
import type { Undone } from './state/journal.ts';
import type { CatalogView } from './view.ts';

/** A moment of the replay that can be returned to. Valid until an earlier moment is returned to, or forgotten. */
export type Moment = number;

/**
 * The schema under replay. States of objects are immutable values; the catalog journals every swap, so going back
 * and comparing cost what has changed since, not what exists.
 */
export interface Catalog extends CatalogView {
  /** Carries out one operation as the server would. Never throws: what cannot be right is taken as far as it makes sense. */
  apply(operation: Operation, origin: Origin): void;
  moment(): Moment;
  /** Undoes everything since. */
  returnTo(moment: Moment): Undone;
  /** Does again what a return has undone, where the catalog stands as it stood right after that return. */
  redo(undone: Undone): void;
  /** Ends all moments so far: what nobody will return to need not be kept. */
  forget(): void;
  /** What is different now from then, by name and content, identity and order of creation aside. */
  differencesSince(moment: Moment): readonly Residue[];
  /** What is known of the schema now, for comparison with another catalog; linear in what the history has touched. */
  snapshot(): Snapshot;
  /** Forgets session settings, as a new connection does. */
  newSession(): void;
  /** Ends the effect of SET LOCAL. */
  endTransaction(): void;
  /** Another catalog in the same state, which goes its own way. */
  fork(): Catalog;
  /** From now on what is new gets these identities, of which nothing here has one. */
  identify(next: () => ObjectId): void;
  /** What has become of it since `forget`; values that are as in `like` become the same. */
  changes(like: Changes | undefined): Changes;
  /** Makes changes of another catalog, if all that they change stands here as it stood there; says whether it did. Nothing of it can be undone. */
  makeAgain(changes: Changes): boolean;
  /** With the names, in lower case, of what a script has to mention to fare otherwise here than there, each in a new session. Undefined: every script may. */
  unlike(other: Catalog): Unlike | undefined;
}
