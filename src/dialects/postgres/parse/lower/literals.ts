import type { Node } from 'libpg-query';
import { as } from '../ast.ts';
import { LONGEST_LITERAL } from '../shortening.ts';
import { literalOf } from '../terms.ts';

/** Strings and numbers among the values, each once. */
export function literalsOf(nodes: readonly Node[] | undefined): Set<string> {
  const found = new Set<string>();
  const visit = (node: Node): void => {
    const literal = literalOf(node);
    if (typeof literal === 'string' || typeof literal === 'number') {
      const text = String(literal);
      if (text.length <= LONGEST_LITERAL) found.add(text);
      return;
    }
    const inside = as(node, 'List')?.items ?? as(node, 'A_ArrayExpr')?.elements ?? as(node, 'RowExpr')?.args;
    for (const each of inside ?? []) visit(each);
    const target = as(node, 'ResTarget')?.val ?? as(node, 'TypeCast')?.arg;
    if (target !== undefined) visit(target);
  };
  for (const node of nodes ?? []) visit(node);
  return found;
}
