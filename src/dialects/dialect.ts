import type { Catalog } from '../catalog/catalog.ts';
import type { Origin } from '../catalog/schema.ts';
import type { CatalogView } from '../catalog/view.ts';
import type { CatalogSemantics } from '../catalog/semantics.ts';
import type { Blocks, Effects } from '../effects/vocabulary.ts';
import type { Expression } from '../ir/expressions.ts';
import type { Comment, Statement } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';
import type { Changes } from '../remedy/change.ts';
import type { Patterns } from '../remedy/step.ts';

/** Things an engine can or cannot do at a version; rules ask for these, never for the dialect. */
export type Ability =
  | 'buildIndexConcurrently'
  | 'dropIndexConcurrently'
  | 'reindexConcurrently'
  | 'detachPartitionConcurrently'
  | 'refreshConcurrently'
  /** Constraints can be added unvalidated and validated later. */
  | 'notValidConstraints'
  | 'notValidForeignKeyOnPartitioned'
  | 'notValidNotNull'
  /** A validated CHECK (x IS NOT NULL) spares SET NOT NULL its scan. */
  | 'checkProvesNotNull'
  | 'adoptIndexAsConstraint'
  /** ADD COLUMN … DEFAULT constant does not rewrite. */
  | 'instantDefault'
  | 'virtualColumns'
  | 'addEnumValueInTransaction'
  | 'transactionalDdl'
  | 'lockTimeout'
  | 'identityColumns';

export interface EffectContext {
  /** The catalog just before the operation, earlier clauses of the statement applied. */
  readonly before: CatalogView;
  readonly version: number;
  readonly statement: Statement;
  /** Null when the statement commits on its own. */
  readonly unit: UnitFacts | null;
  /** Number of the running script, comparable to `Origin.migration`. */
  readonly migration: number;
}

/** What the effects of a statement can depend on in its transaction. */
export interface UnitFacts {
  readonly id: string;
  /** BEGIN was written in the script. */
  readonly explicit: boolean;
  /** It is one string that is sent, which commits or fails as a whole. */
  readonly sentAs?: 'string' | 'block';
  /** What has run in the transaction before, where the caller keeps it; the list may grow. */
  readonly statements?: readonly { readonly statement: Statement }[];
}

/** Where a statement stands that is to be unfolded. */
export interface UnfoldContext {
  /** As it is just before the statement; it is left so. */
  readonly catalog: Catalog;
  readonly version: number;
  readonly origin: Origin;
  /** What the statement's span is one of. */
  readonly text: string;
}

/** Syntax, or a name, that the server brings from a version on. */
export interface LaterForm {
  readonly since: number;
  /** As in `NULLS NOT DISTINCT`. */
  readonly what: string;
  /** A name that the history may have given to something of its own, or an extension. */
  readonly own?: { readonly kind: 'routine' | 'type' | 'role'; readonly name: string; readonly extension?: string };
}

export interface ParseOptions {
  /** Offset of `text` in its file; every span of the result is shifted by it. */
  readonly offset?: number;
  /** Placeholder syntaxes of the framework to tolerate beyond the common ones. */
  readonly placeholders?: readonly RegExp[];
}

export interface ParsedText {
  readonly statements: readonly Statement[];
  readonly comments: readonly Comment[];
}

/** An engine: how its language is read and what its server does. Everything but `load` is synchronous and pure. */
export interface Dialect {
  readonly name: string;
  /** Major version assumed when nobody says. */
  readonly defaultVersion: number;
  readonly versions: readonly number[];
  /** Makes `parse` ready (loads its parser). Idempotent. */
  load(): Promise<void>;
  /** Never throws: what does not parse is an `opaque` operation of its own statement. */
  parse(text: string, options?: ParseOptions): ParsedText;
  /**
   * How a long text is parsed by several at a time: `cut` gives offsets, about `every` characters apart, where a statement
   * seems to begin. Put together, the parts are what the text in one piece is when `isSure` says so of each.
   * Absent: a text is parsed in one piece.
   */
  readonly parts?: { cut(text: string, every: number): readonly number[]; isSure(parsed: ParsedText): boolean };
  readonly catalog: CatalogSemantics;
  /** The statement with the operations that a program in it comes to on this catalog; the same one where that is how it was read. */
  unfold(statement: Statement, context: UnfoldContext): Statement;
  effects(operation: Operation, context: EffectContext): Effects;
  /** Adds up the operations of one statement: one lock per relation, scans subsumed as the server does in one pass. */
  combine(effects: readonly Effects[]): Effects;
  can(ability: Ability, version: number): boolean;
  blocks(mode: string): Blocks;
  /** Which of two lock modes counts as the stronger. */
  stronger(a: string, b: string): string;
  /** True when evaluating the expression twice in one statement can give two values. Unknown functions: undefined. */
  isVolatile(expression: Expression, before: CatalogView): boolean | undefined;
  /** The safe forms of dangerous operations; loaded only when something is to be fixed or planned. */
  patterns?(): Promise<Patterns>;
  /** The same for changes that are asked for by name. */
  changes?(): Promise<Changes>;
  /** What in the text of one statement a server of that version does not know yet, latest first. */
  laterForms(text: string, version: number): readonly LaterForm[];
  /** True for statements that the server refuses inside a transaction block. */
  refusesTransaction(operation: Operation, version: number): boolean;
}
