import type { Node, RefreshMatViewStmt, ViewStmt } from 'libpg-query';
import type { Query } from '../../../../ir/expressions.ts';
import type { Operation } from '../../../../ir/operation.ts';
import { as, strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { after, tokenAt, whole } from '../context.ts';
import { newName, relationName } from '../names.ts';
import { query } from '../queries.ts';
import { nameEnd } from '../tokens.ts';
import { optionMap } from './options.ts';

export function createView(statement: ViewStmt, context: Context): Operation[] {
  const recursive = context.tokens.is(tokenAt(context, statement.view?.location) - 2, 'recursive');
  return [
    {
      kind: 'createView',
      span: context.span,
      view: newName(relationName(statement.view), context),
      replace: statement.replace ?? false,
      temporary: statement.view?.relpersistence === 't',
      recursive,
      columns: strings(statement.aliases),
      query: viewQuery(statement, statement.query, context),
      options: optionMap(statement.options),
    },
  ];
}

/** The query between AS and WITH … CHECK OPTION. */
function viewQuery(statement: ViewStmt, node: Node | undefined, context: Context): Query {
  const { tokens, last } = context;
  const range = after(context, { from: nameEnd(tokens, tokenAt(context, statement.view?.location)), to: last }, 'as') ?? whole(context);
  let to = last;
  if (statement.withCheckOption !== 'NO_CHECK_OPTION' && tokens.is(last - 1, 'option')) to = tokens.is(last - 3, 'with') ? last - 3 : last - 4;
  const select = as(node, 'SelectStmt');
  return query(select === undefined ? { SelectStmt: {} } : { SelectStmt: select }, context, { from: range.from, to });
}

export function refreshMaterializedView(statement: RefreshMatViewStmt, context: Context): Operation[] {
  return [
    {
      kind: 'refreshMaterializedView',
      span: context.span,
      view: relationName(statement.relation),
      concurrently: statement.concurrent ?? false,
      withData: statement.skipData !== true,
    },
  ];
}
