import type { Column, Table } from '../../../catalog/schema.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { Operation } from '../../../ir/operation.ts';
import type { PatternHandler, PatternInput, Refusal, Step } from '../../../remedy/step.ts';
import { nameEnd } from '../parse/tokens.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import { BATCH_NOTES, batchBlock } from './batches.ts';
import { insideBlock, slug, wholeStatement } from './clause.ts';
import { freshName, tableNameSql } from './names.ts';
import { notForThis, step } from './form.ts';
import { keyOf, sightQuestions } from './keys.ts';
import { LOCK_ALL_NOTE, lockAllOrNone } from './locks.ts';
import { cannotCopy } from './renames.ts';
import { publicationsSql, rightsSql } from './rights.ts';
import { sameRights } from './same-rights.ts';
import type { Incoming, SwapParts } from './swap-parts.ts';
import { constraintComment, swapPartsOf } from './swap-parts.ts';
import { columnFacts, keepSequence, newTablesQuestion, publicationsQuestion, replicaIdentityQuestion, rightsQuestions, sameSequence, statisticsQuestion } from './swap-rights.ts';
import type { CopySync } from './swap-sync.ts';
import { copySync } from './swap-sync.ts';
import { typeQuestions } from './type-sql.ts';

/**
 * A second table, changed while it is empty, filled and kept in step by a trigger, that takes the name of the first with all that hangs on
 * it. The first is kept in step afterwards, under another name, until nobody needs a way back.
 */
export const swapTable: PatternHandler = (input) => {
  const { before, operation, statement } = input;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const name = tableOf(operation);
  if (name === undefined || !statement.operations.every((one) => CHANGES.has(one.kind) && tableOf(one)?.name === name.name)) return notForThis;
  const table = before.table(name);
  const refusal = cannotSwap(input, table, name);
  if (refusal !== undefined) return refusal;
  if (statement.operations.some((one) => one.kind === 'changeColumnType' && one.using !== undefined)) return { refused: 'USING computes the rows anew, which a copy that is kept in step would have to do for every write: change the column by way of a second one.' };
  const key = keyOf(input, name);
  if ('refused' in key) return key;
  if (table === undefined) return notForThis;
  if (table.constraints.some(({ definition }) => (definition.type === 'primaryKey' || definition.type === 'unique') && definition.deferrable === true && definition.columns.join() === key.join())) return { refused: `The key of ${name.name} is DEFERRABLE: rows may pass through keys of others, so that nothing can follow them one by one.` };
  const names = { new: freshName(before, name, `${name.name}_new`), old: freshName(before, name, `${name.name}_old`) };
  const parts = swapPartsOf(table, names.new, before);
  if (typeof parts === 'string') return { refused: parts };
  if (parts.views.length + parts.carried.steps.length > 0 && statement.operations.some(({ kind }) => kind === 'changeColumnType')) return { refused: `Views read ${name.name}, and a view keeps the types that its columns had: drop them first and create them again afterwards.` };
  const named = (own: string): ObjectName => (name.schema === undefined ? { name: own } : { ...name, name: own });
  const swap: Swap = { input, table, name, fresh: named(names.new), old: named(names.old), key, parts, columns: table.columns.filter(({ generated }) => generated === undefined).map((column) => column.name) };
  return { title: `Fill a copy of ${name.name} that is as it shall be, and put it in its place`, safety: 'review', covers: statement.operations, steps: stepsOf(swap) };
};

/** Changes of one table that can be made to an empty copy of it, and leave the columns under their names. */
const CHANGES: ReadonlySet<Operation['kind']> = new Set(['alterTable', 'addConstraint', 'changeColumnType', 'setNotNull', 'setDefault', 'alterColumn', 'maintenance', 'addColumn']);

const tableOf = (operation: Operation): ObjectName | undefined => ('table' in operation && typeof operation.table === 'object' ? operation.table : undefined);

function cannotSwap(input: PatternInput, table: Table | undefined, name: ObjectName): Refusal | undefined {
  if (table?.complete !== true) return { refused: `The history does not tell all of ${name.name}: what hangs on it would be lost with a copy.` };
  if (table.partitionBy !== undefined) return { refused: `${name.name} is partitioned: swap its partitions one by one.` };
  if (table.persistence === 'temporary') return { refused: `${name.name} is temporary.` };
  return cannotCopy(input, table, '');
}

