import type { Index } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { Operation, OperationKind, OperationOf } from '../../../ir/operation.ts';
import type { PatternHandler, PatternInput, Plan, Refusal, Step } from '../../../remedy/step.ts';
import { find } from '../parse/tokens.ts';
import { quote, quoteName } from '../quote.ts';
import { insertAfter, insideBlock, slug, wholeStatement } from './clause.ts';
import { tableNameSql } from './definitions.ts';
import { indexNameOf } from './names.ts';
import { partitionedIndex } from './partitioned-index.ts';
import { replacedIndex } from './replaced-index.ts';

/** The operation when it is of the kind that the pattern is for. */
export function wanted<Kind extends OperationKind>({ operation }: PatternInput, kind: Kind): OperationOf<Kind> | undefined {
  return operation.kind === kind ? (operation as OperationOf<Kind>) : undefined;
}

export const notForThis: Refusal = { refused: 'There is no such form of this statement.' };

/** A single step that has nothing to ask and nothing to note. */
export const step = (parts: Omit<Step, 'preconditions' | 'verification' | 'notes' | 'phase'> & Partial<Step>): Step => ({
  phase: 'expand',
  preconditions: [],
  verification: [],
  notes: [],
  ...parts,
});

export const buildIndexConcurrently: PatternHandler = (input) => {
  const op = wanted(input, 'createIndex');
  if (op === undefined || op.concurrently) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const table = input.before.table(op.table);
  if (table?.partitionBy !== undefined) return partitionedIndex(input, op, table);
  const clause = wholeStatement(input);
  const word = find(clause.tokens, 0, clause.tokens.count, 'index');
  const name = indexNameOf(input.before, op);
  const index = quoteName({ ...schemaOf(op.table.schema), name });
  return {
    title: `Build ${name} without blocking writes`,
    safety: 'safe',
    covers: [op],
    steps: [
      step({
        title: `Build ${name} without blocking writes`,
        slug: slug('create', name),
        up: [insertAfter(clause, word, 'CONCURRENTLY')],
        down: [`DROP INDEX CONCURRENTLY IF EXISTS ${index}`],
        transaction: 'outside',
        preconditions: [leftOver(index), ...(op.unique ? duplicates(op.keys.map(({ column, expression }) => (column === undefined ? `(${expression?.text ?? ''})` : quote(column))), op.table, op.where?.text, op.nullsNotDistinct) : [])],
        verification: [validity(index, name)],
        notes: [NO_TIMEOUT, `${dropFirst(index)}${op.ifNotExists ? ' IF NOT EXISTS passes over it without a word.' : ''}`],
      }),
    ],
  };
};

const schemaOf = (schema: string | undefined): { readonly schema?: string } => (schema === undefined ? {} : { schema });

export const validity = (index: string, name: string): Step['verification'][number] => ({
  title: `${name} is valid`,
  sql: `SELECT indexrelid::regclass FROM pg_index WHERE indexrelid = '${index.replaceAll("'", "''")}'::regclass AND NOT indisvalid`,
});

export const NO_TIMEOUT = 'No lock_timeout and no statement_timeout around it: one that strikes leaves an INVALID index behind.';

/** Of a step that makes an index a constraint. */
export const INDEX_GOES = 'The index goes with the constraint on the way back: whoever goes forward again from there builds it again first.';

export const dropFirst = (index: string): string => `If an earlier build failed or was interrupted, drop what it left before running it again: DROP INDEX CONCURRENTLY IF EXISTS ${index};`;

/** What a build leaves that failed, as on duplicates: it takes the name, costs every write, and serves no query. */
export const leftOver = (index: string): Step['preconditions'][number] => ({
  title: `No earlier build has left an INVALID index (each row is the statement that drops it)`,
  sql: `SELECT 'DROP INDEX CONCURRENTLY ' || indexrelid::regclass FROM pg_index WHERE indexrelid = to_regclass('${index.replaceAll("'", "''")}') AND NOT indisvalid`,
});

