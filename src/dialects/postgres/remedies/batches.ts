import { statementsSoFar } from '../../../ir/migration.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { Operation } from '../../../ir/operation.ts';
import type { PatternInput, Step } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import { slug } from './clause.ts';
import { dollarQuote } from './dollar-quotes.ts';
import { step } from './form.ts';
import { keyTypes } from './keys.ts';
import { freshName } from './names.ts';

/** Seconds of rest after each batch. */
export const PAUSE = '0.05';

export interface Batched {
  readonly table: ObjectName;
  /** The name by which the statement knows the table, where it is not the table's own. */
  readonly alias?: string;
  readonly key: readonly string[];
  /** Rows looked at per batch. */
  readonly size: number;
  /** The work on one batch, given the condition that picks its rows. */
  readonly work: (range: string) => string;
  /** Runs before everything else, as in a check that somebody has filled in a value. */
  readonly first?: string;
  /** Where the last key is kept, and the one to end at, when what is done cannot be told from the rows; `thenForgotten` drops it. */
  readonly progress?: ObjectName;
  /** Statements that make the table, unless it is there, committed before the first batch; `thenForgotten` drops it. */
  readonly prepared?: { readonly statements: readonly string[]; readonly types: readonly string[] };
}

/**
 * A block that goes through a table in the order of its key and commits after each batch. It has to be sent alone, outside a
 * transaction. It ends at the key that was the last one when it began: what is written behind that meanwhile is new and needs
 * nothing, and a table that grows faster than the batches go would never end. Killed and started again it goes through the
 * keys anew, and the work passes over the rows that are done.
 */
export function batchBlock(before: CatalogView, { table, alias, key, size, work, first, progress, prepared }: Batched): string {
  const name = quoteName(table);
  const columns = key.map(quote);
  const types = prepared?.types ?? keyTypes(before, table, key);
  const list = columns.join(', ');
  const row = (names: readonly string[]): string => (names.length === 1 ? names.join('') : `(${names.join(', ')})`);
  const made = prepared?.statements ?? [];
  const label = blockLabel(`${list} ${alias ?? ''} ${made.join(' ')} ${work('')}`, table);
  const from = key.map((_, i) => `${label}.from_${String(i + 1)}`);
  const to = key.map((_, i) => `${label}.to_${String(i + 1)}`);
  const last = key.map((_, i) => `${label}.last_${String(i + 1)}`);
  const backwards = columns.map((column) => `${column} DESC`).join(', ');
  const qualified = columns.map((column) => `${alias === undefined ? quote(table.name) : quote(alias)}.${column}`);
  const range = `${row(qualified)} >= ${row(from)} AND ${row(qualified)} <= ${row(to)}`;
  const tag = dollarQuote('batches', [...made, work('')].join('\n'));
  const saved = progress === undefined ? undefined : quoteName(progress);
  const isEnd = quote(key.includes('is_end') ? 'is_end_of_batches' : 'is_end');
  const lines = [
    `DO ${tag}`,
    '#variable_conflict use_column',
    `<<${label}>>`,
    'DECLARE',
    ...['from', 'to', 'last'].flatMap((variable) => types.map((type, i) => `  ${variable}_${String(i + 1)} ${type};`)),
    'BEGIN',
    ...(first === undefined ? [] : [`  ${first}`]),
    ...made.map((one) => `  ${one};`),
    ...(prepared === undefined ? [] : ['  COMMIT;']),
    ...(saved === undefined
      ? [`  SELECT ${list} INTO ${last.join(', ')} FROM ${name} ORDER BY ${backwards} LIMIT 1;`, `  SELECT ${list} INTO ${from.join(', ')} FROM ${name} ORDER BY ${list} LIMIT 1;`]
      : [
          `  CREATE TABLE IF NOT EXISTS ${saved} AS SELECT ${list}, true AS ${isEnd} FROM ${name} WITH NO DATA;`,
          `  IF NOT EXISTS (SELECT FROM ${saved} WHERE ${isEnd}) THEN`,
          `    INSERT INTO ${saved} SELECT ${list}, true FROM ${name} ORDER BY ${backwards} LIMIT 1;`,
          '  END IF;',
          '  COMMIT;',
          `  SELECT ${list} INTO ${last.join(', ')} FROM ${saved} WHERE ${isEnd};`,
          `  SELECT ${list} INTO ${to.join(', ')} FROM ${saved} WHERE NOT ${isEnd};`,
          `  SELECT ${list} INTO ${from.join(', ')} FROM ${name} WHERE (${label}.to_1 IS NULL OR ${row(columns)} > ${row(to)}) AND ${row(columns)} <= ${row(last)} ORDER BY ${list} LIMIT 1;`,
        ]),
    `  WHILE ${label}.from_1 IS NOT NULL LOOP`,
    `    SELECT ${list} INTO ${to.join(', ')}`,
    `      FROM (SELECT ${list} FROM ${name} WHERE ${row(columns)} >= ${row(from)} AND ${row(columns)} <= ${row(last)} ORDER BY ${list} LIMIT ${String(size)}) AS page`,
    `      ORDER BY ${backwards} LIMIT 1;`,
    ...indented(work(range), 4),
    ...(saved === undefined ? [] : [`    DELETE FROM ${saved} WHERE NOT ${isEnd};`, `    INSERT INTO ${saved} (${list}, ${isEnd}) VALUES (${to.join(', ')}, false);`]),
    '    COMMIT;',
    `    PERFORM pg_sleep(${PAUSE});`,
    `    SELECT ${list} INTO ${from.join(', ')} FROM ${name} WHERE ${row(columns)} > ${row(to)} AND ${row(columns)} <= ${row(last)} ORDER BY ${list} LIMIT 1;`,
    '  END LOOP;',
    'END',
    tag,
  ];
  return lines.join('\n');
}

