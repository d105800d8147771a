import type { Dialect } from '../dialects/dialect.ts';
import type { History } from '../frameworks/framework.ts';

/** One history with everything that has to be known to judge it. */
export interface LintHistory {
  readonly history: History;
  readonly dialect: Dialect;
  readonly version: number;
  readonly versionAssumed: boolean;
}

/** Where in its history a finding was made. */
export interface FoundAt {
  readonly entry: LintHistory;
  /** Position in the history. */
  readonly index: number;
}
