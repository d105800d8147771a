import { lineBreak } from '../frameworks/shared/writing.ts';
import { commitsAlone } from '../ir/blocks.ts';
import type { Script, Statement } from '../ir/migration.ts';
import { DEPLOY_MARK, deployCondition } from '../rule.ts';
import type { Step } from '../remedy/step.ts';
import type { Span } from '../source/text.ts';
import type { Edit } from './edits.ts';
import { withLineBreaks } from './edits.ts';
import type { Placed } from './placement.ts';
import { isControl, isSetting, isTimeout, replacedStatements } from './placement.ts';
import { commentsOfClause, commentsOfInner, cutClauses } from './regions.ts';
import { removalOf, statementEnd } from './removal.ts';

/** A part of a statement with the steps that take its place in the file; none: it goes. */
export interface Replacement {
  readonly part: Placed;
  readonly steps: readonly Step[];
}

export interface InPlace {
  readonly script: Script;
  readonly bounds: readonly Span[];
  /** All of one statement. */
  readonly replacements: readonly Replacement[];
  /** The script leaves its transaction for the first step. */
  readonly leaves: boolean;
  readonly oneOutside: boolean;
}

export interface Edited {
  readonly edits: readonly Edit[];
  /** The author's comments that went with what was taken out, by part. */
  readonly comments: ReadonlyMap<Placed, string>;
}

/** The edits of a script for what becomes of one statement; a string says why it cannot be. */
export function editsOf(input: InPlace): Edited | string {
  const { script, replacements } = input;
  const [first] = replacements;
  if (first === undefined) return { edits: [], comments: new Map() };
  const { statement } = first.part.region;
  const bounds = input.bounds.find(({ start, end }) => statement.span.start >= start && statement.span.end <= end) ?? { start: 0, end: script.text.length };
  const limits = { start: bounds.start, end: Math.min(bounds.end, script.text.length) };
  const whole = replacedStatements(replacements.map(({ part }) => part)).has(statement);
  return whole ? wholeEdits(input, statement, limits) : clauseEdits(input, statement, limits);
}

function wholeEdits(input: InPlace, statement: Statement, limits: Span): Edited | string {
  const { script, replacements } = input;
  const kept = replacements.flatMap(({ part, steps }) => scriptsOf(script, part, steps));
  const [first] = replacements;
  const inside = commentsInside(script, statement, replacements);
  if (kept.length === 0) {
    const { comments, start, end } = removalOf(script, statement, limits);
    const all = [comments, inside].filter((one) => one !== '').join('\n');
    return { edits: [{ start, end, text: '' }], comments: new Map(first === undefined ? [] : [[first.part, all]]) };
  }
  const others = input.leaves ? aroundEdits(input, limits) : [];
  if (typeof others === 'string') return others;
  const deploy = script.host === undefined ? undefined : replacements.flatMap(({ part, steps }) => (saysDeploy(script, part) ? steps : [])).find((step) => step.deploy !== undefined)?.deploy;
  const above = deploy === undefined ? {} : { above: `${DEPLOY_MARK} ${deploy}` };
  return { edits: [...others, { ...statement.span, text: withLineBreaks(`${inside === '' ? '' : `${inside}\n`}${kept.join(';\n')}`, lineBreak(script.text)), ...above }], comments: new Map() };
}

/** Comments in a statement that its steps have not taken over with the author's text. */
function commentsInside({ comments, text }: Script, { span }: Statement, replacements: readonly Replacement[]): string {
  const written = replacements.flatMap(({ part }) => part.proposal.plan.steps.flatMap(({ up }) => up)).join('\n');
  const own = comments.filter((comment) => comment.span.start > span.start && comment.span.end < span.end).map((comment) => text.slice(comment.span.start, comment.span.end));
  return own.filter((one) => !written.includes(one)).join('\n');
}

/** What is left of the statement stays where it is; the steps come right after it. */
function clauseEdits({ script, replacements }: InPlace, statement: Statement, limits: Span): Edited | string {
  const { text } = script;
  const [first] = replacements;
  if (first === undefined) return { edits: [], comments: new Map() };
  const clauses = [...new Set(replacements.flatMap(({ part }) => part.region.clauses ?? []))].sort((a, b) => a - b);
  const cuts = cutClauses(text, { ...first.part.region, clauses, inner: replacements.flatMap(({ part }) => part.region.inner) });
  if (typeof cuts === 'string') return cuts;
  const comments = new Map<Placed, string>();
  const kept: string[] = [];
  for (const { part, steps } of replacements) {
    const above = [...(part.region.clauses ?? []).map((index) => commentsOfClause(text, part.region, index)), ...part.region.inner.map((span) => commentsOfInner(text, span))];
    const own = [...new Set(above.filter((one) => one !== ''))].join('\n');
    const scripts = scriptsOf(script, part, steps);
    if (scripts.length === 0) comments.set(part, own);
    else kept.push(`${own === '' ? '' : `${own}\n`}${scripts.join(';\n')}`);
  }
  if (kept.length === 0) return { edits: cuts, comments };
  const stop = statementEnd(text, statement, limits.end);
  const ended = text.charAt(stop - 1) === ';';
  const line = lineBreak(text);
  return { edits: [...cuts, { start: stop, end: stop, text: `${ended ? '' : ';'}${line}${withLineBreaks(kept.join(';\n'), line)}${ended ? ';' : ''}` }], comments };
}

/** What must not stand around a statement that is to run outside a transaction. */
function aroundEdits({ script, oneOutside }: InPlace, limits: Span): readonly Edit[] | string {
  const edits: Edit[] = [];
  for (const statement of script.statements) {
    if (isControl(statement) || isTimeout(statement)) {
      const { start, end } = removalOf(script, statement, limits);
      edits.push({ start, end, text: '' });
    } else if (oneOutside && isSetting(statement)) {
      return `Outside a transaction this tool takes one statement at a time, and ${shown(script, statement)} stands beside it.`;
    }
  }
  return edits;
}

const shown = (script: Script, { span }: Statement): string => script.text.slice(span.start, Math.min(span.end, span.start + 60));

/** Steps without their last semicolon; several statements that belong together get a transaction where each would commit by itself. */
function scriptsOf(script: Script, part: Placed, steps: readonly Step[]): readonly string[] {
  const alone = script.transaction.wrap === 'none' && commitsAlone(script, part.region.statement);
  const says = saysDeploy(script, part) && script.host === undefined;
  return steps.map((step) => {
    const sql = step.up.map((one) => one.trim()).join(';\n');
    const mark = says && step.deploy !== undefined ? `-- ${DEPLOY_MARK} ${step.deploy}\n` : '';
    return mark + (alone && step.transaction === 'inside' && step.up.length > 1 ? `BEGIN;\n${sql};\nCOMMIT` : sql);
  });
}

/** What has to be deployed first is said of the file as a whole. */
const saysDeploy = (script: Script, { region }: Placed): boolean =>
  script.statements.every((statement) => statement === region.statement || isSetting(statement) || isControl(statement)) && region.clauses === undefined && deployCondition(script) === undefined;