/** Only what is outside of quotes may be moved, so nothing but the first line is. */
const indented = (sql: string, by: number): readonly string[] => [`${' '.repeat(by)}${sql};`];

/** A relation of the label's name would hide the block's variables: `batch.from_1` is its column then. */
export function blockLabel(code: string, table: ObjectName): string {
  const text = `${quoteName(table)} ${code}`;
  for (let count = 0; ; count++) {
    const label = `batch${count === 0 ? '' : `_${String(count)}`}`;
    if (!new RegExp(`\\b${label}\\b`, 'iu').test(text)) return label;
  }
}

export const BATCH_NOTES: readonly string[] = [
  'Send it alone and outside a transaction: it commits after each batch. If it is interrupted, run it again; what is done stays done.',
  'A statement_timeout counts for all batches together: it must be off for this session.',
];

/** Its own for each statement of a script: a table that tells of other batches would have these pass over everything. */
export function batchesTable({ before, script, statement }: PatternInput, table: ObjectName): ObjectName {
  const known = statementsSoFar(script);
  const earlier = known.slice(0, Math.max(0, known.indexOf(statement))).filter(({ operations }) => operations.some(({ kind }) => CHANGES_ROWS.has(kind))).length;
  return { ...table, name: freshName(before, table, `${table.name}_batches${earlier === 0 ? '' : `_${String(earlier + 1)}`}`) };
}

const CHANGES_ROWS: ReadonlySet<Operation['kind']> = new Set(['insert', 'update', 'delete', 'merge']);

/**
 * Batches whose rows do not show what is done, and the step that drops the table which tells it: as long as it is there, batches
 * that run again pass over what they have done. What goes back before that step drops it, too.
 */
export function thenForgotten(batches: Step, kept: ObjectName): readonly Step[] {
  const drop = `DROP TABLE IF EXISTS ${quoteName(kept)}`;
  return [
    { ...batches, sweep: [drop] },
    step({
      phase: 'contract',
      title: `Drop ${kept.name}, which tells what the batches have done`,
      slug: slug('drop', kept.name),
      up: [drop],
      down: [],
      transaction: 'either',
      apart: true,
    }),
  ];
}
