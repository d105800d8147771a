import type { Table } from '../../../catalog/schema.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { PatternHandler, PatternInput } from '../../../remedy/step.ts';
import { quote } from '../quote.ts';
import { isVolatile } from '../volatility.ts';
import { backfillStep } from './backfill.ts';
import { insideBlock, slug } from './clause.ts';
import { notForThis, step, wanted } from './form.ts';
import { cannotCopy, cannotWrite } from './renames.ts';
import { assignFrom, syncTrigger } from './sync.ts';
import { asAssigned, distinct } from './values.ts';

/** Columns computed from others of the same row, as in splitting or joining values: kept in step for rows that are written, filled in batches for the rest. */
export const splitColumn: PatternHandler = (input) => {
  const op = wanted(input, 'update');
  if (op === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const { before } = input;
  const table = before.table(op.table);
  const targets = [...new Set(op.assignments.map(({ column }) => column))];
  const values = op.assignments.flatMap(({ column, value, inPart }) => (value === undefined || inPart === true ? [] : [{ column, value }]));
  const sources = [...new Set(values.flatMap(({ value }) => value.columns))];
  const plain = values.length === op.assignments.length && values.every(({ value }) => value.reads.length === 0 && isVolatile(value, before) === false) && op.query.reads.length === 0;
  if (!plain || sources.length === 0 || sources.some((column) => targets.includes(column))) return { refused: 'It does not compute columns from other columns of the same row alone.' };
  if (table === undefined) return { refused: `The history does not say what ${op.table.name} is.` };
  const { back = [] } = input;
  for (const column of [...targets, ...back.map((one) => one.column)]) {
    const refusal = cannotCopy(input, table, column) ?? cannotWrite(input, table, column);
    if (refusal !== undefined) return refusal;
  }
  const written = values.map(({ column, value }) => ({ column, value: `(${value.text})` }));
  const computed = values.map(({ column, value }) => ({ column, value: asAssigned(value, before.column(table, column)?.type, before) }));
  const done = differ(input, table, computed.map(({ column, value }) => [quote(column), value, column]));
  const triggered = input.sync === 'trigger';
  const into = targets.join(', ');
  const from = sources.join(', ');
  const fill = backfillStep(input, {
    table: op.table,
    values: written,
    pending: op.where === undefined ? done : `(${op.where.text}) AND (${done})`,
    title: `Compute ${into} in the rows that exist`,
    forUpdate: true,
    ...(triggered ? {} : { deploy: `Every write of ${from} writes ${into} too.` }),
  });
  if ('refused' in fill) return fill;
  if (!triggered) {
    return { title: `Compute ${into} in batches for the rows that exist, while the code writes them for the others`, safety: 'review', covers: [op], steps: [fill] };
  }
  const sync = syncTrigger(before, op.table, targets.join('_'), keptLines(input, { name: op.table, table, sources, computed, back }));
  return {
    title: `Compute ${into} by a trigger while the code moves over, and in batches for the rows that exist`,
    safety: 'review',
    covers: [op],
    steps: [
      step({
        title: back.length === 0 ? `Compute ${into} for rows that are written from now on` : `Keep ${from} and ${into} in step, whichever is written`,
        slug: slug('sync', op.table.name, ...targets),
        up: sync.create,
        down: sync.drop,
        transaction: 'inside',
        notes: back.length === 0 ? [`Code that writes only ${into} leaves ${from} as it is: say how it is computed from them (--back) if old code must see it.`] : [`Where both are written, ${into} count.`],
      }),
      fill,
      step({
        phase: 'contract',
        title: `Leave ${into} to the code`,
        slug: slug('stop_sync', op.table.name, ...targets),
        up: sync.drop,
        down: sync.create,
        transaction: 'inside',
        deploy: `All code reads and writes ${into} itself.`,
      }),
    ],
  };
};

interface Kept {
  readonly name: ObjectName;
  readonly table: Table;
  readonly sources: readonly string[];
  readonly computed: readonly { readonly column: string; readonly value: string }[];
  readonly back: NonNullable<PatternInput['back']>;
}

/**
 * Whoever writes the old columns has the new ones computed; whoever writes the new ones alone is not overruled, and has the old ones computed
 * where that is known. Values that say the same already are left alone, so that filling the new columns changes no old one.
 */
function keptLines(input: PatternInput, { name, table, sources, computed, back }: Kept): readonly string[] {
  const forward = assignFrom(name, 'NEW', computed);
  const targets = computed.map(({ column }) => column);
  const differs = `EXISTS (SELECT FROM (SELECT NEW.*) AS ${quote(name.name)} WHERE ${differ(input, table, computed.map(({ column, value }) => [`NEW.${quote(column)}`, value, column]))})`;
  const changed = (columns: readonly string[]): string => differ(input, table, columns.map((column) => [`NEW.${quote(column)}`, `OLD.${quote(column)}`, column]));
  const backward = back.length === 0 ? 'NULL;' : assignFrom(name, 'NEW', back);
  return [
    `IF TG_OP = 'INSERT' THEN`,
    `  IF ${targets.map((column) => `NEW.${quote(column)} IS NULL`).join(' AND ')} THEN`,
    `    ${forward}`,
    `  ELSIF ${differs} THEN`,
    `    ${backward}`,
    '  END IF;',
    `ELSIF ${changed(targets)} THEN`,
    `  IF ${differs} THEN`,
    `    ${backward}`,
    '  END IF;',
    `ELSIF ${changed(sources)} THEN`,
    `  ${forward}`,
    'END IF;',
  ];
}

const differ = ({ before }: PatternInput, table: Table, pairs: readonly (readonly [string, string, column: string])[]): string =>
  pairs.map(([one, other, column]) => distinct(one, other, before.column(table, column)?.type)).join(' OR ');
