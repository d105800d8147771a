import type { Index, Table } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import type { PatternInput, Plan, Refusal, Step } from '../../../remedy/step.ts';
import { find, tokenize } from '../parse/tokens.ts';
import { quote, quoteName } from '../quote.ts';
import { postgresSemantics } from '../semantics.ts';
import type { Clause } from './clause.ts';
import { insertAfter, slug, wholeStatement } from './clause.ts';
import { step } from './form.ts';
import { indexNameOf } from './names.ts';

/** An index on one partition of a table, which belongs to the one on its parent in the end. */
interface Part {
  readonly table: Table;
  readonly name: ObjectName;
  readonly parent: ObjectName;
  /** The partition has it already. */
  readonly exists: boolean;
}

/**
 * An index on a partitioned table: on the parent alone first, so that partitions made from now on have it; then one on each partition
 * while writes go on; attached, they make the parent's valid. To be looked at first: partitions may be there that no migration tells of.
 */
export function partitionedIndex(input: PatternInput, op: OperationOf<'createIndex'>, table: Table): Plan | Refusal {
  if (op.only) return { refused: 'It is on the parent alone and takes an instant.' };
  const name = indexNameOf(input.before, op);
  const clause = named(wholeStatement(input), op, name);
  const parent: ObjectName = { schema: table.schema, name };
  const shown = shownIn(op.table, parent);
  const parts = partsOf(input.before, table, parent, op);
  if (parts === undefined) return { refused: `${table.name} has a partition that is a foreign table, on which there can be no index.` };
  if (parts.length === 0) return { refused: `The history knows no partition of ${table.name}, and each needs steps of its own: CREATE INDEX … ON ONLY ${quoteName(op.table)} first, then CREATE INDEX CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION.` };
  const on = find(clause.tokens, 0, clause.tokens.count, 'on');
  const nested = parts.filter((part) => part.table.partitionBy !== undefined && !part.exists);
  const leaves = parts.filter((part) => part.table.partitionBy === undefined && !part.exists);
  const attach = (part: Part): string => `ALTER INDEX ${quoteName(shownIn(op.table, part.parent))} ATTACH PARTITION ${quoteName(shownIn(op.table, part.name))}`;
  const only = [insertAfter(clause, on, 'ONLY'), ...nested.flatMap((part) => [onPartition(clause, on, op, part, op.table, 'ONLY'), attach(part)])];
  const title = `Build ${name} partition by partition, without blocking writes`;
  const attached = parts.filter((part) => !nested.includes(part)).map(attach);
  const first = step({
    title: `Create ${name} on ${nested.length === 0 ? 'the parent' : 'what has partitions'} alone, for partitions to come`,
    slug: slug('create', name, 'on_parent'),
    up: only,
    down: [`DROP INDEX IF EXISTS ${quoteName(shown)}`],
    transaction: 'either',
    preconditions: [unknownPartitions(op.table, table, input.before)],
    notes: [`Partitions that something makes while it runs are not known from the migrations: the query shows those that are there already and lack a part of the plan; each needs an index of its own, attached like the others.`],
  });
  const builds = leaves.map((part): Step =>
    step({
      phase: 'migrate',
      title: `Build the index of ${part.table.name} without blocking writes`,
      slug: slug('create', part.name.name),
      up: [onPartition(clause, on, op, part, op.table, undefined)],
      down: [`DROP INDEX CONCURRENTLY IF EXISTS ${quoteName(shownIn(op.table, part.name))}`],
      transaction: 'outside',
      notes: ['No lock_timeout and no statement_timeout around it: one that strikes leaves an INVALID index behind.'],
    }),
  );
  const last = step({
    phase: 'switch',
    title: `Attach the indexes of the partitions to ${name}`,
    slug: slug('attach', name),
    up: attached,
    down: [`DROP INDEX ${quoteName(shown)}`, ...only],
    downLoses: 'An index cannot be detached: those of the partitions are dropped with the one of the parent, and the steps before find nothing left to drop.',
    transaction: 'inside',
    verification: [{ title: `${name} is valid`, sql: `SELECT indexrelid::regclass FROM pg_index WHERE indexrelid = '${quoteName(shown).replaceAll("'", "''")}'::regclass AND NOT indisvalid` }],
  });
  return { title, safety: 'review', covers: [op], steps: [first, ...builds, ...(attached.length === 0 ? [] : [last])] };
}

