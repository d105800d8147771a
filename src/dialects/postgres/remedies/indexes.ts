import type { Index } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { Operation } from '../../../ir/operation.ts';
import type { PatternHandler, PatternInput, Plan, Step } from '../../../remedy/step.ts';
import { find } from '../parse/tokens.ts';
import { quote, quoteName } from '../quote.ts';
import { insertAfter, insideBlock, slug, wholeStatement } from './clause.ts';
import { notForThis, step, wanted } from './form.ts';
import { dropFirst, duplicates, indexSql, leftOver, NO_TIMEOUT, validity } from './index-sql.ts';
import { indexNameOf } from './names.ts';
import { partitionedIndex } from './partitioned-index.ts';
import { replacedIndex } from './replaced-index.ts';

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
  if (operation.kind === 'validateConstraint' && statement.operations.length === 1) {
    const later = `Validate ${operation.name} while writes go on`;
    return { title: later, safety: 'safe', covers: statement.operations, steps: [step({ phase: 'migrate', title: later, slug: slug('validate', operation.name), up: [up], down: [], transaction: 'either', apart: true })] };
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

