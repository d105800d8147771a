import type { Catalog } from '../catalog/catalog.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Migration } from '../ir/migration.ts';
import type { EvidenceBase, Rule, RuleContext, Subject } from '../rule.ts';
import type { Finding } from './finding.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { Deploy } from './liveness.ts';
import type { RuleTable } from './rule-table.ts';

/** Everything that stays the same while one script is judged. */
export interface Judge {
  readonly catalog: Catalog;
  readonly dialect: Dialect;
  readonly version: number;
  readonly versionAssumed: boolean;
  readonly config: ResolvedConfig;
  readonly migration: Migration;
  /** Number of the script in replay order; objects of this number are new. */
  readonly number: number;
  /** Absent: the migration is deployed on its own. */
  readonly deploy?: Deploy;
  readonly rules: RuleTable;
  readonly fingerprint: Fingerprint;
  readonly propose?: Propose;
  /** What has been said of the script. A call in a loop does the same in every turn, which is told once. */
  readonly told: Set<string>;
}

/** A finding at the moment of its discovery: the catalog stands just before the subject. Valid during the call only. */
export interface Found {
  readonly finding: Finding;
  readonly rule: Rule;
  readonly subject: Subject;
  readonly evidence: EvidenceBase;
  readonly context: RuleContext;
  readonly judge: Judge;
}

export type Propose = (found: Found) => void;
