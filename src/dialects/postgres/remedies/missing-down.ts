import type { Operation } from '../../../ir/operation.ts';
import type { PatternHandler, PatternInput, Refusal } from '../../../remedy/step.ts';
import { slug, wholeStatement } from './clause.ts';
import { step } from './indexes.ts';
import type { Reverse } from './reverse.ts';
import { reverseOf } from './reverse.ts';

/** The statement with what undoes it, its clauses last one first. */
export const missingDown: PatternHandler = (input) => {
  const down = downOfStatement(input);
  if ('refused' in down) return down;
  return {
    title: 'Write the way back from what the history tells',
    safety: 'review',
    covers: input.statement.operations,
    steps: [
      step({
        title: 'The statement, with what undoes it',
        slug: slug(input.operation.kind),
        up: [wholeStatement(input).text],
        down: down.sql,
        ...(down.loses === undefined ? {} : { downLoses: down.loses }),
        transaction: 'either',
      }),
    ],
  };
};

function downOfStatement({ statement, before }: PatternInput): Reverse | Refusal {
  const statements: string[] = [];
  const losses = new Set<string>();
  for (const operation of [...statement.operations].reverse()) {
    if (operation.within !== undefined) return { refused: 'A block of code cannot be undone from what the history tells.' };
    if (goesWith(operation, statement.operations)) continue;
    const reverse = reverseOf(operation, before);
    if (typeof reverse === 'string') return { refused: reverse };
    statements.push(...reverse.sql);
    if (reverse.loses !== undefined) losses.add(reverse.loses);
  }
  return { sql: statements, ...(losses.size === 0 ? {} : { loses: [...losses].join(' ') }) };
}

/** A constraint written on a column goes when the column does. */
const goesWith = (operation: Operation, all: readonly Operation[]): boolean =>
  operation.kind === 'addConstraint' && operation.inline && all.some((one) => one.kind === 'addColumn' && one.span.start <= operation.span.start && one.span.end >= operation.span.end);
