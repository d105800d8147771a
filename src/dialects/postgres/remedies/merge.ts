import type { ObjectName } from '../../../ir/names.ts';
import type { PatternHandler } from '../../../remedy/step.ts';
import { TokenKind } from '../parse/lexer.ts';
import type { Tokens } from '../parse/tokens.ts';
import { CLOSE_PARENTHESIS, COMMA, find, nameEnd, OPEN_PARENTHESIS } from '../parse/tokens.ts';
import { quote } from '../quote.ts';
import { BATCH_NOTES, batchBlock, batchesTable, thenForgotten } from './batches.ts';
import { insideBlock, slug, wholeStatement } from './clause.ts';
import { keptKey } from './data.ts';
import { unquoted } from './identifiers.ts';
import { notForThis, step, wanted } from './form.ts';
import { keyOf, keyQuestions } from './keys.ts';

/** MERGE in ranges of the key of the table that it reads, each committed: what becomes of a row of the target depends on the rows that fit it. */
export const batchMerge: PatternHandler = (input) => {
  const op = wanted(input, 'merge');
  if (op === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const { before } = input;
  const own = before.resolve(op.table);
  const { text, tokens } = wholeStatement(input);
  if (!tokens.is(0, 'merge') || op.query.writes.length > 0) return { refused: 'It has a WITH of its own: take that apart first.' };
  if (op.query.reads.some(({ relation }) => relation.name === own.name && before.resolve(relation).schema === own.schema)) return { refused: `It also reads ${op.table.name}, which would change from batch to batch: write the rows that it is to merge into a table of their own first, and merge from there.` };
  const parts = partsOf(tokens);
  if (parts === undefined) return { refused: 'A row of its source does not come from one row of one table alone, so that ranges of a key would give another result: fill a table with the source first and merge from that.' };
  if (isBySource(tokens, parts.when)) return { refused: 'WHEN NOT MATCHED BY SOURCE has to see the whole source at once: take it out, as a DELETE or UPDATE of its own in batches.' };
  const moved = assigned(tokens, parts.when).find((column) => namesIn(tokens, parts.on, parts.when).has(column));
  if (moved !== undefined) return { refused: `It changes ${moved}, by which it finds the rows: a later batch would find others than one statement does.` };
  const key = keyOf(input, parts.source);
  if ('refused' in key) return key;
  const { source, start, end, alias } = parts;
  const progress = batchesTable(input, source);
  const work = (range: string): string => `${text.slice(0, start)}(SELECT * FROM ${text.slice(start, end)} WHERE ${range}) AS ${quote(alias)}${text.slice(parts.after)}`;
  const run = step({
    phase: 'migrate',
    title: `Merge rows of ${source.name} into ${op.table.name} in batches`,
    slug: slug('merge', source.name, 'into', op.table.name),
    up: [batchBlock(before, { table: source, key, size: input.batchSize, work, progress })],
    down: null,
    downLoses: 'Nothing tells which rows were merged, and what they were before.',
    transaction: 'outside',
    preconditions: keyQuestions(input, source),
    notes: [...BATCH_NOTES, 'Rows that are written meanwhile may be met or missed, and a row that one batch inserts can be matched by a later one where two rows of the source fit it: a single statement would have seen the tables as they were at one moment.'],
  });
  return {
    title: `Merge rows into ${op.table.name} in batches of ${String(input.batchSize)}, each committed`,
    safety: 'review',
    covers: [op],
    steps: thenForgotten({ ...run, notes: [...run.notes, keptKey(progress, 'Nothing shows which rows have been merged, and none must be merged twice')] }, progress),
  };
};

interface Parts {
  readonly source: ObjectName;
  /** The name of the source, from its first to behind its last character. */
  readonly start: number;
  readonly end: number;
  readonly alias: string;
  /** Offset behind the alias. */
  readonly after: number;
  /** Indexes of ON and of the first WHEN. */
  readonly on: number;
  readonly when: number;
}

function partsOf(tokens: Tokens): Parts | undefined {
  const { count } = tokens;
  const using = find(tokens, 0, count, 'using');
  const on = find(tokens, using, count, 'on');
  const when = find(tokens, on, count, 'when');
  const first = tokens.kind(using + 1);
  if (when === count || (first !== TokenKind.word && first !== TokenKind.quotedName) || tokens.is(using + 1, 'only')) return undefined;
  const next = nameEnd(tokens, using + 1);
  const at = tokens.is(next, 'as') ? next + 1 : next;
  // An alias for its columns, a function, a join.
  if (at !== on && at + 1 !== on) return undefined;
  const names: string[] = [];
  for (let i = using + 1; i < next; i++) if (tokens.kind(i) === TokenKind.word || tokens.kind(i) === TokenKind.quotedName) names.push(unquoted(tokens.source(i)));
  const [name = '', schema] = [names.at(-1), names.at(-2)];
  return { source: { ...(schema === undefined ? {} : { schema }), name }, start: tokens.start(using + 1), end: tokens.end(next - 1), alias: at === on ? name : unquoted(tokens.source(at)), after: tokens.end(on - 1), on, when };
}

function isBySource(tokens: Tokens, from: number): boolean {
  for (let i = from; i < tokens.count; i++) if (tokens.is(i, 'by') && tokens.is(i + 1, 'source')) return true;
  return false;
}

/** Columns that an UPDATE of it sets. */
function assigned(tokens: Tokens, from: number): readonly string[] {
  const columns: string[] = [];
  let depth = 0;
  let updating = false;
  for (let i = from; i < tokens.count; i++) {
    if (tokens.code(i) === OPEN_PARENTHESIS) depth++;
    else if (tokens.code(i) === CLOSE_PARENTHESIS) depth--;
    else if (depth === 0 && tokens.is(i, 'when')) updating = false;
    else if (tokens.is(i, 'set') && tokens.is(i - 1, 'update')) updating = true;
    // `a = …`, and `(a, b) = …`.
    const starts = tokens.is(i - 1, 'set') || tokens.code(i - 1) === COMMA || (tokens.code(i - 1) === OPEN_PARENTHESIS && (tokens.is(i - 2, 'set') || tokens.code(i - 2) === COMMA));
    const name = tokens.kind(i) === TokenKind.word || tokens.kind(i) === TokenKind.quotedName;
    if (updating && starts && name && (depth === 0 ? tokens.source(i + 1) === '=' : depth === 1)) columns.push(unquoted(tokens.source(i)));
  }
  return columns;
}

function namesIn(tokens: Tokens, from: number, to: number): ReadonlySet<string> {
  const names = new Set<string>();
  for (let i = from + 1; i < to; i++) if (tokens.kind(i) === TokenKind.word || tokens.kind(i) === TokenKind.quotedName) names.add(unquoted(tokens.source(i)));
  return names;
}