interface Swap {
  readonly input: PatternInput;
  readonly table: Table;
  readonly name: ObjectName;
  /** What the new table is called before the switch, and the old one after it. */
  readonly fresh: ObjectName;
  readonly old: ObjectName;
  readonly key: readonly string[];
  readonly parts: SwapParts;
  /** All that can be written. */
  readonly columns: readonly string[];
}

function stepsOf(swap: Swap): readonly Step[] {
  const { input, name, fresh, old, key, parts, columns } = swap;
  const target = quoteName(fresh);
  const source = quoteName(name);
  const list = columns.map(quote).join(', ');
  const sync = copySync(input.before, { from: name, to: fresh, key, columns, lenient: false });
  const copied = (range: string): string => `INSERT INTO ${target} (${list}) SELECT ${list} FROM ${source} WHERE ${range} FOR KEY SHARE ON CONFLICT (${key.map(quote).join(', ')}) DO NOTHING`;
  const back = copySync(input.before, { from: name, to: old, key, columns, lenient: true });
  return [
    step({
      title: `Create ${fresh.name} as ${name.name} shall be`,
      slug: slug('create', fresh.name),
      up: [createSql(swap), ...parts.made, ...changeSql(swap), ...rightsSql(swap.table, target), sameRights('TABLE', source, target), columnFacts(source, target)],
      down: [`DROP TABLE ${target}`],
      transaction: 'inside',
      preconditions: input.statement.operations.flatMap((one) => (one.kind === 'addColumn' ? typeQuestions(one.column.type, input.before) : one.kind === 'changeColumnType' ? typeQuestions(one.type, input.before) : [])),
      verification: [...rightsQuestions(name.name, fresh.name, source, target), ...replicaIdentityQuestion(name.name, fresh.name, source, target, parts.indexes)],
      notes: ['Its indexes are there before its rows: the copy takes longer than a plain one, and nothing has to be built under a lock.'],
    }),
    ...parts.foreignKeys.map((one) =>
      step({
        title: `Let ${fresh.name} refer to ${one.parent}`,
        slug: slug('refer', fresh.name, one.name),
        up: [...lockAllOrNone([one.parent, target], 'SHARE ROW EXCLUSIVE'), ...one.sql],
        down: [...lockAllOrNone([one.parent, target]), `ALTER TABLE ${target} DROP CONSTRAINT ${quote(one.name)}`],
        transaction: 'inside',
      }),
    ),
    step({
      title: `Write to ${fresh.name} what is written to ${name.name}`,
      slug: slug('sync', name.name),
      up: sync.create,
      down: sync.drop,
      transaction: 'inside',
      // What is not seen would not be copied, and what is written to the copy would be refused.
      preconditions: [newTablesQuestion(fresh.name), ...sightQuestions(input, name)],
      notes: ['Every write of the table now writes two: measure what that costs before the copy begins.', ...(input.statement.operations.some(({ kind }) => STRICTER.has(kind)) ? [`What ${fresh.name} refuses can no longer be written to ${name.name} from here on.`] : [])],
    }),
    step({
      phase: 'migrate',
      title: `Copy the rows that exist`,
      slug: slug('copy', name.name),
      up: [batchBlock(input.before, { table: name, key, size: input.batchSize, work: copied })],
      down: [`TRUNCATE ${target}`],
      transaction: 'outside',
      verification: [
        { title: `No row of ${name.name} is missing from ${fresh.name}`, sql: without(source, target, key) },
        { title: `No row of ${fresh.name} is one that ${name.name} no longer has`, sql: without(target, source, key) },
      ],
      notes: [...BATCH_NOTES, 'A row is locked against being deleted while it is copied, so that none comes back that is gone.'],
    }),
    ...[...parts.own, ...parts.incoming].flatMap((one) => pointed(one, target)),
    step({ phase: 'migrate', title: `Let the planner know ${fresh.name}`, slug: slug('analyze', fresh.name), up: [`ANALYZE ${target}`], down: [], transaction: 'either' }),
    ...parts.carried.steps,
    switchStep(swap, sync, back),
    step({
      phase: 'contract',
      title: `Drop ${old.name}`,
      slug: slug('drop', old.name),
      up: [...lockAllOrNone([...parts.foreignKeys.map(({ parent }) => parent), quoteName(name), quoteName(old)]), ...parts.carried.drop, ...back.drop, `DROP TABLE ${quoteName(old)}`],
      down: null,
      downLoses: `The table as it was is gone.`,
      transaction: 'inside',
      deploy: `${name.name} has proven itself: nobody wants the old table back.`,
    }),
  ];
}

