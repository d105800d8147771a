import type { ObjectName } from '../../../ir/names.ts';
import type { Operation } from '../../../ir/operation.ts';
import type { Span } from '../../../source/text.ts';
import type { PatternInput, Refusal } from '../../../remedy/step.ts';
import type { Tokens } from '../parse/tokens.ts';
import { tokenize } from '../parse/tokens.ts';

/** A stretch of the author's own text, ready to be cut and added to at token positions. */
export interface Clause {
  readonly text: string;
  readonly tokens: Tokens;
}

export function clauseAt({ script }: PatternInput, span: Span): Clause {
  const text = script.text.slice(span.start, span.end);
  return { text, tokens: tokenize(text).tokens };
}

export const ownClause = (input: PatternInput): Clause => clauseAt(input, input.operation.span);

export const wholeStatement = (input: PatternInput): Clause => clauseAt(input, input.statement.span);

/** Puts words behind the token. */
export const insertAfter = ({ text, tokens }: Clause, index: number, words: string): string => `${text.slice(0, tokens.end(index))} ${words}${text.slice(tokens.end(index))}`;

/** The text without a range of tokens and the blank before it. */
export function without({ text, tokens }: Clause, from: number, to: number): string {
  const before = from === 0 ? 0 : tokens.end(from - 1);
  return text.slice(0, before) + text.slice(to === 0 ? 0 : tokens.end(to - 1));
}

/** Everything in front of the first clause: `ALTER TABLE ONLY "Order" `, as written. */
export function alterPrefix({ statement, script }: PatternInput): string {
  const first = Math.min(...statement.operations.map((operation) => operation.span.start));
  return script.text.slice(statement.span.start, first);
}

/** A block runs its statements one by one as it goes: nothing in it can be given steps of its own. */
export const insideBlock = ({ operation }: PatternInput): Refusal | undefined =>
  operation.within === undefined ? undefined : { refused: operation.within.kind === 'program' ? 'Only the code of the migration knows whether, and how often, it is sent.' : 'It stands inside a block of code, which runs as one statement: take it out of the block first.' };

/** Whether the script drops a column and gives its name to another one; the operation is one of the two. */
export const nameTakenAgain = ({ script, operation }: PatternInput, table: ObjectName, column: string): boolean =>
  script.statements.some(({ operations }) =>
    operations.some((one) => {
      if (one === operation || !('table' in one) || typeof one.table !== 'object' || one.table.name !== table.name) return false;
      if (operation.kind === 'dropColumn') return operation.span.start < one.span.start && ((one.kind === 'addColumn' && one.column.name === column) || (one.kind === 'renameColumn' && one.newName === column));
      return one.span.start < operation.span.start && one.kind === 'dropColumn' && one.column === column;
    }),
  );

export const takenAgain = (column: string): Refusal => ({
  refused: `The migration takes ${column} away and gives its name to another column at once, so that neither can wait for the other: add the new one under a name of its own, and let it take the place of the old one once that is gone.`,
});

export const isOnly = (input: PatternInput): boolean => input.statement.operations.length === 1;

export const others = ({ statement }: PatternInput, covered: readonly Operation[]): readonly Operation[] => statement.operations.filter((operation) => !covered.includes(operation));

/** Lower-case words for file names. */
export const slug = (...words: readonly string[]): string =>
  words
    .join('_')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
