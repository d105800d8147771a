import type { CollateClause, IndexElem, Node, PartitionElem } from 'libpg-query';
import type { Expression } from '../../../../ir/expressions.ts';
import type { IndexKey } from '../../../../ir/operations/indexes.ts';
import { as, collationIn, strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { inner } from '../context.ts';
import { expression } from '../expressions.ts';
import { TokenKind } from '../lexer.ts';
import type { Range } from '../tokens.ts';
import { closing, OPEN_PARENTHESIS } from '../tokens.ts';

/** One element of an index, from the tokens between its commas. */
export function indexKey(element: IndexElem, context: Context, range: Range): IndexKey {
  const plain = columnInParentheses(element.expr);
  const collation = collationIn(element.collation ?? plain?.collation?.collname);
  const operatorClass = strings(element.opclass);
  return {
    descending: element.ordering === 'SORTBY_DESC',
    ...(element.name === undefined ? (plain === undefined ? keyExpression(element, context, range) : { column: plain.name }) : { column: element.name }),
    ...(collation === undefined ? {} : { collation }),
    ...(operatorClass.length === 0 ? {} : { operatorClass: operatorClass.join('.') }),
    ...(element.nulls_ordering === 'SORTBY_NULLS_FIRST' ? { nulls: 'first' as const } : {}),
    ...(element.nulls_ordering === 'SORTBY_NULLS_LAST' ? { nulls: 'last' as const } : {}),
  };
}

/** A column alone is no expression to the server, whatever parentheses and collation stand around it. */
function columnInParentheses(node: Node | undefined): { readonly name: string; readonly collation: CollateClause | undefined } | undefined {
  const collation = as(node, 'CollateClause');
  const fields = strings(as(collation?.arg ?? node, 'ColumnRef')?.fields);
  const [name] = fields;
  return name === undefined || fields.length > 1 ? undefined : { name, collation };
}

/** The expression of an index or partition key, without the parentheses around it. */
export function keyExpression(element: IndexElem | PartitionElem, context: Context, range: Range): { readonly expression?: Expression } {
  return element.expr === undefined ? {} : { expression: expression(element.expr, context, keyRange(context, range)) };
}

function keyRange(context: Context, range: Range): Range {
  const { tokens } = context;
  if (tokens.code(range.from) === OPEN_PARENTHESIS) return inner(context, range.from, range.to);
  let i = range.from;
  while (i < range.to && tokens.code(i) !== OPEN_PARENTHESIS) {
    // `CURRENT_DATE` and the like are calls without parentheses.
    if (i > range.from && tokens.kind(i) === TokenKind.word && tokens.kind(i - 1) === TokenKind.word) return { from: range.from, to: i };
    i++;
  }
  return { from: range.from, to: Math.min(closing(tokens, i, range.to) + 1, range.to) };
}
