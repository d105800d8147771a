import type { ObjectName } from '../../../ir/names.ts';
import { displayName } from '../../../ir/names.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import type { PatternHandler, PatternInput, Plan, Question, Refusal, Step } from '../../../remedy/step.ts';
import { find, nameEnd } from '../parse/tokens.ts';
import { TokenKind } from '../parse/lexer.ts';
import { isVolatile } from '../volatility.ts';
import { quote } from '../quote.ts';
import { BATCH_NOTES, batchBlock, batchesTable, thenForgotten } from './batches.ts';
import type { ChangeParts } from './chosen.ts';
import { chosenFirst } from './chosen.ts';
import type { Clause } from './clause.ts';
import { insideBlock, slug, wholeStatement } from './clause.ts';
import { notForThis, step, wanted } from './form.ts';
import { isKeyless, keyOf, keyQuestions } from './keys.ts';
import { cannotPage, PAGE_NOTE, pageBlock } from './page-batches.ts';
import { asAssigned, distinct } from './values.ts';

type Update = OperationOf<'update'>;
type Delete = OperationOf<'delete'>;

/** UPDATE of a table in batches, each committed. */
export const batchUpdate: PatternHandler = (input) => {
  const op = wanted(input, 'update');
  if (op === undefined) return notForThis;
  return batched(input, op, settled(input, op));
};

/** DELETE from a table in batches, each committed; what is deleted is done. */
export const batchDelete: PatternHandler = (input) => {
  const op = wanted(input, 'delete');
  if (op === undefined) return notForThis;
  return batched(input, op, '');
};

/** `pending`: what to add to the condition so that rows are not done twice; undefined when the rows do not show it. */
function batched(input: PatternInput, op: Update | Delete, pending: string | undefined): Plan | Refusal {
  const refusal = insideBlock(input) ?? cannotSplit(op);
  if (refusal !== undefined) return refusal;
  const key = keyOf(input, op.table);
  if (isKeyless(key)) return byPages(input, op);
  if ('refused' in key) return key;
  if (op.kind === 'update' && op.assignments.some(({ column }) => key.includes(column))) return { refused: `It changes ${key.join(', ')}, by which the batches are told apart.` };
  const clause = wholeStatement(input);
  const places = placesIn(clause, op);
  if (places === undefined) return UNCLEAR;
  if (readsItself(input, op)) return chosenFirst(input, op, key, clause, places);
  const progress = pending === undefined ? batchesTable(input, op.table) : undefined;
  const block = batchBlock(input.before, {
    table: op.table,
    ...(places.alias === undefined ? {} : { alias: places.alias }),
    key,
    size: input.batchSize,
    work: (range) => within(clause, places, pending === undefined || pending === '' ? range : `${range} AND (${pending})`),
    ...(progress === undefined ? {} : { progress }),
  });
  const run = runOf(op, block, progress === undefined ? [] : [keptKey(progress, CHANCE)], keyQuestions(input, op.table));
  return { ...planOf(input, op), steps: progress === undefined ? [run] : thenForgotten(run, progress) };
}

const verbOf = ({ kind }: Update | Delete): string => (kind === 'update' ? 'Update' : 'Delete from');

const planOf = ({ batchSize }: PatternInput, op: Update | Delete): Omit<Plan, 'steps'> => ({
  title: `${verbOf(op)} ${op.table.name} in batches of ${String(batchSize)}, each committed`,
  safety: 'review',
  covers: [op],
});

const runOf = (op: Update | Delete, block: string, notes: readonly string[], preconditions: readonly Question[]): Step =>
  step({
    phase: 'migrate',
    title: `${verbOf(op)} ${op.table.name} in batches`,
    slug: slug(op.kind, op.table.name),
    up: [block],
    down: null,
    downLoses: op.kind === 'update' ? 'The values that the rows had before are lost.' : 'The rows are lost.',
    transaction: 'outside',
    preconditions,
    notes: [...BATCH_NOTES, `Rows that are written meanwhile may be met or missed: a single statement would have seen the table as it was at one moment.`, ...notes],
  });

/** The rows of a table without a key, page by page: only where they show what is done, since those that are written come to stand elsewhere. */
function byPages(input: PatternInput, op: Update | Delete): Plan | Refusal {
  const pending = op.kind === 'delete' ? '' : settled(input, op, { nullAgain: false });
  const name = displayName(op.table);
  if (readsItself(input, op)) return { refused: `It also reads ${name}, which has no key by which the rows could be settled first: give it one.` };
  if (pending === undefined) return { refused: `${name} has no key, and its rows do not show whether they are done: going through its pages, some would be done twice, since a row that is written comes to stand elsewhere. Give it a key first, or say in WHERE what is still to be done.` };
  const clause = wholeStatement(input);
  const places = placesIn(clause, op);
  const refusal = cannotPage(input, op.table) ?? (places === undefined ? UNCLEAR : undefined);
  if (refusal !== undefined || places === undefined) return refusal ?? UNCLEAR;
  const block = pageBlock(input, {
    table: op.table,
    ...(places.alias === undefined ? {} : { alias: places.alias }),
    work: (range) => within(clause, places, pending === '' ? range : `${range} AND (${pending})`),
  });
  return { ...planOf(input, op), steps: [runOf(op, block, [PAGE_NOTE], [])] };
}

