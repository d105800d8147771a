import type { Found } from '../check/judge.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { FoundAt } from '../replay/history.ts';
import type { Script, Statement } from '../ir/migration.ts';
import { fileText, inFile, statementsSoFar } from '../ir/migration.ts';
import type { Pattern, Patterns, PatternInput, Plan } from '../remedy/step.ts';
import { readWayBack } from '../read.ts';
import { recently } from '../source/recent.ts';
import type { Finding } from '../check/finding.ts';
import type { Answer } from './model.ts';
import { previewOf } from './preview.ts';

export interface CollectOptions {
  /** By name of the dialect. */
  readonly patterns: ReadonlyMap<string, Patterns>;
  readonly sync: PatternInput['sync'];
  readonly batchSize: number;
  readonly back?: PatternInput['back'];
  readonly value?: PatternInput['value'];
  readonly read?: (path: string) => string | undefined;
  /** Findings to look for a way out of; absent: all. */
  readonly wanted?: (finding: Finding) => boolean;
  /** Replays the steps to say what they do. */
  readonly preview?: boolean;
}

export interface Collector {
  readonly propose: (found: Found, at: FoundAt) => void;
  /** What can be done about each finding that has a remedy. */
  readonly answers: ReadonlyMap<Finding, Answer>;
}

/** Asks for the way out of each finding while the catalog stands just before it. */
export function collector(options: CollectOptions): Collector {
  const answers = new Map<Finding, Answer>();
  return {
    answers,
    propose(found, at) {
      if (options.wanted?.(found.finding) === false) return;
      const answer = answerTo(found, at, options);
      if (answer !== undefined) answers.set(found.finding, answer);
    },
  };
}

export async function loadPatterns(dialects: Iterable<Dialect>): Promise<ReadonlyMap<string, Patterns>> {
  const loaded = new Map<string, Patterns>();
  for (const dialect of new Set(dialects)) {
    const patterns = await dialect.patterns?.();
    if (patterns !== undefined) loaded.set(dialect.name, patterns);
  }
  return loaded;
}

/** The way out of a finding; undefined where its rule knows none. Asked while the catalog stands just before it. */
export function answerTo(found: Found, at: FoundAt, options: CollectOptions): Answer | undefined {
  const { context, evidence, finding, judge, rule, subject } = found;
  const pattern: Pattern | undefined = rule.remedy?.(subject as never, evidence, context);
  if (pattern === undefined) return undefined;
  const patterns = options.patterns.get(judge.dialect.name);
  const { script } = context;
  const text = fileText(script);
  if (patterns === undefined) return { finding, pattern, text, refused: `There are no remedies for ${judge.dialect.name} yet.` };
  const whole = subject.kind === 'migration';
  // What is said of a whole transaction is said at the statement that makes it so.
  const statement = whole ? script.statements[0] : (context.statement ?? script.statements.find(({ span }) => inFile(script, span).start <= finding.span.start && finding.span.start < inFile(script, span).end));
  const ofStatement = whole || subject.kind === 'unit' || subject.kind === 'statement';
  const operation = ofStatement ? statement?.operations[0] : statement?.operations.find((one) => one === subject);
  if (statement === undefined || operation === undefined) return { finding, pattern, text, refused: 'It is about more than one statement.' };
  const result = patterns[pattern]({ operation, statement, script, before: judge.catalog, version: judge.version, sync: options.sync, batchSize: options.batchSize, ...(options.back !== undefined && { back: options.back }), ...(options.value !== undefined && { value: options.value }), wayBack: () => wayBackAt(at, options) });
  if ('refused' in result) return { finding, pattern, text, refused: result.refused };
  const plan = withoutGuard(result, script, statement);
  const preview = options.preview === true ? previewOf(plan.steps, judge) : [];
  return { finding, pattern, operation, statement, script, at, plan, preview };
}

function wayBackAt({ entry, index }: FoundAt, { read }: CollectOptions): Script | undefined {
  const source = entry.history.migrations[index];
  return source === undefined || read === undefined ? undefined : readWayBack(source, entry, { read });
}

/** What the author has locked by hand stays as it was between the statements only as long as they share the transaction. */
function withoutGuard(plan: Plan, script: Script, statement: Statement): Plan {
  const [first, ...more] = plan.steps;
  const guard = guardsOf(script)(statement);
  if (first === undefined || guard === undefined) return plan;
  const line = fileText(script).slice(0, inFile(script, guard.span).start).split('\n').length;
  const note = `LOCK TABLE in line ${String(line)} holds to the end of its own transaction: what moves into another one runs without it. Make sure that nothing is written in between that the lock was to keep out.`;
  return { ...plan, safety: 'review', steps: [{ ...first, notes: [...first.notes, note] }, ...more] };
}

/** Tells of a statement of the script under which LOCK TABLE it runs, where it does under one. */
const guardsOf = recently((script: Script) => {
  const guards = new Map<Statement, Statement>();
  let guard: Statement | undefined;
  let next = 0;
  return (statement: Statement): Statement | undefined => {
    const known = statementsSoFar(script);
    for (let one = known[next]; one !== undefined; one = known[++next]) {
      if (guard !== undefined) guards.set(one, guard);
      if (one.operations.some((operation) => operation.kind === 'transaction' && (operation.action === 'commit' || operation.action === 'rollback'))) guard = undefined;
      if (one.operations.some(({ kind, within }) => kind === 'lockTable' && within === undefined)) guard ??= one;
    }
    return guards.get(statement);
  };
});
