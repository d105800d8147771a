import type { Direction } from '../ir/migration.ts';
import type { Span } from '../source/text.ts';
import type { Category, Severity } from '../rule.ts';

/** A rule's complaint about one place. Everything a reporter shows is in here; reporters compute nothing. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly category: Category;
  /** What: one sentence, naming the object and the server's own lock. */
  readonly message: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do instead, possibly several lines with SQL. */
  readonly advice: string;
  readonly path: string;
  readonly direction: Direction;
  readonly span: Span;
  /** Qualified name of the relation concerned. */
  readonly relation: string | null;
  /** Stable under line moves and edits elsewhere: hash of rule, path, object and the statement's own text. */
  readonly fingerprint: string;
  /** The remedy that can be applied or planned; null: there is none; absent: nobody has asked. */
  readonly fix?: FixOffer | null;
  /** Why nothing can be written although the hazard has a remedy, one sentence. */
  readonly refusal?: string;
  readonly suppressed: { readonly by: 'comment' | 'config' | 'startAfter' | 'foreign' | 'baseline' | 'plan'; readonly reason: string | null } | null;
}

/** A remedy in short. */
export interface FixOffer {
  /** `safe`: same final schema, no data touched, no deploy in between; `review`: anything else. */
  readonly safety: 'safe' | 'review';
  /** Imperative, as in `Build users_email_idx without blocking writes`. */
  readonly title: string;
  readonly pattern: string;
  /** What to type for it, path included. */
  readonly command: string;
}
