import type { Residue } from './catalog/compare/residue.ts';
import type { Origin } from './catalog/schema.ts';
import type { CatalogView } from './catalog/view.ts';
import type { Ability, LaterForm } from './dialects/dialect.ts';
import type { Effects, Failure, HeldLock } from './effects/vocabulary.ts';
import type { HistoryProblem } from './frameworks/framework.ts';
import type { Expression } from './ir/expressions.ts';
import { modelTable } from './ir/model.ts';
import type { ModelColumn } from './ir/model.ts';
import type { Direction, FrameworkAdvice, Migration, Script, Statement, Trap } from './ir/migration.ts';
import type { ObjectName, QualifiedName } from './ir/names.ts';
import type { Operation, OperationKind } from './ir/operation.ts';
import type { Pattern } from './remedy/step.ts';
import { howToRunOutside } from './rule-questions.ts';
import type { Span } from './source/text.ts';

// A rule imports this file and nothing else.
export { changeOf, columnsLost, findsNothing, howToRunOutside, howToSplit, hurts, isInSchema, isRefused, isSuccessor, isSystem, lockOn, objectText, operationsIn, operationsOn, sqlName, typeText, wasFilled } from './rule-questions.ts';
export { modelTable } from './ir/model.ts';
export { openValueIn } from './ir/open-value.ts';
export { brief, capitalised, listed } from './source/words.ts';
export type { Column } from './catalog/schema.ts';
export type { Loss } from './effects/vocabulary.ts';
export type { Operation } from './ir/operation.ts';

export type Severity = 'error' | 'warning' | 'info';
export type Category = 'lock' | 'rewrite' | 'data-loss' | 'compatibility' | 'fails' | 'reversibility' | 'history' | 'security' | 'hygiene' | 'reading';

/** Beyond single operations, a rule can look at larger things. */
export interface StatementSubject {
  readonly kind: 'statement';
  readonly span: Span;
  readonly statement: Statement;
}
/** A transaction that has come to its end. */
export interface UnitSubject {
  readonly kind: 'unit';
  readonly span: Span;
  readonly unit: UnitView;
}
/** A migration whose `up` (and `down`, if any) have been replayed. */
export interface MigrationSubject {
  readonly kind: 'migration';
  readonly span: Span;
  readonly migration: Migration;
  /** How the catalog after up-then-down differs from the one before up; undefined without a down. */
  readonly residue?: readonly Residue[];
  /** True when something opaque makes the residue unreliable. */
  readonly residueUncertain: boolean;
  /** Operations of `up`, flat. */
  readonly operations: readonly Operation[];
  readonly downOperations: readonly Operation[];
}
/** A problem that the framework found in the history. */
export interface HistorySubject {
  readonly kind: 'history';
  readonly span: Span;
  readonly problem: HistoryProblem;
}
/** Something in the code of a migration that the tool does not do, or not as it looks. The catalog stands before its statement. */
export interface TrapSubject {
  readonly kind: 'trap';
  /** The statement's, in the script; the finding is placed at the trap. */
  readonly span: Span;
  readonly trap: Trap;
}

export type Subject = Operation | StatementSubject | UnitSubject | MigrationSubject | HistorySubject | TrapSubject;
export type SubjectKind = OperationKind | 'statement' | 'unit' | 'migration' | 'history' | 'trap';
export type SubjectOf<Kind extends SubjectKind> = Extract<Subject, { readonly kind: Kind }>;

/** A statement that has run in the same transaction. */
export interface UnitStatement {
  readonly statement: Statement;
  readonly index: number;
  readonly effects: Effects;
}

export interface UnitView {
  readonly id: string;
  /** BEGIN stands in the script itself. */
  readonly explicit: boolean;
  /** It is one string that is sent, which commits or fails as a whole: several statements, or a block of code. */
  readonly sentAs?: 'string' | 'block';
  readonly script: Script;
  /** Statements before the current one (for a `unit` subject: all). */
  readonly statements: readonly UnitStatement[];
  /** Locks held from earlier statements on relations that existed before the transaction; strongest per relation. */
  readonly held: readonly HeldLock[];
}

