import type { PatternInput } from '../../../remedy/step.ts';
import { quote } from '../quote.ts';
import type { AddColumn, Added } from './added-column-parts.ts';
import { bareColumn, dropAdded } from './added-column-parts.ts';
import { backfillStep } from './backfill.ts';
import { slug } from './clause.ts';
import { step } from './form.ts';
import { assignFrom, syncTrigger } from './sync.ts';
import { distinct } from './values.ts';

/** A plain column that a trigger computes: no form of a stored generated column comes without a rewrite. */
export function storedSteps(input: PatternInput, own: AddColumn): Added {
  const { column, table } = own;
  const value = column.generated?.expression.text ?? 'NULL';
  const sync = syncTrigger(input.before, table, column.name, [assignFrom(table, 'NEW', [{ column: column.name, value }])]);
  const virtual = input.version >= 18 ? [`GENERATED ALWAYS AS (…) VIRTUAL is computed when it is read, and adding it is instant: if ${column.name} needs no index, write that instead.`] : [];
  return {
    title: `Add ${column.name} as a plain column that a trigger computes`,
    prove: true,
    steps: [
      step({
        title: `Add ${column.name}, computed by a trigger for rows that are written from now on`,
        slug: slug('add', table.name, column.name),
        up: [bareColumn(input, own), ...sync.create],
        down: [...sync.drop, dropAdded(own)],
        transaction: 'inside',
        notes: [
          `${column.name} ends as a plain column: PostgreSQL cannot make a column generated afterwards. An INSERT that names it is not refused; the trigger overwrites what it gives.`,
          ...virtual,
        ],
      }),
      backfillStep(input, {
        table,
        values: [{ column: column.name, value: `(${value})` }],
        pending: distinct(quote(column.name), `(${value})`, column.type),
        title: `Compute ${column.name} in the rows that exist`,
      }),
    ],
  };
}
