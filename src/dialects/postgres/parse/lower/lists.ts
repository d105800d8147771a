import type { RangeVar } from 'libpg-query';
import type { Span } from '../../../../source/text.ts';
import type { Context } from '../context.ts';
import { spanOf, tokenAt } from '../context.ts';
import { nameEnd } from '../tokens.ts';

/** Span of a relation's name where a statement lists several. */
export function itemSpan(relation: RangeVar, context: Context): Span {
  const from = tokenAt(context, relation.location);
  return spanOf(context, { from, to: nameEnd(context.tokens, from) });
}
