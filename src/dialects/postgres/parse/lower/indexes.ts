import type { IndexStmt, ReindexStmt } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import type { Reindex } from '../../../../ir/operations/indexes.ts';
import { all } from '../ast.ts';
import type { Context } from '../context.ts';
import { after, firstParenthesis, items, tokenAt } from '../context.ts';
import { expression } from '../expressions.ts';
import { relationName } from '../names.ts';
import { find, nameEnd } from '../tokens.ts';
import { indexKey } from './index-keys.ts';
import { isOn, optionMap } from './options.ts';

export function createIndex(statement: IndexStmt, context: Context): Operation[] {
  const open = firstParenthesis(context, { from: nameEnd(context.tokens, tokenAt(context, statement.relation?.location)), to: context.last });
  const parts = items(context, open);
  const where = statement.whereClause === undefined ? undefined : after(context, { from: open, to: context.last }, 'where');
  return [
    {
      kind: 'createIndex',
      span: context.span,
      table: relationName(statement.relation),
      only: statement.relation?.inh !== true,
      unique: statement.unique ?? false,
      concurrently: statement.concurrent ?? false,
      ifNotExists: statement.if_not_exists ?? false,
      method: statement.accessMethod ?? 'btree',
      keys: all(statement.indexParams, 'IndexElem').map((element, position) => indexKey(element, context, parts[position] ?? { from: open, to: open })),
      include: all(statement.indexIncludingParams, 'IndexElem').map((each) => each.name ?? ''),
      nullsNotDistinct: statement.nulls_not_distinct ?? false,
      options: optionMap(statement.options),
      ...(statement.idxname === undefined ? {} : { name: statement.idxname }),
      ...(statement.whereClause === undefined || where === undefined ? {} : { where: expression(statement.whereClause, context, where) }),
      ...(statement.tableSpace === undefined ? {} : { tablespace: statement.tableSpace }),
    },
  ];
}

const TARGETS: { readonly [Kind in NonNullable<ReindexStmt['kind']>]: Reindex['target'] } = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_SYSTEM: 'system',
  REINDEX_OBJECT_DATABASE: 'database',
};

export function reindex(statement: ReindexStmt, context: Context): Operation[] {
  return [
    {
      kind: 'reindex',
      span: context.span,
      target: TARGETS[statement.kind ?? 'REINDEX_OBJECT_INDEX'],
      name: statement.relation === undefined ? { name: statement.name ?? '' } : relationName(statement.relation),
      concurrently: isOn(statement.params, 'concurrently'),
    },
  ];
}

/** Where a list that follows a keyword begins, as in DROP TABLE [IF EXISTS] a, b. */
export function listStart(context: Context, word: string): number {
  const at = find(context.tokens, context.first, context.last, word);
  const next = at === context.last ? context.first + 1 : at + 1;
  const ifAt = context.tokens.is(next, 'concurrently') ? next + 1 : next;
  return context.tokens.is(ifAt, 'if') && context.tokens.is(ifAt + 1, 'exists') ? ifAt + 2 : ifAt;
}
