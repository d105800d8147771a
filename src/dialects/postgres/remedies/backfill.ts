import type { ObjectName } from '../../../ir/names.ts';
import type { PatternInput, Refusal, Step } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import { BATCH_NOTES, batchBlock } from './batches.ts';
import { slug } from './clause.ts';
import { firedByFilling } from './fired.ts';
import { step } from './form.ts';
import { isKeyless, keyOf, keyQuestions, sightQuestions } from './keys.ts';
import { cannotPage, PAGE_NOTE, pageBlock } from './page-batches.ts';

export interface Backfill {
  readonly table: ObjectName;
  /** Column and the expression that gives its value, in terms of the row's own columns. */
  readonly values: readonly { readonly column: string; readonly value: string }[];
  /** Picks the rows that are not done. */
  readonly pending: string;
  readonly title: string;
  readonly notes?: readonly string[];
  readonly deploy?: string;
  readonly first?: string;
  /** Columns that are filled, those of the way back with them; absent: those of `values`. */
  readonly filled?: readonly string[];
  /** It stands for an UPDATE, which fires the same triggers. */
  readonly forUpdate?: true;
}

/** A step that fills columns of the rows that exist, or why there is none. */
export function backfillStep(input: PatternInput, backfill: Backfill): Step | Refusal {
  const { table, values, pending, title } = backfill;
  const key = keyOf(input, table);
  const paged = isKeyless(key);
  const refusal = paged ? cannotPage(input, table) : undefined;
  if (refusal !== undefined) return refusal;
  if ('refused' in key && !paged) return key;
  const fired = backfill.forUpdate === true ? undefined : firedByFilling(input, table, values.map(({ column }) => column), backfill.filled);
  const assignments = values.map(({ column, value }) => `${quote(column)} = ${value}`).join(', ');
  const first = backfill.first === undefined ? {} : { first: backfill.first };
  const work = (range: string): string => `UPDATE ${quoteName(table)} SET ${assignments} WHERE ${range} AND (${pending})`;
  return step({
    phase: 'migrate',
    title,
    slug: slug('backfill', table.name, ...values.map(({ column }) => column)),
    up: ['refused' in key ? pageBlock(input, { table, work, ...first }) : batchBlock(input.before, { table, key, size: input.batchSize, work, ...first })],
    down: [],
    transaction: 'outside',
    preconditions: [...keyQuestions(input, table), ...(backfill.forUpdate === true ? [] : sightQuestions(input, table)), ...(fired?.preconditions ?? [])],
    ...(fired?.obstacle === undefined ? {} : { obstacle: fired.obstacle }),
    ...(backfill.deploy === undefined ? {} : { deploy: backfill.deploy }),
    verification: [{ title: 'No row is left over', sql: `SELECT * FROM ${quoteName(table)} WHERE ${pending} LIMIT 100` }],
    notes: [...BATCH_NOTES, ...(paged ? [PAGE_NOTE] : []), ...(fired?.notes ?? []), ...(backfill.notes ?? [])],
  });
}