/** Changes after which not every row of the old table fits into the new one. */
const STRICTER: ReadonlySet<Operation['kind']> = new Set(['addConstraint', 'changeColumnType', 'setNotNull']);

/** Rows of one table that the other has not. */
const without = (one: string, other: string, key: readonly string[]): string => `SELECT ${key.map(quote).join(', ')} FROM ${one} EXCEPT SELECT ${key.map(quote).join(', ')} FROM ${other} LIMIT 100`;

/** A foreign key to the new table, which is checked while the tables are used. */
function pointed({ holder, copy, definition, valid, comment }: Incoming, target: string): readonly Step[] {
  return [
    step({
      phase: 'migrate',
      title: `Add ${copy} for new rows only`,
      slug: slug('add', copy),
      up: [...lockAllOrNone([target, holder], 'SHARE ROW EXCLUSIVE'), `ALTER TABLE ${holder} ADD ${definition} NOT VALID`, ...constraintComment(copy, holder, { comment })],
      down: [...lockAllOrNone([target, holder]), `ALTER TABLE ${holder} DROP CONSTRAINT ${quote(copy)}`],
      transaction: 'inside',
    }),
    ...(valid ? [step({ phase: 'migrate', title: `Validate ${copy} while writes go on`, slug: slug('validate', copy), up: [`ALTER TABLE ${holder} VALIDATE CONSTRAINT ${quote(copy)}`], down: [], transaction: 'either' as const })] : []),
  ];
}

function createSql({ input: { before, version }, table, name, fresh }: Swap): string {
  const likes = ['DEFAULTS', 'CONSTRAINTS', 'GENERATED', 'STORAGE', 'STATISTICS', ...(version >= 14 ? ['COMPRESSION'] : [])].map((what) => `INCLUDING ${what}`).join(' ');
  const options = Object.entries(table.options).map(([option, value]) => `${option} = ${value}`);
  const method = table.accessMethod === undefined ? '' : ` USING ${quote(table.accessMethod)}`;
  const space = table.tablespace === undefined ? '' : ` TABLESPACE ${quote(table.tablespace)}`;
  const target = fresh.schema === undefined ? tableNameSql({ schema: table.schema, name: fresh.name }, before) : quoteName(fresh);
  return `CREATE ${table.persistence === 'unlogged' ? 'UNLOGGED ' : ''}TABLE ${target} (LIKE ${quoteName(name)} ${likes})${method}${options.length === 0 ? '' : ` WITH (${options.join(', ')})`}${space}`;
}

/** The author's change, made to the new table; one that only writes the table anew has nothing left to do. */
function changeSql({ input, fresh }: Swap): readonly string[] {
  const { tokens, text } = wholeStatement(input);
  if (input.operation.kind === 'maintenance') return [];
  let at = 2;
  while (tokens.is(at, 'if') || tokens.is(at, 'exists') || tokens.is(at, 'only')) at++;
  const end = nameEnd(tokens, at);
  return [`${text.slice(0, tokens.start(at))}${quoteName(fresh)}${text.slice(tokens.end(end - 1))}`];
}