/** Rows that a unique index over the keys, as SQL has them, would refuse. */
export function duplicates(keys: readonly string[], table: { readonly schema?: string; readonly name: string }, where: string | undefined, nullsNotDistinct: boolean): Step['preconditions'] {
  if (keys.length === 0) return [];
  const list = keys.join(', ');
  const conditions = [...(where === undefined ? [] : [`(${where})`]), ...(nullsNotDistinct ? [] : keys.map((key) => `${key} IS NOT NULL`))];
  return [{ title: `No two rows have the same ${list}`, sql: `SELECT ${list}, count(*) FROM ${quoteName(table)}${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`} GROUP BY ${list} HAVING count(*) > 1` }];
}

export const dropIndexConcurrently: PatternHandler = (input) => {
  const op = wanted(input, 'dropIndex');
  if (op === undefined || op.concurrently) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  if (op.behavior === 'cascade') return { refused: 'DROP INDEX CONCURRENTLY does not take CASCADE.' };
  const drops = input.statement.operations.filter((one) => one.kind === 'dropIndex');
  const known = drops.map((one) => ({ one, index: input.before.index(one.index) }));
  const backing = known.find(({ index }) => index?.constraint !== undefined);
  if (backing !== undefined) return { refused: `${backing.one.index.name} backs a constraint: drop the constraint instead.` };
  const partitioned = known.find(({ index }) => index !== undefined && (index.children.length > 0 || index.parent !== undefined || isOnPartitioned(index, input.before)));
  if (partitioned !== undefined) return { refused: `${partitioned.one.index.name} belongs to a partitioned table, whose indexes cannot be dropped concurrently.` };
  const replaced = replacedIndex(input, op, known[0]?.index);
  if (replaced !== undefined) return replaced;
  const clause = wholeStatement(input);
  const word = find(clause.tokens, 0, clause.tokens.count, 'index');
  const alone = drops.length === 1;
  return {
    title: alone ? `Drop ${op.index.name} without blocking anybody` : `Drop the ${String(drops.length)} indexes one by one, without blocking anybody`,
    safety: 'safe',
    covers: drops,
    steps: known.map(({ one, index }) => {
      const definition = index === undefined ? undefined : indexSql(index, input.before);
      return step({
        phase: 'contract',
        title: `Drop ${one.index.name} without blocking anybody`,
        slug: slug('drop', one.index.name),
        up: [alone ? insertAfter(clause, word, 'CONCURRENTLY') : `DROP INDEX CONCURRENTLY ${one.ifExists ? 'IF EXISTS ' : ''}${quoteName(one.index)}`],
        down: definition === undefined ? null : [definition],
        ...(definition === undefined ? { downLoses: `The history does not tell how ${one.index.name} was defined.` } : {}),
        transaction: 'outside',
        ...(definition !== undefined && index?.unique === true && { notes: [`Nothing keeps rows apart by it from here on: the way back fails if two are alike by then.`] }),
      });
    }),
  };
};

function isOnPartitioned(index: Index, before: CatalogView): boolean {
  const table = before.byId(index.table);
  return table?.kind === 'table' && table.partitionBy !== undefined;
}

/** The statement that makes the index again, concurrently; undefined when the history does not tell all of it. */
export function indexSql(index: Index, before: CatalogView): string | undefined {
  const table = before.byId(index.table);
  return table === undefined || !index.complete ? undefined : indexOn(index, tableNameSql(table, before));
}

/** The same on any relation. */
export function indexOn(index: Omit<Index, 'table' | 'id' | 'origin' | 'schema' | 'dependents' | 'kind' | 'valid' | 'children' | 'complete'>, relation: string): string {
  const keys = index.keys.map((key) =>
    [
      key.column === undefined ? `(${key.expression?.text ?? ''})` : quote(key.column),
      key.collation === undefined ? '' : `COLLATE ${quote(key.collation)}`,
      key.operatorClass ?? '',
      key.descending ? 'DESC' : '',
      key.nulls === undefined ? '' : `NULLS ${key.nulls.toUpperCase()}`,
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
  return [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${quote(index.name)} ON ${relation}${index.method === 'btree' ? '' : ` USING ${index.method}`} (${keys.join(', ')})`,
    index.include.length === 0 ? '' : `INCLUDE (${index.include.map(quote).join(', ')})`,
    index.nullsNotDistinct ? 'NULLS NOT DISTINCT' : '',
    index.where === undefined ? '' : `WHERE ${index.where.text}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

export const reindexConcurrently: PatternHandler = (input) => {
  const op = wanted(input, 'reindex');
  if (op === undefined || op.concurrently) return notForThis;
  if (input.version < 12) return { refused: 'REINDEX CONCURRENTLY needs PostgreSQL 12: build a new index concurrently and swap the names instead.' };
  if (op.target === 'system') return { refused: 'System catalogs cannot be reindexed concurrently.' };
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const clause = wholeStatement(input);
  const word = find(clause.tokens, 1, clause.tokens.count, op.target);
  return one(input, 'Reindex without blocking anybody', slug('reindex', op.name.name), insertAfter(clause, word, 'CONCURRENTLY'), []);
};

export const refreshConcurrently: PatternHandler = (input) => {
  const op = wanted(input, 'refreshMaterializedView');
  if (op === undefined || op.concurrently) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  if (!op.withData) return { refused: 'REFRESH … WITH NO DATA empties the view and has no concurrent form.' };
  const view = input.before.relation(op.view);
  const indexes = view?.kind === 'materializedView' ? view.indexes.map((id) => input.before.byId(id)) : [];
  const usable = indexes.some((index) => index?.kind === 'index' && index.unique && index.where === undefined && index.keys.every((key) => key.column !== undefined));
  if (!usable) return { refused: `REFRESH … CONCURRENTLY needs a unique index over plain columns of ${op.view.name}, without a WHERE: create one first.` };
  if (view?.kind === 'materializedView' && !view.populated) return { refused: `${op.view.name} has no rows yet: the first refresh cannot be concurrent.` };
  const clause = wholeStatement(input);
  const word = find(clause.tokens, 0, clause.tokens.count, 'view');
  // Allowed inside a transaction too, but its lock then lasts to the end of it.
  return one(input, `Refresh ${op.view.name} while it is read`, slug('refresh', op.view.name), insertAfter(clause, word, 'CONCURRENTLY'), [], 'either');
};

/** The statement stays as it is and moves out of the transaction. */
export const runOutsideTransaction: PatternHandler = (input) => {
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const { operation, before, statement } = input;
  const title = 'Run it outside a transaction';
  const up = wholeStatement(input).text;
  if (operation.kind === 'createIndex' && statement.operations.length === 1) {
    const index = quoteName({ ...schemaOf(operation.table.schema), name: indexNameOf(before, operation) });
    return one(input, title, slug('create', indexNameOf(before, operation)), up, [`DROP INDEX CONCURRENTLY IF EXISTS ${index}`]);
  }
  if (operation.kind === 'dropIndex' && statement.operations.length === 1) {
    const index = before.index(operation.index);
    const definition = index === undefined ? undefined : indexSql(index, before);
    return one(input, title, slug('drop', operation.index.name), up, definition === undefined ? null : [definition]);
  }
  return one(input, title, slug(operation.kind.replace(/[A-Z]/g, (letter) => ` ${letter}`)), up, leavesNothing(operation) ? [] : null);
};

/** Whether there is nothing to undo. */
const leavesNothing = (operation: Operation): boolean => operation.kind === 'reindex' || operation.kind === 'refreshMaterializedView' || (operation.kind === 'maintenance' && operation.action !== 'alterSystem');

/** What must not wait, or keep others waiting, together with what stands before it. */
export const ownTransaction: PatternHandler = (input) => {
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const { operations } = input.statement;
  if (operations.some(({ kind }) => kind === 'lockTable')) return { refused: 'A LOCK TABLE in a transaction of its own is given back at once and guards nothing: take out the tables that the statements after it need not find unchanged, and keep it with those statements, with NOWAIT or a short lock_timeout and a retry around it.' };
  const rows = operations.some(({ kind }) => ['insert', 'update', 'delete', 'merge', 'copy', 'call', 'select', 'opaque'].includes(kind));
  const title = 'Run it in a migration of its own';
  const name = operations.map((operation) => ('table' in operation && typeof operation.table === 'object' ? operation.table.name : operation.kind))[0] ?? 'apart';
  const own = step({ phase: rows ? 'migrate' : 'expand', title, slug: slug('change', name), up: [wholeStatement(input).text], down: null, transaction: 'either', apart: true });
  return { title, safety: rows ? 'review' : 'safe', covers: operations, steps: [own] };
};

function one(input: PatternInput, title: string, name: string, up: string, down: readonly string[] | null, transaction: Step['transaction'] = 'outside'): Plan {
  return { title, safety: 'safe', covers: input.statement.operations, steps: [step({ title, slug: name, up: [up], down, transaction })] };
}