/** Where the rows do not show what is done: written in the same transaction as each batch. */
export const keptKey = (progress: ObjectName, because: string): string => `${because}: the last key is kept in ${displayName(progress)}, together with the one to end at, which is settled at the start. An interrupted run goes on from there, and one that ended before the tool has recorded it does nothing when it is started again.`;

const UNCLEAR: Refusal = { refused: 'The statement is written in a way that cannot be taken apart safely.' };

const CHANCE = 'The new values depend on the old ones or on chance, so that a row must not be done twice';

function cannotSplit(op: Update | Delete): Refusal | undefined {
  if (op.query.writes.length > 0) return { refused: 'It changes other tables too, in WITH: take it apart first.' };
  if (op.only) return { refused: 'ONLY would have to be kept in each part of the batches: write them by hand.' };
  return undefined;
}

/** What it finds would change from batch to batch. */
function readsItself({ before }: PatternInput, { query, table }: Update | Delete): boolean {
  const own = before.resolve(table);
  return query.reads.some(({ relation }) => relation.name === table.name && before.resolve(relation).schema === own.schema);
}

/**
 * What tells a row that is not done from one that is: its columns differ from what they are to be. Undefined where the new value
 * comes from the old one, from another table or from chance. `nullAgain`: a row that comes to NULL again may be done again.
 */
function settled(input: PatternInput, op: Update, { nullAgain = true } = {}): string | undefined {
  const { before } = input;
  const assigned = new Set(op.assignments.map(({ column }) => column));
  const table = before.table(op.table);
  const terms: string[] = [];
  for (const { column, value, inPart } of op.assignments) {
    if (value === undefined || inPart === true || value.reads.length > 0 || value.columns.some((read) => assigned.has(read)) || isVolatile(value, before) !== false) return nullsAreFilled(op, assigned) ? '' : undefined;
    if (/^default$/i.test(value.text.trim()) || value.text.trim().startsWith('(SELECT')) return undefined;
    // A moment is never the same twice.
    if (value.calls.some(({ name }) => MOMENTS.has(name.name))) continue;
    // What is done is out of reach, or comes to NULL again.
    if (nullAgain && op.assignments.length === 1 && op.where?.terms.some((term) => term.kind === 'isNull' && term.column === column) === true) return '';
    const type = before.column(table, column)?.type;
    terms.push(distinct(quote(column), asAssigned(value, type, before), type));
  }
  if (terms.length === 0) return nullsAreFilled(op, assigned) ? '' : undefined;
  return op.query.reads.length > 0 ? undefined : terms.join(' OR ');
}

const MOMENTS: ReadonlySet<string> = new Set(['now', 'transaction_timestamp', 'statement_timestamp', 'current_date', 'current_timestamp', 'localtimestamp']);

/** `WHERE x IS NULL` with x set to something that is not NULL: what is done is out of reach already. */
const nullsAreFilled = (op: Update, assigned: ReadonlySet<string>): boolean =>
  op.where?.terms.some((term) => term.kind === 'isNull' && assigned.has(term.column) && op.assignments.some(({ column, value }) => column === term.column && value !== undefined && value.literal === undefined && neverNull(value.text))) === true;

/** Calls whose result is never NULL, whatever they are given. */
const neverNull = (text: string): boolean => /^(?:gen_random_uuid|uuid_generate_v4|uuidv4|uuidv7|random|clock_timestamp|now|nextval)\s*\([^()]*\)$/i.test(text.trim());

interface Places extends ChangeParts {
  /** Range of the author's condition; absent without WHERE, and then `end` says where one goes. */
  readonly where?: { readonly start: number; readonly end: number };
  readonly end: number;
}

/** Where the condition of the statement stands, and what it calls the table. */
function placesIn(clause: Clause, op: Update | Delete): Places | undefined {
  const { tokens, text } = clause;
  const count = tokens.count;
  const verb = find(tokens, 0, count, op.kind === 'update' ? 'update' : 'delete');
  if (verb === count) return undefined;
  const name = op.kind === 'update' ? verb + 1 : verb + 2;
  let next = nameEnd(tokens, name);
  if (tokens.source(next) === '*') next++;
  const alias = aliasAt(clause, next);
  const where = find(tokens, next, count, 'where');
  const returning = find(tokens, next, count, 'returning');
  const stop = returning === count ? tokens.end(count - 1) : tokens.end(returning - 1);
  const extras = { verb, next: alias === undefined ? next : tokens.is(next, 'as') ? next + 2 : next + 1, ...(alias === undefined ? {} : { alias }) };
  if (where === count) return { ...extras, end: stop };
  if (tokens.is(where + 1, 'current')) return undefined;
  return { ...extras, where: { start: tokens.start(where + 1), end: stop }, end: stop < text.length ? stop : text.length };
}

function aliasAt({ tokens }: Clause, index: number): string | undefined {
  const at = tokens.is(index, 'as') ? index + 1 : index;
  const kind = tokens.kind(at);
  if (kind === TokenKind.quotedName) return tokens.source(at).slice(1, -1).replaceAll('""', '"');
  if (kind !== TokenKind.word || ['set', 'using', 'where', 'returning', 'from'].includes(tokens.word(at))) return undefined;
  return tokens.word(at);
}

/** The author's statement for one batch; RETURNING has nobody to return to. */
function within({ text }: Clause, { where, end }: Places, condition: string): string {
  if (where === undefined) return `${text.slice(0, end)} WHERE ${condition}`;
  return `${text.slice(0, where.start)}(${text.slice(where.start, where.end)}) AND ${condition}`;
}
