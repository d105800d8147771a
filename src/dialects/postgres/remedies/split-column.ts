import type { PatternHandler } from '../../../remedy/step.ts';
import { quote } from '../quote.ts';
import { backfillStep } from './batches.ts';
import { insideBlock, slug } from './clause.ts';
import { notForThis, step, wanted } from './indexes.ts';
import { assignFrom, syncTrigger } from './sync.ts';
import { cannotCopy, cannotWrite } from './renames.ts';
import { asAssigned, distinct } from './values.ts';
import { isVolatile } from '../volatility.ts';

/** Columns computed from others of the same row, as in splitting or joining values: a trigger does it for rows that are written, batches for the rest. */
export const splitColumn: PatternHandler = (input) => {
  const op = wanted(input, 'update');
  if (op === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const { before } = input;
  const table = before.table(op.table);
  const targets = new Set(op.assignments.map(({ column }) => column));
  const values = op.assignments.flatMap(({ column, value }) => (value === undefined ? [] : [{ column, value }]));
  const sources = values.flatMap(({ value }) => value.columns);
  const plain = values.length === op.assignments.length && values.every(({ value }) => value.reads.length === 0 && isVolatile(value, before) === false) && op.query.reads.length === 0;
  if (!plain || sources.length === 0 || sources.some((column) => targets.has(column))) return { refused: 'It does not compute columns from other columns of the same row alone.' };
  if (table === undefined) return { refused: `The history does not say what ${op.table.name} is.` };
  for (const column of targets) {
    const refusal = cannotCopy(input, table, column) ?? cannotWrite(input, table, column);
    if (refusal !== undefined) return refusal;
  }
  const written = values.map(({ column, value }) => ({ column, value: `(${value.text})` }));
  const sync = syncTrigger(before, op.table, [...targets].join('_'), [assignFrom(op.table, 'NEW', written)]);
  const done = values
    .map(({ column, value }) => {
      const type = before.column(table, column)?.type;
      return distinct(quote(column), asAssigned(value, type, before), type);
    })
    .join(' OR ');
  const fill = backfillStep(input, { table: op.table, values: written, pending: op.where === undefined ? done : `(${op.where.text}) AND (${done})`, title: `Compute ${[...targets].join(', ')} in the rows that exist` });
  if ('refused' in fill) return fill;
  return {
    title: `Compute ${[...targets].join(', ')} by a trigger while the code moves over, and in batches for the rows that exist`,
    safety: 'review',
    covers: [op],
    steps: [
      step({ title: `Compute ${[...targets].join(', ')} for rows that are written from now on`, slug: slug('sync', op.table.name, ...targets), up: sync.create, down: sync.drop, transaction: 'inside' }),
      fill,
      step({
        phase: 'contract',
        title: `Leave ${[...targets].join(', ')} to the code`,
        slug: slug('stop_sync', op.table.name, ...targets),
        up: sync.drop,
        down: sync.create,
        transaction: 'inside',
        deploy: `All code reads and writes ${[...targets].join(', ')} itself.`,
      }),
    ],
  };
};
