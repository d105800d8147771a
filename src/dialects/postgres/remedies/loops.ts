import type { Statement } from '../../../ir/migration.ts';
import type { Operation } from '../../../ir/operation.ts';
import type { PatternHandler, Refusal } from '../../../remedy/step.ts';
import type { Tokens } from '../parse/tokens.ts';
import { OPEN_PARENTHESIS, SEMICOLON, find, tokenize } from '../parse/tokens.ts';
import { BATCH_NOTES } from './batches.ts';
import { insideBlock, slug } from './clause.ts';
import { notForThis, step } from './form.ts';

/** A loop of a DO block that goes on until no row is left: it commits each turn. The author's own text, with that put in. */
export const commitBatches: PatternHandler = (input) => {
  const { statement, script } = input;
  const change = statement.operations.find(inLoop);
  if (change?.within === undefined || !('table' in change) || typeof change.table !== 'object') return notForThis;
  if (change.within.kind !== 'do') return insideBlock({ ...input, operation: change }) ?? notForThis;
  if (change.within.caught === true) return { refused: 'It stands in a block with an EXCEPTION clause, in which the server refuses COMMIT: let a script run the batches.' };
  if (!statement.operations.every((one) => one === change || READS.has(one.kind))) return { refused: `The block does other things besides, which would be committed with the first batch: take the loop out into a block of its own.` };
  const text = script.text.slice(statement.span.start, statement.span.end);
  const end = loopEnd(text);
  if (typeof end !== 'number') return end;
  const committed = `${text.slice(0, end).trimEnd()}\n    COMMIT;\n    PERFORM pg_sleep(0.05);\n  ${text.slice(end)}`;
  const verb = change.kind === 'update' ? 'Update' : change.kind === 'delete' ? 'Delete from' : 'Change';
  return {
    title: `Commit each turn of the loop over ${change.table.name}`,
    safety: 'review',
    covers: statement.operations,
    whole: true,
    steps: [
      step({
        phase: 'migrate',
        title: `${verb} ${change.table.name} in batches, each committed`,
        slug: slug(change.kind, change.table.name),
        up: [committed],
        down: null,
        downLoses: change.kind === 'delete' ? 'The rows are lost.' : 'The values that the rows had before are lost.',
        transaction: 'outside',
        notes: [...BATCH_NOTES, 'The loop ends when it finds no row any more, so that a run that is started again passes over what is done.'],
      }),
    ],
  };
};

const inLoop = (one: Operation): boolean => CHANGES.has(one.kind) && one.within?.loop === true && !one.within.commits;

const CHANGES: ReadonlySet<string> = new Set(['update', 'delete', 'merge']);
const READS: ReadonlySet<Statement['operations'][number]['kind']> = new Set(['select', 'setSetting']);

const IN_ONE: Refusal = { refused: 'Only of a loop that takes a LIMIT of rows and ends when it finds no more is it clear that it can commit each turn and be started again: write it like that, or as a single UPDATE or DELETE, of which lockkeeper plan makes batches.' };

/** Offset of the END of the only loop; a refusal where it is not of a shape that can be interrupted. */
function loopEnd(text: string): number | Refusal {
  const quote = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(text)?.[0] ?? '';
  const start = text.indexOf(quote) + quote.length;
  const stop = quote === '' ? -1 : text.lastIndexOf(quote);
  if (stop <= start) return IN_ONE;
  const { tokens } = tokenize(text.slice(start, stop));
  const { count } = tokens;
  const loops = all(tokens, (i) => tokens.is(i, 'loop'));
  const [open, close] = loops;
  if (open === undefined || close === undefined || loops.length > 2 || !tokens.is(close - 1, 'end')) return IN_ONE;
  const begins = all(tokens, (i) => tokens.is(i, 'begin'));
  if (begins.length !== 1 || all(tokens, (i) => tokens.is(i, 'limit') && i > open && i < close).length === 0) return IN_ONE;
  const change = all(tokens, (i) => i > open && i < close && (tokens.is(i, 'update') || tokens.is(i, 'delete') || tokens.is(i, 'merge')) && !tokens.is(i - 1, 'for'))[0] ?? count;
  let head = open;
  while (head > 0 && tokens.code(head - 1) !== SEMICOLON && !tokens.is(head - 1, 'begin') && tokens.source(head - 1) !== '>>') head--;
  const isEndless = head === open || (tokens.is(head, 'while') && tokens.is(head + 1, 'exists'));
  const after = (i: number): boolean => i > change && i < close;
  const rows = all(tokens, (i) => after(i) && tokens.is(i, 'row_count') && tokens.source(i - 1).endsWith('=')).map((i) => tokens.word(i - 2));
  const ends = tokens.is(head, 'while') || all(tokens, (i) => after(i) && endsAt(tokens, i, rows)).length > 0;
  if (!isEndless || !ends) return IN_ONE;
  // What the turns hand to one another decides which rows are done: started again, it would begin from the front.
  const carried = assigned(tokens, open, close).filter((name) => !rows.includes(name));
  const stated = all(tokens, (i) => i >= change && i < statementEnd(tokens, change) && carried.includes(tokens.word(i)));
  return stated.length > 0 ? IN_ONE : start + tokens.start(close - 1);
}

const all = (tokens: Tokens, test: (index: number) => boolean): readonly number[] => Array.from({ length: tokens.count }, (_, i) => i).filter(test);

/** `EXIT WHEN NOT FOUND`, `IF n = 0 THEN EXIT` and the like. */
function endsAt(tokens: Tokens, i: number, rows: readonly string[]): boolean {
  const isExit = tokens.is(i, 'exit') && tokens.is(i + 1, 'when');
  if (!isExit && !tokens.is(i, 'if')) return false;
  const at = isExit ? i + 2 : i + 1;
  const isNone = (tokens.is(at, 'not') && (tokens.is(at + 1, 'found') || (tokens.is(at + 1, 'exists') && tokens.code(at + 2) === OPEN_PARENTHESIS))) || (rows.includes(tokens.word(at)) && ((tokens.source(at + 1) === '=' && tokens.source(at + 2) === '0') || tokens.source(at + 1) === '<'));
  const then = isExit ? at : find(tokens, at, tokens.count, 'then');
  return isNone && (isExit || tokens.is(then + 1, 'exit') || tokens.is(then + 1, 'return'));
}

/** Variables that the loop gives values. */
function assigned(tokens: Tokens, from: number, to: number): readonly string[] {
  const found: string[] = [];
  for (let i = from; i < to; i++) {
    if (tokens.source(i) === ':=') found.push(tokens.word(i - 1));
    else if (tokens.is(i, 'into')) for (let at = i + 1; at < to && tokens.code(at) !== SEMICOLON && !tokens.is(at, 'from'); at++) found.push(tokens.word(at));
  }
  return found.filter((name) => name !== '');
}

function statementEnd(tokens: Tokens, from: number): number {
  let at = from;
  while (at < tokens.count && tokens.code(at) !== SEMICOLON) at++;
  return at;
}
