import { isBegun } from '../../ir/blocks.ts';
import type { Script, Statement } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';
import type { Locate } from './around.ts';
import { locate, mayRepeat, within } from './around.ts';
import type { Node } from './nodes.ts';
import { escaped, styleOf } from './style.ts';
import type { Style } from './style.ts';
import { unbegun } from './unbegun.ts';
import { unwrapped } from './unwrap.ts';
import { withoutCall } from './without-call.ts';
import { edited, indentAt, linesOf } from './text-edits.ts';
import type { TextEdit } from './text-edits.ts';

/** Replaces a range of what a program sends. */
export interface SqlEdit extends Span {
  readonly text: string;
  /** What a comment above the call says. */
  readonly above?: string;
}

/** Where a call takes the place of another. */
export interface Instead {
  /** Source of the call that was there. */
  readonly call: string;
  readonly style: Style;
  readonly indent: string;
  /** Characters before it on its line. */
  readonly taken: number;
}

export interface Rewriter {
  /** Splits SQL into what is sent as one string each, without the last semicolon. */
  readonly split: (sql: string) => readonly string[];
  /** SQL of one edit as it is sent. */
  readonly sent: (sql: string) => string;
  /** An expression that sends a statement as it is, in place of a call; without `await`. Undefined: it cannot be said there. */
  readonly raw: (sql: string, at: Instead) => string | undefined;
  /** The tool's own call that may do what the statement does. */
  readonly own: (sql: string, at: Instead) => string | undefined;
  /** The edit that may turn the only statement of a call into another by an option. */
  readonly option: (before: Statement, after: string, around: () => readonly Node[] | undefined, file: string, style: Style) => TextEdit | undefined;
  /** Whether a changed file sends what the script says after its edits, nothing else changed. */
  readonly proves: (file: string, edits: readonly SqlEdit[]) => boolean;
}

interface Refusal { readonly refused: string }

/** The statements that one call sends, one after the other. */
interface Sending extends Span {
  readonly call: Span;
  readonly statements: readonly Statement[];
  /** Where the next call's part of the script begins. */
  readonly limit: number;
}

/**
 * The text of a program's file after what it sends was changed. An edit inside of a literal stays there; else the call is replaced by calls that
 * send its statements as they are; a call that has nothing left to send goes, and its line with it.
 */
export function rewriteProgram(script: Script, edits: readonly SqlEdit[], rewriter: Rewriter): string | Refusal {
  const { host } = script;
  if (host === undefined) return { refused: 'It is no program.' };
  const sendings = sendingsOf(script);
  const wrappers = sendings.filter((one) => sendings.some((other) => holds(one.call, other.call)) && one.statements.every(isControl));
  const byCall = new Map<Sending, SqlEdit[]>();
  const gone = new Set<Sending>();
  for (const edit of edits.flatMap((one) => byCalls(one, sendings))) {
    const sending = sendings.findLast(({ start }) => start <= edit.start) ?? sendings[0];
    if (sending === undefined || edit.end > sending.limit) return { refused: 'The change goes over several calls.' };
    const whole = edit.text === '' && edit.start <= sending.start && edit.end >= sending.end;
    if (whole && (wrappers.includes(sending) || begins(sending))) gone.add(sending);
    else if (whole && gone.size > 0 && sending.statements.every(isControl)) continue;
    else if (!wrappers.includes(sending)) byCall.set(sending, [...(byCall.get(sending) ?? []), edit]);
    else return { refused: 'A transaction of the program can only be taken away as a whole.' };
  }
  if (wrappers.some((one) => !gone.has(one) && [...gone].some(({ call }) => overlap(call, one.call)))) return { refused: 'A transaction of the program can only be taken away as a whole.' };
  const file = host.text;
  const places = locate(file, script.path);
  const style = styleOf(file, script.path);
  const changes: TextEdit[] = [];
  for (const [sending, own] of byCall) {
    if (sendings.filter((other) => overlap(other.call, sending.call) && !(wrappers.includes(other) && holds(other.call, sending.call))).length > 1) return { refused: SEVERAL };
    const change =
      withOption(script, sending, own, rewriter, style) ??
      (mayRepeat(places(sending.call)) ? { refused: SEVERAL } : (inLiterals(script, sending, own, places, rewriter) ?? withoutStep(script, sending, own, places) ?? replaced(script, sending, own, places, rewriter, style)));
    if ('refused' in change) return change;
    changes.push(...change, ...own.flatMap(({ above }) => (above === undefined ? [] : commentAbove(file, sending.call.start, above, places, style))));
  }
  if ([...gone].some(({ call }) => mayRepeat(places(call)))) return { refused: SEVERAL };
  return withoutTransactions(file, script.path, changes, [...new Set([...gone].map(({ call }) => call.start))]);
}

/** A comment on a line above the one that a call begins on. */
function commentAbove(file: string, call: number, said: string, places: Locate, { line }: Style): readonly TextEdit[] {
  const at = file.lastIndexOf('\n', call - 1) + 1;
  const inText = places({ start: at, end: at }).some(({ type, range: [start] }) => start < at && (type === 'TemplateElement' || type === 'TemplateLiteral'));
  return inText ? [] : [{ start: at, end: at, text: `${indentAt(file, call)}// ${said}${line}` }];
}

