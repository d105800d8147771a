import type { ParseOptions, ParsedText } from '../dialects/dialect.ts';
import type { Comment, Direction, Host, Script, Statement, TransactionPolicy } from '../ir/migration.ts';
import type { Span } from '../source/text.ts';
import type { Operation } from '../ir/operation.ts';
import type { Emission, Program, Run, Sent } from './program.ts';

export interface ScriptFile {
  readonly path: string;
  readonly text: string;
  readonly direction: Direction;
  readonly transaction: TransactionPolicy;
}

type Parse = (text: string, options: ParseOptions) => ParsedText;

/** The script that a program amounts to: what it sends, read, one after the other, with the way back into its file. */
export function scriptOf(program: Program, file: ScriptFile, parse: Parse, placeholders?: readonly RegExp[]): Script {
  const parts: Part[] = [];
  const statements: Statement[] = [];
  const comments: Comment[] = [];
  let text = '';
  for (const emission of program.emissions) {
    const start = text.length;
    const read = readEmission(emission, start, parse, placeholders);
    text += read.text;
    parts.push({ start, end: text.length, call: emission.call, runs: 'sql' in emission ? (emission.runs ?? []) : [] });
    statements.push(...read.statements);
    comments.push(...read.comments);
    text += ';\n';
  }
  return {
    path: file.path,
    direction: file.direction,
    text,
    statements,
    comments,
    transaction: program.transaction ?? file.transaction,
    ...(program.irreversible === undefined ? {} : { irreversible: program.irreversible }),
    host: hostOf(file.text, parts, [...program.comments.map((span) => ({ span })), ...comments.map(({ span }) => ({ span: placeIn(parts, span) }))]),
  };
}

interface ReadEmission extends ParsedText {
  readonly text: string;
}

function readEmission(emission: Emission, offset: number, parse: Parse, placeholders: readonly RegExp[] | undefined): ReadEmission {
  const { traps } = emission;
  if ('opaque' in emission) {
    const text = `-- ${emission.detail.replace(/\s+/g, ' ')}\n`;
    const span = { start: offset, end: offset + text.length - 1 };
    const statement: Statement = { span, operations: [{ kind: 'opaque', span, reason: emission.opaque, detail: emission.detail, ...(emission.touches === undefined ? {} : { touches: emission.touches }) }], ...(traps === undefined ? {} : { traps }) };
    return { text, statements: [statement], comments: [] };
  }
  const { statements: parsed, comments } = parse(emission.sql, { offset, ...(placeholders === undefined ? {} : { placeholders }) });
  const { apart, within, alternative, passedOver } = emission;
  const isCertain = within === undefined && alternative === undefined && passedOver === undefined;
  const statements = isCertain ? parsed : parsed.map((statement) => ({ ...statement, operations: statement.operations.map((operation) => perhaps(operation, emission)) }));
  const together = statements.length > 1 ? { together: offset } : {};
  if (apart === undefined && traps === undefined && statements.length <= 1) return { text: emission.sql, statements, comments };
  // The traps are the call's: its first statement tells them; a call that sends nothing is a statement without effect.
  if (statements.length === 0 && traps !== undefined) return { text: emission.sql, statements: [{ span: { start: offset, end: offset }, operations: [], traps }], comments };
  const told = statements.map((statement, index) => ({ ...statement, ...together, ...(apart === undefined ? {} : { apart }), ...(index > 0 || traps === undefined ? {} : { traps }) }));
  return { text: emission.sql, statements: told, comments };
}

/** Transactions are the program's: what it begins and ends under a condition, it begins and ends. */
function perhaps(operation: Operation, { within, alternative, passedOver }: Sent): Operation {
  if (operation.kind === 'transaction') return operation;
  const way = { ...operation, ...(alternative !== undefined && { alternative }), ...(passedOver !== undefined && { passedOver }) };
  if (within === undefined) return way;
  const { conditional, loop } = within;
  return { ...way, within: way.within === undefined ? { kind: 'program', conditional, loop, commits: false } : { ...way.within, conditional: way.within.conditional || conditional, loop: way.within.loop || loop } };
}

/** A stretch of the script with the call that sends it. */
interface Part extends Span {
  readonly call: Span;
  readonly runs: readonly Run[];
}

const hostOf = (text: string, parts: readonly Part[], comments: readonly Comment[]): Host => ({
  text,
  comments,
  place: (span) => placeIn(parts, span),
  call: ({ span }) => partAt(parts, span.start)?.call ?? NOWHERE,
});

const NOWHERE: Span = { start: 0, end: 0 };

function placeIn(parts: readonly Part[], span: Span): Span {
  const first = partAt(parts, span.start);
  const last = span.end <= (first?.end ?? 0) ? first : partAt(parts, Math.max(span.start, span.end - 1));
  if (first === undefined || last === undefined) return NOWHERE;
  if (first !== last) return { start: Math.min(first.call.start, last.call.start), end: Math.max(first.call.end, last.call.end) };
  const start = runAt(first, span.start);
  const end = runAt(first, Math.max(span.start, span.end - 1));
  return start === undefined || end === undefined ? first.call : { start: placeOf(first, start, span.start).start, end: placeOf(first, end, Math.max(span.start, span.end - 1)).end };
}

const partAt = (parts: readonly Part[], offset: number): Part | undefined => lastFrom(parts, (part) => part.start <= offset);

function runAt(part: Part, offset: number): Run | undefined {
  const run = lastFrom(part.runs, ({ at }) => part.start + at <= offset);
  return run !== undefined && offset < part.start + run.at + run.length ? run : undefined;
}

/** The place of one character of a run. */
function placeOf(part: Part, { at, length, span }: Run, offset: number): Span {
  if (span.end - span.start !== length) return span;
  const start = span.start + offset - part.start - at;
  return { start, end: start + 1 };
}

/** The last of a sorted list for which the question, true up to some point, is still true. */
function lastFrom<T>(list: readonly T[], isTrue: (one: T) => boolean): T | undefined {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = list[middle];
    if (one !== undefined && isTrue(one)) low = middle + 1;
    else high = middle;
  }
  return list[low - 1];
}