export interface RuleContext {
  /** The catalog just before the operation (for larger subjects: after them). Valid during the call only. */
  readonly before: CatalogView;
  /** What the operation does (for a statement subject: the whole statement; for others: nothing). */
  readonly effects: Effects;
  readonly statement: Statement | undefined;
  /** Effects of the whole statement. */
  readonly statementEffects: Effects;
  /** Undefined when the statement commits on its own. */
  readonly unit: UnitView | undefined;
  readonly migration: Migration;
  readonly script: Script;
  readonly direction: Direction;
  readonly options: Readonly<Record<string, unknown>>;
  readonly version: number;
  /** True when nobody told us the server version and the default is used. */
  readonly versionAssumed: boolean;
  can(ability: Ability): boolean;
  isVolatile(expression: Expression): boolean | undefined;
  /** The name in full, as the server would resolve it. */
  resolve(name: ObjectName): QualifiedName;
  /** Qualified name for messages and `relation`. */
  name(name: ObjectName): string;
  /**
   * Whether locking or scanning it hurts somebody: it existed before this migration (or deploy batch) and is not
   * temporary. Relations that the history never created are live.
   */
  isLive(name: ObjectName): boolean;
  /** Created by this migration (or deploy batch), whether or not rows were put in since. */
  isNew(name: ObjectName): boolean;
  /** Known to hold no rows: new, and nothing has filled it. */
  isEmpty(name: ObjectName): boolean;
  /** Declared, or measured, to be read or written all the time. */
  isHot(name: ObjectName): boolean;
  /** Whether something of this origin (a column, type, routine, constraint, …) was made by this migration or deploy batch. */
  madeHere(origin: Origin): boolean;
  /** The migrations that are deployed together with this one; absent: it goes alone, or nobody has said. */
  readonly deploy?: {
    /** Whether an earlier one of them has made something of this origin. */
    earlier(origin: Origin): boolean;
    /** Whether an earlier one of them has locked it. */
    touched(name: ObjectName): boolean;
    /** Locks of earlier ones that are still held, because all of them are one transaction; paths of the files that took them. */
    readonly held: readonly (HeldLock & { readonly path: string })[];
    /** This one runs outside of the transaction that the runner would put all of them into: now there is none around them all. */
    readonly splits: boolean;
  };
  /** What in a statement's text the stated version of the server does not know yet, latest first; nothing where no version is stated. */
  laterForms(text: string): readonly LaterForm[];
  /** Effective value of a setting at this point, lower-case name; undefined when nobody set it. */
  setting(name: string): string | undefined;
}

/** What `check` returns: facts for the message. */
export interface EvidenceBase {
  /** Where to point; the subject's span when absent. */
  readonly at?: Span;
  /** The script that `at` points into, when it is not the subject's own (a migration's down). */
  readonly script?: Script;
  /** Relation that the finding is about, in full. */
  readonly relation?: string;
  /** Overrides the rule's severity for this case. */
  readonly severity?: Severity;
  /** Whatever else the rule's own message and advice need. */
  readonly [fact: string]: unknown;
}

export interface RuleReference {
  readonly title: string;
  readonly url: string;
}

export interface Rule<Kind extends SubjectKind = SubjectKind, Evidence extends EvidenceBase = EvidenceBase> {
  /** `no-<hazard>`, `require-<safeguard>` or `prefer-<choice>`. */
  readonly name: string;
  /** One sentence without the full stop: what it reports. */
  readonly summary: string;
  readonly severity: Severity;
  readonly category: Category;
  readonly on: readonly Kind[];
  /** What happens on the server and to whom; two to five sentences for the rule's page. */
  readonly why: string;
  readonly references: readonly RuleReference[];
  /** On by default; hygiene that is a matter of taste is off. */
  readonly recommended: boolean;
  /** Causes of failure (`Failure.cause`) that the rule reports; every cause belongs to one rule. */
  readonly causes?: readonly string[];
  /**
   * Down scripts: `same` judges them alike, `info` reports without failing, `off` is silent.
   * Default by category: fails, reversibility, security, reading: same; lock, rewrite: info; the rest: off.
   */
  readonly down?: 'same' | 'info' | 'off';
  /** The harm grows with the table: on tables declared small the finding is only `info`. */
  readonly scalesWithSize?: boolean;
  /** The way out, as far as one can be written: which of the known patterns takes the place of the operation. */
  remedy?(subject: SubjectOf<Kind>, evidence: Evidence, context: RuleContext): Pattern | undefined;
  /** JSON schema of the options, each property with a default. */
  readonly options?: Readonly<Record<string, OptionSchema>>;
  check(subject: SubjectOf<Kind>, context: RuleContext): Evidence | readonly Evidence[] | undefined;
  /** One sentence: says what, naming the object and the server's own lock. */
  message(evidence: Evidence): string;
  /** What to do, with the SQL that does it where that is short. */
  advice(evidence: Evidence): string;
}

