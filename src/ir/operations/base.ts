import type { Span } from '../../source/text.ts';
import type { ObjectName } from '../names.ts';

/** What every operation carries. The span is the clause that causes it, not the whole statement. */
export interface OperationBase<Kind extends string> {
  readonly kind: Kind;
  readonly span: Span;
  /** Set when the operation stands inside a block that runs with the migration (a DO block, a called routine), or when code decides whether it is sent. */
  readonly within?: Block;
  /** One of several ways, of which only the run tells the right one: it is taken for that, unless the server would refuse it. */
  readonly alternative?: true;
  /** Code of the migration goes on behind an error of it: where it commits by itself, nothing comes of that. Inside a transaction everything behind it fails. */
  readonly passedOver?: true;
}

export interface Block {
  /** `program`: code of the migration itself, which sends each statement as its own. */
  readonly kind: 'do' | 'routine' | 'program';
  /** Under IF, CASE or an exception handler: may not run. */
  readonly conditional: boolean;
  /** Inside a loop: may run many times. */
  readonly loop: boolean;
  /** The innermost loop around it commits. */
  readonly commits: boolean;
  /** An EXCEPTION clause catches its errors and undoes what the block did. */
  readonly caught?: boolean;
  /** What an EXECUTE sends, where its text could be worked out. */
  readonly sql?: string;
  /** What the loops around it take no turn without, as `Query.needs`. */
  readonly needs?: readonly (readonly ObjectName[])[];
}

/** CASCADE takes dependents along; RESTRICT, the default, refuses when there are any. */
export type DropBehavior = 'cascade' | 'restrict';
