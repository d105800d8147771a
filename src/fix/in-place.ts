import { lineBreak } from '../frameworks/shared/writing.ts';
import type { Script, Statement } from '../ir/migration.ts';
import type { Step } from '../remedy/step.ts';
import type { Span } from '../source/text.ts';
import type { Edit } from './edits.ts';
import { withLineBreaks } from './edits.ts';
import type { Placed } from './placement.ts';
import { commitsAlone, isControl, isSetting, isTimeout } from './placement.ts';
import { commentsOfClause, cutClauses } from './regions.ts';
import { removalOf, statementEnd } from './removal.ts';

export interface InPlace {
  readonly script: Script;
  readonly bounds: readonly Span[];
  readonly part: Placed;
  /** Steps that take the place of the statement or clause; none: it goes. */
  readonly steps: readonly Step[];
  /** The script leaves its transaction for the first step. */
  readonly leaves: boolean;
  readonly oneOutside: boolean;
}

/** The edits of a script for one part; `comments` are those that went with what was taken out. */
export function editsOf(input: InPlace): { readonly edits: readonly Edit[]; readonly comments: string } | string {
  const { script, part, steps } = input;
  const { region } = part;
  const { text } = script;
  const bounds = input.bounds.find(({ start, end }) => region.statement.span.start >= start && region.statement.span.end <= end) ?? { start: 0, end: text.length };
  const limits = { start: bounds.start, end: Math.min(bounds.end, text.length) };
  const line = lineBreak(text);
  const sql = withLineBreaks(joined(input, steps), line);

  if (region.clauses !== undefined) {
    const cuts = cutClauses(text, region);
    if (typeof cuts === 'string') return cuts;
    const comments = [...new Set(region.clauses.map((index) => commentsOfClause(text, region, index)).filter((one) => one !== ''))].join('\n');
    if (steps.length === 0) return { edits: cuts, comments };
    const stop = statementEnd(text, region.statement, limits.end);
    const separator = text.charAt(stop - 1) === ';' ? '' : ';';
    const end = text.charAt(stop - 1) === ';' ? ';' : '';
    const above = comments === '' ? '' : withLineBreaks(`${comments}\n`, line);
    return { edits: [...cuts, { start: stop, end: stop, text: `${separator}${line}${above}${sql}${end}` }], comments: '' };
  }
  if (steps.length === 0) {
    const { comments, start, end } = removalOf(script, region.statement, limits);
    return { edits: [{ start, end, text: '' }], comments };
  }
  const others = input.leaves ? aroundEdits(input, limits) : [];
  if (typeof others === 'string') return others;
  return { edits: [...others, { ...region.statement.span, text: sql }], comments: '' };
}

/** What must not stand around a statement that is to run outside a transaction. */
function aroundEdits({ script, oneOutside }: InPlace, limits: Span): readonly Edit[] | string {
  const edits: Edit[] = [];
  for (const statement of script.statements) {
    if (isControl(statement) || isTimeout(statement)) {
      const { start, end } = removalOf(script, statement, limits);
      edits.push({ start, end, text: '' });
    } else if (oneOutside && isSetting(statement)) {
      return `Outside a transaction this tool takes one statement at a time, and ${text(script, statement)} stands beside it.`;
    }
  }
  return edits;
}

const text = (script: Script, { span }: Statement): string => script.text.slice(span.start, Math.min(span.end, span.start + 60));

/** Steps one after the other without the last semicolon; several statements that belong together get a transaction where each would commit by itself. */
function joined({ script, part }: InPlace, steps: readonly Step[]): string {
  const alone = script.transaction.wrap === 'none' && commitsAlone(script, part.region.statement);
  const scripts = steps.map((step) => {
    const sql = step.up.map((one) => one.trim()).join(';\n');
    return alone && step.transaction === 'inside' && step.up.length > 1 ? `BEGIN;\n${sql};\nCOMMIT` : sql;
  });
  return scripts.join(';\n');
}
