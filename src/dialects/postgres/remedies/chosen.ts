import { displayName } from '../../../ir/names.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import type { PatternInput, Plan, Refusal } from '../../../remedy/step.ts';
import { TokenKind } from '../parse/lexer.ts';
import { COMMA, find, nesting } from '../parse/tokens.ts';
import { quote, quoteName } from '../quote.ts';
import { BATCH_NOTES, batchBlock, batchesTable, thenForgotten } from './batches.ts';
import type { Clause } from './clause.ts';
import { slug } from './clause.ts';
import { step } from './form.ts';
import { keyQuestions, keyTypes } from './keys.ts';
import { freshName } from './names.ts';

type Change = OperationOf<'update'> | OperationOf<'delete'>;

/** Where the parts of an UPDATE or DELETE stand, as tokens. */
export interface ChangeParts {
  readonly verb: number;
  /** Behind the table and its alias. */
  readonly next: number;
  readonly alias?: string;
}

/**
 * A statement that looks at the table that it changes finds other rows once some have changed. Which rows it is about, and what they
 * get, is settled once, in a table of its own; the batches only carry that out.
 */
export function chosenFirst(input: PatternInput, op: Change, key: readonly string[], clause: Clause, parts: ChangeParts): Plan | Refusal {
  const { tokens, text } = clause;
  const { count } = tokens;
  const returning = find(tokens, parts.next, count, 'returning');
  const where = find(tokens, parts.next, returning, 'where');
  const more = listAt(tokens, parts.next, where, op.kind === 'update' ? 'from' : 'using');
  const between = (from: number, to: number): string => (from >= to ? '' : text.slice(tokens.start(from), tokens.end(to - 1)));
  const values = op.kind === 'update' ? valuesOf(op, clause, parts.next, Math.min(more, where)) : [];
  if (values === undefined) return { refused: `It also reads ${op.table.name}, and what it sets is written in a way that cannot be computed beforehand.` };
  const { before } = input;
  const kept = batchesTable(input, op.table);
  const known = quote(parts.alias ?? op.table.name);
  const page = op.table.name === 'page' ? 'chosen' : 'page';
  const own = key.map((column) => `${known}.${quote(column)}`);
  const others = between(more + 1, where);
  const computed = values.filter(({ settled }) => settled).map(({ column, value }) => `${value} AS ${quote(column)}`);
  // A row that is matched several times is changed once.
  const once = others === '' ? '' : `DISTINCT ON (${own.join(', ')}) `;
  const choice = `${text.slice(0, tokens.start(parts.verb))}SELECT ${once}${[...own, ...computed].join(', ')} FROM ${between(tableAt(op, parts), parts.next)}${others === '' ? '' : `, ${others}`}${where === returning ? '' : ` ${between(where, returning)}`}`;
  const target = quoteName(op.table);
  const match = key.map((column) => `${quote(op.table.name)}.${quote(column)} = ${page}.${quote(column)}`).join(' AND ');
  const assigned = values.map(({ column, value, settled }) => `${quote(column)} = ${settled ? `${page}.${quote(column)}` : value}`).join(', ');
  const change = op.kind === 'update' ? `UPDATE ${target} SET ${assigned} FROM ${page}` : `DELETE FROM ${target} USING ${page}`;
  const block = batchBlock(before, {
    table: kept,
    key,
    size: input.batchSize,
    work: (range) => `WITH ${page} AS (DELETE FROM ${quoteName(kept)} WHERE ${range} RETURNING *)\n    ${change} WHERE ${match}`,
    prepared: {
      types: keyTypes(before, op.table, key),
      statements: [`CREATE TABLE IF NOT EXISTS ${quoteName(kept)} AS\n    ${choice}`, `CREATE UNIQUE INDEX IF NOT EXISTS ${quote(freshName(before, op.table, `${kept.name}_key`))} ON ${quoteName(kept)} (${key.map(quote).join(', ')})`],
    },
  });
  const verb = op.kind === 'update' ? 'Update' : 'Delete from';
  return {
    title: `${verb} ${op.table.name} in batches of ${String(input.batchSize)}, each committed, once it is settled which rows`,
    safety: 'review',
    covers: [op],
    steps: thenForgotten(
      step({
        phase: 'migrate',
        title: `${verb} ${op.table.name} in batches`,
        slug: slug(op.kind, op.table.name),
        up: [block],
        down: null,
        downLoses: op.kind === 'update' ? 'The values that the rows had before are lost.' : 'The rows are lost.',
        transaction: 'outside',
        preconditions: keyQuestions(input, op.table),
        notes: [
          ...BATCH_NOTES,
          `Which rows${op.kind === 'update' ? ', and what they get,' : ''} is settled at the start, as a single statement would have seen the table, and kept in ${displayName(kept)}, out of which each batch takes its rows: an interrupted run goes on from there, and one that ended before the tool has recorded it does nothing when it is started again. What is written meanwhile is not looked at again.`,
        ],
      }),
      kept,
    ),
  };
}

/** Where further tables are named; `IS DISTINCT FROM` names none. */
function listAt(tokens: Clause['tokens'], from: number, to: number, word: string): number {
  const found = find(tokens, from, to, word);
  return found < to && tokens.is(found - 1, 'distinct') ? listAt(tokens, found + 1, to, word) : found;
}

const tableAt = ({ kind }: Change, { verb }: ChangeParts): number => (kind === 'update' ? verb + 1 : verb + 2);

interface Value {
  readonly column: string;
  readonly value: string;
  /** It depends on rows; what does not keeps the type that the column gives it. */
  readonly settled: boolean;
}

/** Undefined unless each assignment is `column = value`. */
function valuesOf({ assignments }: OperationOf<'update'>, { tokens }: Clause, from: number, to: number): readonly Value[] | undefined {
  const plain = membersOf(tokens, from + 1, to).every((at) => (tokens.kind(at) === TokenKind.word || tokens.kind(at) === TokenKind.quotedName) && tokens.source(at + 1) === '=');
  if (!plain) return undefined;
  const found: Value[] = [];
  for (const { column, value } of assignments) {
    if (value === undefined) return undefined;
    const settled = value.reads.length > 0 || value.columns.length > 0 || value.text.trim().startsWith('(');
    found.push({ column, value: value.text.trim(), settled });
  }
  return found;
}

/** First token of each member of a list. */
function membersOf(tokens: Clause['tokens'], from: number, to: number): readonly number[] {
  const found = [from];
  let depth = 0;
  for (let at = from; at < to; at++) {
    depth += nesting(tokens, at);
    if (depth === 0 && tokens.code(at) === COMMA) found.push(at + 1);
  }
  return found;
}