/** The author's statement, with the name that the server would have given the index. */
function named(clause: Clause, op: OperationOf<'createIndex'>, name: string): Clause {
  if (op.name !== undefined) return clause;
  const text = insertAfter(clause, find(clause.tokens, 0, clause.tokens.count, 'index'), quote(name));
  return { text, tokens: tokenize(text).tokens };
}

/** Names are qualified where the author did so. */
export const shownIn = ({ schema }: ObjectName, name: ObjectName): ObjectName => (schema === undefined ? { name: name.name } : name);

/** From the top down; undefined where a partition can have no index. */
function partsOf(before: CatalogView, table: Table, index: ObjectName, op: OperationOf<'createIndex'>): readonly Part[] | undefined {
  const parts: Part[] = [];
  const taken = new Set<string>();
  const work: { readonly table: Table; readonly index: ObjectName }[] = [{ table, index }];
  for (const { table: parent, index: above } of work) {
    for (const id of parent.children) {
      const child = before.byId(id);
      if (child?.kind !== 'table' || child.partitionOf === undefined) continue;
      if (child.foreign) return undefined;
      const same = child.indexes.map((one) => before.byId(one)).find((one): one is Index => one?.kind === 'index' && isSame(one, op));
      const keys = [...op.keys, ...op.include.map((column) => ({ column, descending: false }))];
      const name = same?.name ?? postgresSemantics.indexName(child.name, keys, (wanted) => taken.has(wanted) || before.relation({ schema: child.schema, name: wanted }) !== undefined);
      taken.add(name);
      const own = { schema: child.schema, name };
      parts.push({ table: child, name: own, parent: above, exists: same !== undefined });
      if (same === undefined) work.push({ table: child, index: own });
    }
  }
  return parts;
}

/** An index that the parent's can adopt. */
const isSame = (index: Index, op: OperationOf<'createIndex'>): boolean =>
  index.parent === undefined && index.valid && index.unique === op.unique && index.method === op.method && index.nullsNotDistinct === op.nullsNotDistinct && index.include.join() === op.include.join() && index.where?.text === op.where?.text && index.keys.map(keyText).join() === op.keys.map(keyText).join();

const keyText = ({ column, expression, collation, operatorClass, descending, nulls }: Index['keys'][number]): string => JSON.stringify([column, expression?.text, collation, operatorClass, descending, nulls]);

/** The author's statement, from the method on, for another table. */
function onPartition({ text, tokens }: Clause, on: number, op: OperationOf<'createIndex'>, part: Part, like: ObjectName, only: 'ONLY' | undefined): string {
  let at = on + 1;
  while (tokens.source(at + 1) === '.') at += 2;
  const { schema, name } = part.table;
  return `CREATE ${op.unique ? 'UNIQUE ' : ''}INDEX ${only === undefined ? 'CONCURRENTLY ' : ''}${quote(part.name.name)} ON ${only === undefined ? '' : 'ONLY '}${quoteName(shownIn(like, { schema, name }))} ${text.slice(tokens.start(at + 1))}`;
}

/** Partitions, all levels down, that the history does not tell of. */
export function unknownPartitions(parent: ObjectName, table: Table, before: CatalogView): Step['preconditions'][number] {
  const names: string[] = [];
  const work = [table];
  for (const one of work) {
    for (const id of one.children) {
      const child = before.byId(id);
      if (child?.kind !== 'table') continue;
      names.push(`'${quoteName({ schema: child.schema, name: child.name }).replaceAll("'", "''")}'`);
      work.push(child);
    }
  }
  const root = `'${quoteName(parent).replaceAll("'", "''")}'`;
  const known = names.length === 0 ? '' : ` AND relid NOT IN (${names.map((name) => `${name}::regclass`).join(', ')})`;
  return { title: 'No partition is there that the migrations do not tell of', sql: `SELECT relid FROM pg_partition_tree(${root}::regclass) WHERE level > 0${known}` };
}
