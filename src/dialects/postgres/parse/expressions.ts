import type { Node } from 'libpg-query';
import type { Expression } from '../../../ir/expressions.ts';
import { as } from './ast.ts';
import type { Context } from './context.ts';
import { spanOf, textOf } from './context.ts';
import { distinct, distinctCalls, readsOf } from './reads.ts';
import { literalOf, termsOf } from './terms.ts';
import type { Range } from './tokens.ts';

/** The expression that stands in the range of tokens. */
export function expression(node: Node, context: Context, range: Range): Expression {
  const constant = as(node, 'A_Const') === undefined ? undefined : literalOf(node);
  if (constant !== undefined) {
    return { text: textOf(context, range), span: spanOf(context, range), columns: [], calls: [], casts: [], reads: [], literal: constant, terms: [], termsComplete: false };
  }
  const reading = readsOf([node], context.variables);
  const literal = literalOf(node);
  const { terms, complete } = termsOf(node, context.variables);
  return {
    text: textOf(context, range),
    span: spanOf(context, range),
    columns: [...new Set(reading.columns.map((each) => each.name))],
    calls: distinctCalls(reading.calls),
    casts: reading.casts,
    reads: distinct(reading.uses.map((each) => each.relation), ({ schema, name }) => `${schema ?? ''}.${name}`),
    ...(literal === undefined ? {} : { literal }),
    terms,
    termsComplete: complete,
  };
}

/** For places where the grammar allows none. */
export function optionalExpression(node: Node | undefined, context: Context, range: Range | undefined): Expression | undefined {
  return node === undefined || range === undefined ? undefined : expression(node, context, range);
}
