import type { ObjectName } from '../../../ir/names.ts';
import type { PatternHandler } from '../../../remedy/step.ts';
import { CLOSE_PARENTHESIS, COMMA, OPEN_PARENTHESIS, closing, find, nameEnd } from '../parse/tokens.ts';
import type { Tokens } from '../parse/tokens.ts';
import { TokenKind } from '../parse/lexer.ts';
import { BATCH_NOTES, batchBlock, batchesTable, thenForgotten } from './batches.ts';
import { insideBlock, slug, wholeStatement } from './clause.ts';
import { keptKey } from './data.ts';
import { unquoted } from './identifiers.ts';
import { notForThis, step, wanted } from './form.ts';
import { keyOf, keyQuestions } from './keys.ts';

/** INSERT … SELECT in ranges of the key of the table that the rows come from, each committed. */
export const batchInsert: PatternHandler = (input) => {
  const op = wanted(input, 'insert');
  if (op?.source !== 'query' || op.query === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const { before } = input;
  const own = before.resolve(op.table);
  if (op.query.writes.length > 0) return { refused: 'It changes other tables too, in WITH: take it apart first.' };
  if (op.query.reads.some(({ relation }) => relation.name === own.name && before.resolve(relation).schema === own.schema)) return { refused: `It also reads ${op.table.name}, which would change from batch to batch: write the rows into a table of their own first, which nobody else uses, and copy them from there in batches.` };
  const { text, tokens } = wholeStatement(input);
  const parts = partsOf(tokens);
  if (parts === undefined || op.query.calls.some(({ name }) => MANY_ROWS.has(name.name))) return { refused: 'A row of the result does not come from one row of one table alone, so that ranges of a key would give another result: write the result into a table of its own first, with a key, and copy it from there in batches.' };
  const source: ObjectName = parts.source;
  const key = keyOf(input, source);
  if ('refused' in key) return key;
  const progress = batchesTable(input, source);
  const work = (range: string): string => {
    const head = text.slice(0, parts.where === undefined ? parts.end : tokens.start(parts.where + 1));
    const tail = text.slice(parts.end);
    return parts.where === undefined ? `${head} WHERE ${range}${tail}` : `${head}(${text.slice(tokens.start(parts.where + 1), parts.end)}) AND ${range}${tail}`;
  };
  const run = step({
    phase: 'migrate',
    title: `Copy rows of ${source.name} into ${op.table.name} in batches`,
    slug: slug('copy', source.name, 'to', op.table.name),
    up: [batchBlock(before, { table: source, alias: parts.alias, key, size: input.batchSize, work, progress })],
    down: null,
    downLoses: 'Nothing tells which rows were copied.',
    transaction: 'outside',
    preconditions: keyQuestions(input, source),
    notes: [...BATCH_NOTES, 'Rows that are written meanwhile may be met or missed: a single statement would have seen the tables as they were at one moment.'],
  });
  return {
    title: `Copy rows into ${op.table.name} in batches of ${String(input.batchSize)}, each committed`,
    safety: 'review',
    covers: [op],
    steps: thenForgotten({ ...run, notes: [...run.notes, keptKey(progress, 'Nothing shows which rows have been copied, and none must be copied twice')] }, progress),
  };
};

/** Functions whose result takes more than one row of what is read. */
const MANY_ROWS: ReadonlySet<string> = new Set([
  'count', 'sum', 'avg', 'min', 'max', 'array_agg', 'string_agg', 'json_agg', 'jsonb_agg', 'json_object_agg', 'jsonb_object_agg', 'bool_and', 'bool_or', 'every', 'bit_and', 'bit_or', 'any_value', 'xmlagg',
  'row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile', 'lag', 'lead', 'first_value', 'last_value', 'nth_value', 'mode', 'percentile_cont', 'percentile_disc', 'stddev', 'variance', 'corr',
]);

interface Parts {
  readonly source: ObjectName;
  readonly alias: string;
  /** Index of the WHERE. */
  readonly where: number | undefined;
  /** Offset behind the query. */
  readonly end: number;
}

/** Where the parts of a plain INSERT … SELECT … FROM table stand; undefined for anything that is more than that. */
function partsOf(tokens: Tokens): Parts | undefined {
  const { count } = tokens;
  if (!tokens.is(0, 'insert')) return undefined;
  const { select, stop } = queryIn(tokens);
  const from = find(tokens, select, stop, 'from');
  if (from === stop || find(tokens, 0, count, 'returning') < count || tokens.is(select + 1, 'distinct')) return undefined;
  for (let at = select; at < stop; at++) if (tokens.is(at, 'over') && tokens.code(at + 1) === OPEN_PARENTHESIS) return undefined;
  for (const words of [['union', 'intersect', 'except'], ['group', 'having', 'window'], ['order', 'limit', 'offset'], ['fetch', 'right', 'full'], ['tablesample', 'lateral', 'lateral']] as const) {
    if (find(tokens, 0, count, words[0], words[1], words[2]) < count || find(tokens, select, stop, words[0], words[1], words[2]) < stop) return undefined;
  }
  let conflict = find(tokens, from, stop, 'conflict');
  conflict = conflict < stop && tokens.is(conflict - 1, 'on') ? conflict - 1 : stop;
  const where = find(tokens, from, conflict, 'where');
  const first = tokens.kind(from + 1);
  if (first !== TokenKind.word && first !== TokenKind.quotedName) return undefined;
  const next = nameEnd(tokens, from + 1);
  if (tokens.code(next) === OPEN_PARENTHESIS) return undefined;
  const names: string[] = [];
  for (let at = from + 1; at < next; at++) if (tokens.kind(at) === TokenKind.word || tokens.kind(at) === TokenKind.quotedName) names.push(nameAt(tokens, at));
  const [name, schema] = [names.at(-1) ?? '', names.at(-2)];
  const at = tokens.is(next, 'as') ? next + 1 : next;
  const named = tokens.kind(at) === TokenKind.quotedName || (tokens.kind(at) === TokenKind.word && !AFTER_TABLE.has(tokens.word(at)));
  if (tokens.code(at) === CLOSE_PARENTHESIS || (named && tokens.code(at + 1) !== 0 && tokens.code(at + 1) !== COMMA)) return undefined;
  return {
    source: { ...(schema === undefined ? {} : { schema }), name },
    alias: named ? nameAt(tokens, at) : name,
    where: where === conflict ? undefined : where,
    end: tokens.end(conflict - 1),
  };
}

/** Tokens of the query, which may stand in parentheses. */
function queryIn(tokens: Tokens): { readonly select: number; readonly stop: number } {
  let stop = tokens.count;
  let select = find(tokens, 0, stop, 'select');
  for (let open = 0; select === stop && open < stop; open++) {
    if (tokens.code(open) !== OPEN_PARENTHESIS) continue;
    const close = closing(tokens, open, stop);
    const inner = open + 1;
    // A list of columns stands before it.
    if (!tokens.is(inner, 'select') && tokens.code(inner) !== OPEN_PARENTHESIS) open = close;
    else if (tokens.is(inner, 'select')) [select, stop] = [inner, close];
  }
  return { select, stop };
}

const AFTER_TABLE: ReadonlySet<string> = new Set(['where', 'join', 'inner', 'left', 'cross', 'natural', 'on', 'using', 'for']);

const nameAt = (tokens: Tokens, at: number): string => unquoted(tokens.source(at));