function switchStep(swap: Swap, sync: CopySync, back: CopySync): Step {
  const { table, name, fresh, old, parts, input } = swap;
  const { before } = input;
  const [live, next, kept] = [quoteName(name), quoteName(fresh), quoteName(old)];
  const rename = (from: string, to: string): string => `ALTER TABLE ${from} RENAME TO ${quote(to)}`;
  const schema = name.schema === undefined ? {} : { schema: name.schema };
  const index = (from: string, to: string): string => `ALTER INDEX ${quoteName({ ...schema, name: from })} RENAME TO ${quote(to)}`;
  const spare = (own: string): string => freshName(before, name, `${own}_old`);
  const handed = (to: string, from: string): readonly string[] => table.columns.flatMap((column) => handOver(column, to, from, before));
  const refer = parts.incoming.flatMap(({ holder, name: own, copy }) => [`ALTER TABLE ${holder} DROP CONSTRAINT ${quote(own)}`, `ALTER TABLE ${holder} RENAME CONSTRAINT ${quote(copy)} TO ${quote(own)}`]);
  // Both tables hold the same rows, which spares nothing on the way back but the fear of it.
  const unrefer = parts.incoming.flatMap(({ holder, name: own, copy, definition, comment }) => [
    `ALTER TABLE ${holder} RENAME CONSTRAINT ${quote(own)} TO ${quote(copy)}`,
    `ALTER TABLE ${holder} ADD ${definition.replace(quote(copy), () => quote(own)).replace(` REFERENCES ${next}`, () => ` REFERENCES ${live}`)} NOT VALID`,
    ...constraintComment(own, holder, { comment }),
  ]);
  const dropped = parts.triggers.map((trigger) => `DROP TRIGGER ${quote(trigger.name)} ON ${live}`);
  const holders = parts.incoming.map(({ holder }) => holder);
  const created = parts.triggers.flatMap(({ sql }) => sql);
  return step({
    phase: 'switch',
    title: `Put ${fresh.name} in the place of ${name.name}`,
    slug: slug('switch', name.name),
    up: [
      ...lockAllOrNone([live, next, ...holders]),
      ...refer,
      ...sync.drop,
      ...dropped,
      rename(live, old.name),
      rename(next, name.name),
      ...parts.indexes.flatMap(([own, copy]) => [index(own, spare(own)), index(copy, own)]),
      ...handed(live, kept),
      ...parts.carried.switch,
      ...parts.views,
      ...created,
      ...publicationsSql(table, kept, live),
      ...back.create,
    ],
    down: [
      ...lockAllOrNone([live, kept, ...holders]),
      ...back.drop,
      ...dropped,
      ...parts.indexes.flatMap(([own, copy]) => [index(own, copy), index(spare(own), own)]),
      rename(live, fresh.name),
      rename(kept, name.name),
      ...handed(live, next),
      ...parts.carried.switchBack,
      ...parts.views,
      ...created,
      ...publicationsSql(table, next, live),
      ...sync.create,
      ...unrefer,
    ],
    downLoses: 'What was written meanwhile and the old table could not hold is missing from it; foreign keys to it come back NOT VALID.',
    transaction: 'inside',
    verification: [publicationsQuestion(name.name, live, kept), statisticsQuestion(name.name, live, kept)],
    notes: [
      LOCK_ALL_NOTE,
      ...parts.carried.notes,
      'Prepared statements and cached plans are made anew. Functions that name the table find the new one.',
      ...(parts.incoming.length === 0 ? [] : [`Foreign keys that refer to ${name.name} refer to the new table from now on.`]),
    ],
  });
}

/** Numbers go on where they were: a sequence changes its owner, an identity is made again on the other table. */
function handOver(column: Column, to: string, from: string, before: PatternInput['before']): readonly string[] {
  const name = quote(column.name);
  const sequence = column.sequence === undefined ? undefined : before.byId(column.sequence);
  if (column.identity === undefined) return sequence === undefined ? [] : [`ALTER SEQUENCE ${tableNameSql(sequence, before)} OWNED BY ${to}.${name}`];
  const numbers = (table: string): string => `pg_get_serial_sequence(${quoteLiteral(table)}, ${quoteLiteral(column.name)})`;
  return [
    `SELECT set_config('switch.next_number', nextval(${numbers(from)})::text, true)`,
    keepSequence(from, column.name),
    `ALTER TABLE ${from} ALTER COLUMN ${name} DROP IDENTITY`,
    `ALTER TABLE ${to} ALTER COLUMN ${name} ADD GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`,
    `SELECT setval(${numbers(to)}, current_setting('switch.next_number')::bigint, false)`,
    sameSequence(to, column.name),
  ];
}
