import type { ObjectName } from '../../../ir/names.ts';
import { displayName } from '../../../ir/names.ts';
import type { PatternInput, Refusal } from '../../../remedy/step.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import { blockLabel, PAUSE } from './batches.ts';
import { dollarQuote } from './dollar-quotes.ts';

/** Rows that pages are taken to hold, at the least, which settles how many of them a batch reads. */
const ROWS_PER_PAGE = 50;

export interface PageBatched {
  readonly table: ObjectName;
  /** The name by which the statement knows the table, where it is not the table's own. */
  readonly alias?: string;
  /** The work on one batch, given the condition that picks its rows. It must pass over rows that are done, whatever it has made of them. */
  readonly work: (range: string) => string;
  /** Runs before everything else. */
  readonly first?: string;
}

/**
 * A block that goes through a table without a key in ranges of its pages, and commits after each. Rows that it writes anew come to stand
 * elsewhere, where it passes over them. Rows that others write may come to stand where it has been: it goes through the table again
 * until no more than a batch was left to do, or no less than the turn before, and then a last statement finds what there still is,
 * wherever it stands, since no row moves away from under one statement.
 */
export function pageBlock({ before, version, batchSize }: PatternInput, { table, alias, work, first }: PageBatched): string {
  const known = quote(alias ?? table.name);
  const label = blockLabel(`${known} ${work('')}`, table);
  const size = Math.max(1, Math.round(batchSize / ROWS_PER_PAGE));
  const of = quoteLiteral(quoteName(table));
  const bytes = before.table(table)?.partitionBy === undefined ? `pg_relation_size(${of})` : `(SELECT coalesce(max(pg_relation_size(relid)), 0) FROM pg_partition_tree(${of}) WHERE isleaf)`;
  const next = `${label}.page + ${String(size)}`;
  // Before 14 a range of places is looked for in the whole table, while places that are named one by one are not.
  const range =
    version >= 14
      ? `${known}.ctid >= format('(%s,0)', ${label}.page)::tid AND ${known}.ctid < format('(%s,0)', ${next})::tid`
      : `${known}.ctid = ANY (ARRAY(SELECT format('(%s,%s)', page, line)::tid FROM generate_series(${label}.page, ${next} - 1) AS page, generate_series(1, current_setting('block_size')::int / 28) AS line))`;
  const sql = work(range);
  const tag = dollarQuote('batches', sql);
  return [
    `DO ${tag}`,
    '#variable_conflict use_column',
    `<<${label}>>`,
    'DECLARE',
    '  page bigint;',
    '  pages bigint;',
    '  changed bigint;',
    '  all_changed bigint;',
    '  changed_before bigint;',
    'BEGIN',
    ...(first === undefined ? [] : [`  ${first}`]),
    '  LOOP',
    `    ${label}.page := 0;`,
    `    ${label}.pages := ${bytes} / current_setting('block_size')::int;`,
    `    ${label}.all_changed := 0;`,
    `    WHILE ${label}.page < ${label}.pages LOOP`,
    `      ${sql};`,
    `      GET DIAGNOSTICS ${label}.changed = ROW_COUNT;`,
    '      COMMIT;',
    `      IF ${label}.changed > 0 THEN PERFORM pg_sleep(${PAUSE}); END IF;`,
    `      ${label}.all_changed := ${label}.all_changed + ${label}.changed;`,
    `      ${label}.page := ${next};`,
    '    END LOOP;',
    `    IF ${label}.all_changed <= ${String(batchSize)} OR ${label}.all_changed >= ${label}.changed_before THEN`,
    `      ${work(`${known}.ctid >= '(0,0)'`)};`,
    '      COMMIT;',
    '      EXIT;',
    '    END IF;',
    `    ${label}.changed_before := ${label}.all_changed;`,
    '  END LOOP;',
    'END',
    tag,
  ].join('\n');
}

export const PAGE_NOTE =
  'The table has no key, so that the batches are ranges of its pages. A row that somebody writes meanwhile may move to where they have been: they go through the table again, and a last statement reads all of it for what is left.';

/** Why a table without a key cannot be gone through by its pages; undefined where it can, as long as its rows show what is done. */
export function cannotPage({ before, version }: PatternInput, name: ObjectName): Refusal | undefined {
  const table = before.table(name);
  if (table === undefined || !table.complete || table.foreign) return { refused: `The history does not tell all of ${displayName(name)}.` };
  const children = table.children.map((id) => before.byId(id));
  if (table.partitionBy === undefined && children.length > 0) return { refused: `${displayName(name)} has no key, and tables inherit from it whose pages are others: give it a key, or take the tables one by one.` };
  if (table.partitionBy !== undefined && version < 12) return { refused: `${displayName(name)} has no key, and before PostgreSQL 12 its partitions have to be taken one by one.` };
  return children.some((child) => child?.kind === 'table' && child.foreign) ? { refused: `A partition of ${displayName(name)} is a foreign table, which has no pages of ours.` } : undefined;
}
