import type { Category } from '../rule.ts';
import type { Comment, Statement } from '../ir/migration.ts';
import type { LineIndex, Span } from '../source/text.ts';
import { recently } from '../source/recent.ts';
import { DEPLOY_MARK, deployCondition } from '../rule.ts';
import { FOREIGN_MARKS, readForeign } from './foreign.ts';
import { innerComments } from './inner-comments.ts';

/** A suppression comment with the places that it speaks about: findings that begin in [from, to] and end after `endsAfter`. */
export interface Directive {
  readonly span: Span;
  readonly by: 'comment' | 'foreign' | 'plan';
  /** As written; undefined: every rule (of `categories`, if there are any). */
  readonly rules: readonly string[] | undefined;
  readonly categories: readonly Category[] | undefined;
  readonly reason: string | null;
  readonly from: number;
  readonly to: number;
  readonly endsAfter: number;
}

/** A comment that begins like a directive but is none. */
export interface Misspelt {
  readonly span: Span;
  readonly word: string;
}

export interface FileText {
  readonly text: string;
  /** A program: its own comments are known, and only what it sends has others. */
  readonly isProgram?: boolean;
  readonly comments: readonly Comment[];
  /** In the order of the file. */
  readonly statements: readonly Statement[];
  readonly lines: LineIndex;
}

export interface Directives {
  readonly directives: readonly Directive[];
  readonly misspelt: readonly Misspelt[];
}

export const FORMS = ['lockkeeper-disable-next-line', 'lockkeeper-disable-line', 'lockkeeper-disable-file', 'lockkeeper-disable', 'lockkeeper-enable'] as const;
type Form = (typeof FORMS)[number];

const MARK = 'lockkeeper-';

/** True when the text cannot hold any directive, which is so for nearly every file. */
export const hasNone = (text: string, foreign: boolean): boolean => !hasOwn(text) && !(foreign && hasForeign(text));

// A file of many migrations is asked about for each of them.
const hasOwn = recently((text: string) => text.includes(MARK) || text.includes(DEPLOY_MARK));
const hasForeign = recently((text: string) => FOREIGN_MARKS.some((mark) => text.includes(mark)));

export function readDirectives(file: FileText, foreign: boolean): Directives {
  const directives: Directive[] = [];
  const misspelt: Misspelt[] = [];
  const open: Open[] = [];
  for (const span of commentSpans(file, foreign)) {
    const body = bodyOf(file.text.slice(span.start, span.end));
    const own = /^(?<form>lockkeeper-[\w-]+)[ \t]*:?(?<rest>.*)$/s.exec(body)?.groups;
    if (own !== undefined) {
      const form = FORMS.find((known) => known === own['form']);
      const said = { span, by: 'comment' as const, categories: undefined, ...rulesAndReason(own['rest'] ?? '') };
      if (form === undefined) {
        if (/^lockkeeper-(?:dis|en|ign|sup|no)/.test(own['form'] ?? '')) misspelt.push({ span, word: own['form'] ?? '' });
      } else if (form === 'lockkeeper-disable') open.push({ ...said, from: span.end });
      else if (form === 'lockkeeper-enable') directives.push(...close(open, said.rules, span.start));
      else directives.push({ ...said, ...REACH[form](span, file) });
    } else if (foreign) {
      const other = readForeign(body);
      if (other !== undefined) directives.push({ span, by: 'foreign', rules: undefined, ...other, ...foreignReach(other.reach, span, body, file) });
    }
  }
  directives.push(...close(open, undefined, file.text.length), ...plannedDrops(file));
  return { directives, misspelt };
}

/** What the last step of a plan does on purpose, once its condition is met. Whether it is, the rule about deploys asks. */
const CONTRACTS: readonly string[] = ['no-drop-column', 'no-drop-table', 'no-drop-view', 'no-drop-trigger', 'no-drop-routine', 'no-rename-column', 'no-rename-table', 'no-rename-object'];

function plannedDrops(file: FileText): readonly Directive[] {
  const condition = deployCondition(file);
  return condition === undefined ? [] : [{ span: condition.span, by: 'plan', rules: CONTRACTS, categories: undefined, reason: condition.text, ...wholeFile() }];
}

type Reach = Pick<Directive, 'from' | 'to' | 'endsAfter'>;
type Open = Omit<Directive, 'to' | 'endsAfter'>;

const REACH: { readonly [K in Exclude<Form, 'lockkeeper-disable' | 'lockkeeper-enable'>]: (span: Span, file: FileText) => Reach } = {
  'lockkeeper-disable-next-line': nextStatement,
  'lockkeeper-disable-line': sameLine,
  'lockkeeper-disable-file': wholeFile,
};

function wholeFile(): Reach {
  return { from: 0, to: Number.POSITIVE_INFINITY, endsAfter: -1 };
}

/** Everything that begins on the line where the next statement begins, to its end; inside a statement: the next line of code. */
function nextStatement(span: Span, file: FileText): Reach {
  const { statements, lines } = file;
  const around = statements[lastStartingBefore(statements, span.start)];
  if (around !== undefined && around.span.end > span.end) return nextLineInside(around, span, file);
  let index = lastStartingBefore(statements, span.end - 1) + 1;
  const first = statements[index];
  if (first === undefined) return NOWHERE;
  const line = lines.position(first.span.start).line;
  let to = first.span.end;
  for (index++; ; index++) {
    const next = statements[index];
    if (next === undefined || lines.position(next.span.start).line !== line) return { from: first.span.start, to, endsAfter: -1 };
    to = next.span.end;
  }
}

const NOWHERE: Reach = { from: -1, to: -2, endsAfter: 0 };