/** The file after changes, with what ran in transactions that begin at these places outside of them. */
function withoutTransactions(file: string, path: string, changes: readonly TextEdit[], begins: readonly number[]): string | Refusal {
  let text = edited(file, changes);
  for (const begin of begins.toSorted((a, b) => b - a)) {
    const start = edited(file.slice(0, begin), changes.filter(({ end }) => end <= begin)).length;
    const at = start + (/^await\s+/.exec(text.slice(start))?.[0].length ?? 0);
    const around = locate(text, path)({ start: at, end: at + 1 });
    const edits = unbegun(text, around) ?? unwrapped(text, around);
    if (typeof edits === 'string') return { refused: edits };
    text = edited(text, edits);
  }
  return text;
}

/** What is taken out in one piece stands in several calls. */
function byCalls(edit: SqlEdit, sendings: readonly Sending[]): readonly SqlEdit[] {
  if (edit.text !== '' || edit.start === edit.end) return [edit];
  const own = sendings.filter(({ start, end }) => start < edit.end && end > edit.start);
  return own.length < 2 ? [edit] : own.map((one, index) => ({ start: Math.max(edit.start, one.start), end: index === own.length - 1 ? edit.end : Math.min(edit.end, one.limit), text: '' }));
}

const isControl = ({ operations }: Statement): boolean => operations.length > 0 && operations.every(({ kind }) => kind === 'transaction');

const begins = ({ statements: [only, ...others] }: Sending): boolean => others.length === 0 && only?.operations.some((operation) => operation.kind === 'transaction' && operation.action === 'begin') === true;

const holds = (outer: Span, inner: Span): boolean => outer.start <= inner.start && outer.end >= inner.end && outer.end - outer.start > inner.end - inner.start;

const SEVERAL = 'The call sends more than one thing: it stands in a loop or in a function that is called again. Change it by hand.';

function sendingsOf({ statements, host, text }: Script): readonly Sending[] {
  const found: { call: Span; statements: Statement[]; start: number; end: number }[] = [];
  for (const statement of statements) {
    const call = host?.call(statement) ?? { start: 0, end: 0 };
    const last = found.at(-1);
    if (last !== undefined && last.call.start === call.start && last.call.end === call.end) {
      last.statements.push(statement);
      last.end = statement.span.end;
    } else found.push({ call, statements: [statement], start: statement.span.start, end: statement.span.end });
  }
  return found.map((sending, index) => ({ ...sending, limit: found[index + 1]?.start ?? text.length }));
}

const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

/** Edits of characters that stand in literals of the file; undefined where one does not. */
function inLiterals({ host, text, transaction }: Script, sending: Sending, edits: readonly SqlEdit[], places: Locate, { split, sent }: Rewriter): readonly TextEdit[] | undefined {
  if (host === undefined) return undefined;
  const after = split(applied(text, sending, edits));
  if (after.length === 0 || (after.length > sending.statements.length && transaction.wrap === 'none')) return undefined;
  const found: TextEdit[] = [];
  for (const edit of edits) {
    const end = Math.min(edit.end, sending.end);
    const span = placeOf(host.text, text, { start: edit.start, end }, host.place);
    if (span === undefined) return undefined;
    const within = places({ start: span.start, end: Math.max(span.end, span.start) }).at(-1);
    const delimiter = within === undefined ? '' : within.type === 'Literal' ? host.text.charAt(within.range[0]) : within.type === 'TemplateElement' || within.type === 'TemplateLiteral' ? '`' : '';
    const own = sent(edit.text);
    if (delimiter === '' || (delimiter !== '`' && own.includes('\n'))) return undefined;
    found.push({ ...span, text: escaped(own, delimiter) });
  }
  return found;
}

/** The same characters in the file, where they stand there one by one. */
function placeOf(file: string, text: string, { start, end }: Span, place: (span: Span) => Span): Span | undefined {
  if (end > start) {
    const span = place({ start, end });
    return file.slice(span.start, span.end) === text.slice(start, end) ? span : undefined;
  }
  const before = place({ start: Math.max(0, start - 1), end: start });
  return before.end - before.start === 1 && file.charAt(before.start) === text.charAt(start - 1) ? { start: before.end, end: before.end } : undefined;
}

const applied = (text: string, { start, limit }: Sending, edits: readonly SqlEdit[]): string =>
  edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((own, edit) => own.slice(0, Math.max(0, edit.start - start)) + edit.text + own.slice(Math.max(0, edit.end - start)), text.slice(start, limit));