export interface OptionSchema {
  readonly type: 'boolean' | 'number' | 'string' | 'strings';
  readonly default: unknown;
  readonly description: string;
}

/** Declares a rule; the types of `op` and `evidence` follow from `on` and `check`. */
export function defineRule<const Kind extends SubjectKind, Evidence extends EvidenceBase>(rule: Rule<Kind, Evidence>): Rule {
  return rule as unknown as Rule;
}

/** What sets one rule over refusals of the server apart from the next. */
export interface FailureRule<Kind extends OperationKind> {
  readonly name: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly on: readonly Kind[];
  /** The causes that it reports, each with its advice. */
  readonly causes: Readonly<Record<string, string | ((evidence: FailureEvidence) => string)>>;
  readonly why: string;
  readonly references: readonly RuleReference[];
  /** Where the case is no more than a note, or nothing at all. */
  exception?(subject: SubjectOf<Kind>, context: RuleContext, failure: Failure): 'info' | 'silent' | undefined;
  /** See `Rule`. */
  remedy?(subject: SubjectOf<Kind>, evidence: FailureEvidence, context: RuleContext): Pattern | undefined;
}
export interface FailureEvidence extends EvidenceBase {
  readonly failure: Failure;
  /** See `howToRunOutside`. */
  readonly outside: string;
  readonly framework: FrameworkAdvice | undefined;
  /** The field of the project's code that stands for the column of the operation. */
  readonly field: ModelColumn | undefined;
}

/** A rule that reports what the dialect says the server will refuse, selected by cause. */
export function defineFailureRule<const Kind extends OperationKind>({ causes, exception, ...rule }: FailureRule<Kind>): Rule {
  return defineRule<Kind, FailureEvidence>({
    ...rule,
    category: 'fails',
    recommended: true,
    causes: Object.keys(causes),
    check(subject, context) {
      const failure = context.effects.failures.find(({ cause }) => Object.hasOwn(causes, cause));
      if (failure === undefined || (failure.when !== 'always' && isGuarded(subject as Operation))) return undefined;
      const except = exception?.(subject, context, failure);
      if (except === 'silent') return undefined;
      return {
        failure,
        outside: howToRunOutside(context.script),
        framework: context.script.advice,
        field: fieldOf(subject as Operation, context.script),
        ...(failure.object === undefined ? {} : { relation: failure.object }),
        ...(except === undefined ? {} : { severity: except }),
      };
    },
    message: ({ failure }) => `The server refuses this${failure.when === 'rows' ? ' if the table has rows' : ''}: ${failure.message}.`,
    advice(evidence) {
      const text = causes[evidence.failure.cause] ?? '';
      return typeof text === 'string' ? text : text(evidence);
    },
  });
}

function fieldOf(operation: Operation, { model }: Script): ModelColumn | undefined {
  return operation.kind === 'addColumn' && model !== undefined ? modelTable(model(), operation.table)?.columns.get(operation.column.name) : undefined;
}

/** Under IF or an exception handler the author has thought of what may or may not be there; in a loop it changes from turn to turn. */
const isGuarded = ({ within }: Operation): boolean => within !== undefined && (within.conditional || within.loop || within.caught === true);

export const DEPLOY_MARK = 'Deploy first:';

/** What must have been deployed before a migration runs, as its file says it in a comment: `-- Deploy first: …`. */
export function deployCondition(file: { readonly text: string; readonly host?: { readonly text: string } | undefined }): { readonly span: Span; readonly text: string } | undefined {
  const text = file.host?.text ?? file.text;
  const at = text.indexOf(DEPLOY_MARK);
  if (at < 0) return undefined;
  const start = text.lastIndexOf('\n', at) + 1;
  const end = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
  const said = text.slice(at + DEPLOY_MARK.length, end).trim();
  return /^[ \t]*(?:--|#|\/\/|\*)[ \t]*$/.test(text.slice(start, at)) && said !== '' ? { span: { start, end }, text: said } : undefined;
}
