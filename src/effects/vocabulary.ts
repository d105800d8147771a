import type { QualifiedName } from '../ir/names.ts';
import type { RelationKind } from '../catalog/schema.ts';

/** What a lock keeps waiting, weakest first. */
export type Blocks = 'nothing' | 'schemaChanges' | 'writes' | 'readsAndWrites';

export const BLOCKS: readonly Blocks[] = ['nothing', 'schemaChanges', 'writes', 'readsAndWrites'];

/** A lock taken by one operation or statement on a relation that existed before it. */
export interface LockEffect {
  readonly relation: QualifiedName;
  readonly relationKind: RelationKind | 'unknown';
  /** The server's own name: `AccessExclusiveLock`. */
  readonly mode: string;
  readonly blocks: Blocks;
  /** Why a relation that the statement does not name is locked, as in `referenced by users_org_fk`. */
  readonly because?: string;
  /** Let go before the transaction ends (CONCURRENTLY between its phases, ANALYZE and the like). */
  readonly released?: boolean;
  /**
   * Present where only the database tells whether it comes to this lock: whether rows match, which way a branch goes. The mode that
   * is held otherwise; null for none.
   */
  readonly otherwise?: string | null;
}

/** What the server does while it holds the locks, cheapest first. */
export type Work =
  /** Nothing on a table. */
  | 'none'
  /** Catalog changes only: instant once the lock is granted. */
  | 'catalog'
  /** Time depends on the rows touched, which the statement limits. */
  | 'rows'
  /** Reads a table from end to end. */
  | 'scan'
  /** Builds an index: reads the table and writes the index. */
  | 'indexBuild'
  /** Changes all or an unknown part of the rows, one by one. */
  | 'allRows'
  /** Writes a new copy of the table and its indexes. */
  | 'rewrite'
  /** Cannot be known. */
  | 'unknown';

export const WORK: readonly Work[] = ['none', 'catalog', 'rows', 'scan', 'indexBuild', 'allRows', 'rewrite', 'unknown'];

export interface Loss {
  readonly what: 'table' | 'column' | 'rows' | 'values' | 'schema' | 'database' | 'uniqueness' | 'integrity' | 'privileges' | 'enumValue' | 'object';
  /** Qualified name, with `.column` for a column. */
  readonly object: string;
  /** Lost as a side effect of something else, as with CASCADE or an index over a dropped column. */
  readonly because?: string;
}

export interface Breakage {
  /**
   * What running code does that stops working:
   * `reads` an object that is gone, `inserts` that miss a now required column, `writes` values that a new constraint refuses,
   * `plans` cached by open sessions, `access` that is no longer granted.
   */
  readonly what: 'reads' | 'inserts' | 'writes' | 'plans' | 'access';
  readonly object: string;
}

export interface Failure {
  /** `always`: the server refuses; the others: it refuses when the data is so. */
  readonly when: 'always' | 'rows' | 'nulls' | 'duplicates' | 'violations' | 'dependents' | 'existing' | 'missing';
  /** SQLSTATE or the server's own error number. */
  readonly code?: string;
  /** Stable name of the cause, kebab-case, as in `concurrently-in-transaction`; rules select by it. */
  readonly cause: string;
  /** The server's message, in its own words, with the names filled in. */
  readonly message: string;
  readonly object?: string;
}

export interface Effects {
  readonly locks: readonly LockEffect[];
  /** Relations read from end to end, as the server's own statistics count it. */
  readonly scans: readonly QualifiedName[];
  /** Relations whose storage is written anew. Indexes only where the statement is about an index. */
  readonly rewrites: readonly QualifiedName[];
  readonly work: Work;
  /** The relation that `work` is done on, where it is one. */
  readonly workOn?: QualifiedName;
  readonly loss: readonly Loss[];
  readonly breaks: readonly Breakage[];
  readonly failures: readonly Failure[];
  /** False: what was read does not determine the effects (dynamic SQL, unknown objects that matter). */
  readonly certain: boolean;
  /** The server would refuse it, and what is around it takes care of that: nothing happens. */
  readonly skipped?: true;
}

export const NO_EFFECTS: Effects = { locks: [], scans: [], rewrites: [], work: 'none', loss: [], breaks: [], failures: [], certain: true };

/** A lock held since an earlier statement of the same transaction. */
export interface HeldLock extends LockEffect {
  /** Index of the statement in its script that took it. */
  readonly statement: number;
  /** What the relation was called before (`relationKey`): the lock of that name is this one now. */
  readonly was?: string;
}

/** What a transaction holds at one of its moments, as the start of a list that only grows: a lock taken later on the same relation is the stronger. */
export interface HeldSoFar {
  readonly taken: readonly HeldLock[];
  readonly count: number;
}

export const NOTHING_HELD: HeldSoFar = { taken: [], count: 0 };