/** One step of a builder's callback goes, which is a statement there and says nothing else. */
function withoutStep(script: Script, sending: Sending, edits: readonly SqlEdit[], places: Locate): readonly TextEdit[] | undefined {
  const [edit] = edits;
  const { host } = script;
  const gone = sending.statements.filter(({ span }) => edit !== undefined && edit.start <= span.start && span.end <= edit.end);
  const [statement] = gone;
  if (host === undefined || edit?.text !== '' || edits.length > 1 || gone.length !== 1 || statement === undefined || sending.statements.length < 2) return undefined;
  const place = host.place(statement.span);
  const node = places(place).findLast(({ type, range: [start, end] }) => type === 'ExpressionStatement' && start === place.start && end >= place.end && end <= place.end + 1);
  const shared = sending.statements.some((other) => other !== statement && other.operations.some(({ span }) => isWithin(host.place(span), place)));
  return node === undefined || shared || (place.start <= sending.call.start && place.end >= sending.call.end) ? undefined : [linesOf(host.text, { start: node.range[0], end: node.range[1] })];
}

const isWithin = (inner: Span, outer: Span): boolean => inner.start >= outer.start && inner.end <= outer.end;

/** The author's own call with an option more. The file is read once, as it is then: that takes longer than all the rest. */
function withOption(script: Script, sending: Sending, edits: readonly SqlEdit[], { split, option, proves }: Rewriter, style: Style): readonly TextEdit[] | Refusal | undefined {
  const file = script.host?.text ?? '';
  const [after, ...more] = split(applied(script.text, sending, edits));
  const [before, ...others] = sending.statements;
  if (before === undefined || after === undefined || more.length > 0 || others.length > 0) return undefined;
  const { call } = sending;
  const change = option(before, after, () => within(file, script.path, call), file, style);
  if (change === undefined) return undefined;
  const now = edited(file, [change]);
  if (!proves(now, edits)) return undefined;
  return mayRepeat(locate(now, script.path)({ start: call.start, end: call.end + change.text.length - (change.end - change.start) })) ? { refused: SEVERAL } : [change];
}

/** The call goes, or others take its place: the tool's own where they are proven, else such as send SQL as it is. */
function replaced(script: Script, sending: Sending, edits: readonly SqlEdit[], places: Locate, { split, raw, own: ownCall, proves }: Rewriter, style: Style): readonly TextEdit[] | Refusal {
  const file = script.host?.text ?? '';
  const { call } = sending;
  const around = places(call);
  const holder = around.findLast(({ type }) => type === 'ExpressionStatement' || type === 'ReturnStatement' || type === 'ArrowFunctionExpression');
  const own = split(applied(script.text, sending, edits));
  const isWhole = holder !== undefined && /Statement$/.test(holder.type) && file.slice(holder.range[0], call.start).replace(/^return\b/, '').trim() === '' && /^;?$/.test(file.slice(call.end, holder.range[1]).trim());
  if (own.length === 0) {
    if (isWhole) return [linesOf(file, { start: holder.range[0], end: holder.range[1] })];
    const taken = withoutCall(file, around, call);
    if (taken !== undefined && proves(edited(file, taken), edits)) return taken;
    return holder?.type === 'ArrowFunctionExpression' ? [{ ...call, text: '{}' }] : { refused: 'The call is part of a greater expression.' };
  }
  if (sending.statements.some(({ operations }) => operations.some(({ kind }) => kind === 'opaque'))) return { refused: 'Part of what the call sends is not known.' };
  if (/\$\{/.test(own.join(''))) return { refused: 'What the call sends has parts that are only known when it runs.' };
  const source = file.slice(call.start, call.end);
  const indent = indentAt(file, call.start);
  const wait = /^await\b/.test(source) ? 'await ' : '';
  const separate = own.length === 1 || (isWhole && holder.type === 'ExpressionStatement');
  const at: Instead = { call: source, style, indent, taken: call.start - (holder?.range[0] ?? call.start) + wait.length };
  // What is part of an expression follows by `then` where each call commits by itself, and goes in one string where a transaction is open.
  const follows = !separate && script.transaction.wrap === 'none' && !sending.statements.some((statement) => isBegun(script, statement));
  const raws = (separate || follows ? own : [own.join(';\n')]).map((sql) => raw(sql, at));
  if (raws.includes(undefined)) return { refused: 'The object that the call is made on cannot send SQL as it is.' };
  const chained = (calls: readonly (string | undefined)[]): string => calls.map((one, index) => (index === 0 ? (one ?? '') : `${style.line}${indent}${style.indent}.then(() => ${one ?? ''})`)).join('');
  const written = (calls: readonly (string | undefined)[]): TextEdit => ({ ...call, text: follows ? `${wait}${chained(calls)}` : calls.map((one) => `${wait}${one ?? ''}`).join(`${style.semicolon === '' ? '' : ';'}${style.line}${indent}`) });
  if (!separate && !follows) return proves(edited(file, [written(raws)]), edits) ? [written(raws)] : ELSEWHERE;
  const calls = own.map((sql, index) => {
    const made = ownCall(sql, at);
    return made !== undefined && proves(edited(file, [written(raws.with(index, made))]), edits) ? made : raws[index];
  });
  return proves(edited(file, [written(calls)]), edits) ? [written(calls)] : ELSEWHERE;
}

const ELSEWHERE: Refusal = { refused: 'The call sends it by way of a function that does more or is used by others, so that no other call can stand in its place: change it there by hand.' };