function nextLineInside(statement: Statement, span: Span, { text, lines }: FileText): Reach {
  let line = lines.position(span.end).line + 1;
  while (line < lines.lineCount && /^\s*(?:--|#|\/\/|\/\*|$)/.test(lineText(text, lines, line))) line++;
  const from = lines.lineStart(line);
  const end = line < lines.lineCount ? lines.lineStart(line + 1) - 1 : text.length;
  const to = statement.operations.reduce((far, { span: { start, end: last } }) => (start >= from && start <= end ? Math.max(far, last) : far), end);
  return { from, to, endsAfter: -1 };
}

/** What begins in a statement that touches this line, and touches the line itself. */
function sameLine(span: Span, { text, statements, lines }: FileText): Reach {
  const { line } = lines.position(span.start);
  const start = lines.lineStart(line);
  const end = line < lines.lineCount ? lines.lineStart(line + 1) - 1 : text.length;
  const before = statements[lastStartingBefore(statements, start)];
  const from = before !== undefined && before.span.end > start ? before.span.start : start;
  return { from, to: end, endsAfter: start };
}

/** Beside code it means that code, alone on a line the statement that follows. */
function foreignReach(reach: 'statement' | 'file', span: Span, body: string, file: FileText): Reach {
  if (reach === 'file' || (body.startsWith('atlas:') && isHeader(span, file.text))) return wholeFile();
  const before = file.text.slice(file.lines.lineStart(file.lines.position(span.start).line), span.start);
  return before.trim() === '' ? nextStatement(span, file) : sameLine(span, file);
}

const isHeader = (span: Span, text: string): boolean => text.slice(0, span.start).trim() === '' && /^[^\S\n]*\r?\n[^\S\n]*\r?(?:\n|$)/.test(text.slice(span.end, span.end + 200));

/** Ends the open blocks that the `enable` speaks about: those of its rules, or all. */
function close(open: Open[], rules: readonly string[] | undefined, at: number): Directive[] {
  const closed: Directive[] = [];
  const still: Open[] = [];
  for (const block of open) {
    const ended = rules === undefined || block.rules === undefined ? block.rules : block.rules.filter((rule) => rules.includes(rule));
    const all = rules === undefined;
    if (!all && (ended === undefined || ended.length === 0)) still.push(block);
    else {
      closed.push({ ...block, rules: ended, to: at, endsAfter: -1 });
      const rest = all ? [] : (block.rules ?? []).filter((rule) => !rules.includes(rule));
      if (rest.length > 0) still.push({ ...block, rules: rest });
    }
  }
  open.length = 0;
  open.push(...still);
  return closed;
}

/** The parser's comments, and what it cannot see as such: between the sections of a file, and inside the body of a block. */
function commentSpans({ text, comments, statements, lines, isProgram = false }: FileText, foreign: boolean): readonly Span[] {
  const spans = comments.map((comment) => comment.span);
  const known = [...spans].sort((a, b) => a.start - b.start);
  const inner = new Map<Statement, readonly Span[]>();
  const opening = isProgram ? /--[ \t]*$/ : /(?:--|#|\/\/)[ \t]*$/;
  const isInString = (at: number): boolean => {
    const statement = statements[lastStartingBefore(statements, at)];
    if (statement === undefined || statement.span.end <= at) return false;
    let seen = inner.get(statement);
    if (seen === undefined) inner.set(statement, (seen = innerComments(text, statement.span)));
    return !covers(seen, at);
  };
  for (const mark of foreign ? [MARK, ...FOREIGN_MARKS] : [MARK]) {
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) {
      const start = lines.lineStart(lines.position(at).line);
      const delimiter = opening.exec(text.slice(Math.max(start, at - 80), at));
      if (delimiter === null || covers(known, at) || isInString(at)) continue;
      const end = text.indexOf('\n', at);
      spans.push({ start: at - delimiter[0].length, end: end < 0 ? text.length : end });
    }
  }
  return spans.sort((a, b) => a.start - b.start);
}

function covers(sorted: readonly Span[], offset: number): boolean {
  const index = lastAtOrBefore(sorted.length, (i) => sorted[i]?.start ?? 0, offset);
  return (sorted[index]?.end ?? -1) > offset;
}

const lastStartingBefore = (statements: readonly Statement[], offset: number): number => lastAtOrBefore(statements.length, (i) => statements[i]?.span.start ?? 0, offset);

/** Index of the last item whose key is at most `offset`, -1 when there is none. */
function lastAtOrBefore(length: number, key: (index: number) => number, offset: number): number {
  let low = -1;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (key(middle) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

const lineText = (text: string, lines: LineIndex, line: number): string => text.slice(lines.lineStart(line), line < lines.lineCount ? lines.lineStart(line + 1) : text.length);

const bodyOf = (comment: string): string =>
  comment
    .replace(/^(?:--+|#+|\/\/+|\/\*+|<!--)/, '')
    .replace(/(?:\*+\/|-->)$/, '')
    .trim();

/** `a, b -- because` → the rules and the reason. */
function rulesAndReason(rest: string): { rules: readonly string[] | undefined; reason: string | null } {
  const dash = /(?:^|\s)(?:--+|—|–)\s/.exec(rest);
  const named = dash === null ? rest.replace(/\s(?:--+)$/, '') : rest.slice(0, dash.index);
  const why = dash === null ? '' : rest.slice(dash.index + dash[0].length).replace(/\s+/g, ' ').trim();
  const rules = named.split(/[\s,]+|:(?:\s|$)/).filter((rule) => rule !== '');
  return { rules: rules.length === 0 ? undefined : [...new Set(rules)], reason: why === '' ? null : why };
}
