import type { Node, PartitionBoundSpec, PartitionSpec } from 'libpg-query';
import type { Expression } from '../../../../ir/expressions.ts';
import type { BoundValue, PartitionBound, PartitionKey } from '../../../../ir/partitions.ts';
import { all, as, strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { firstParenthesis, items, textOf, tokenAt } from '../context.ts';
import { literalOf } from '../terms.ts';
import type { Range } from '../tokens.ts';
import { closing } from '../tokens.ts';
import { keyExpression } from './index-keys.ts';

const STRATEGIES = { PARTITION_STRATEGY_LIST: 'list', PARTITION_STRATEGY_RANGE: 'range', PARTITION_STRATEGY_HASH: 'hash' } as const;

export function partitionKey(spec: PartitionSpec, context: Context): PartitionKey {
  const elements = all(spec.partParams, 'PartitionElem');
  const parts = items(context, firstParenthesis(context, { from: tokenAt(context, spec.location), to: context.last }));
  const expressions = elements.flatMap((element, position): Expression[] => {
    const part = parts[position];
    const found = part === undefined ? undefined : keyExpression(element, context, part).expression;
    return found === undefined ? [] : [found];
  });
  return { strategy: STRATEGIES[spec.strategy ?? 'PARTITION_STRATEGY_RANGE'], columns: elements.map((each) => each.name), expressions };
}

export function partitionBound(spec: PartitionBoundSpec | undefined, context: Context): PartitionBound {
  if (spec === undefined || spec.is_default === true) return { kind: 'default' };
  if (spec.strategy === 'h') return { kind: 'hash', modulus: spec.modulus ?? 0, remainder: spec.remainder ?? 0 };
  const from = tokenAt(context, spec.location);
  const open = firstParenthesis(context, { from, to: context.last });
  if (spec.strategy === 'l') return { kind: 'list', values: values(spec.listdatums, context, items(context, open)) };
  const second = firstParenthesis(context, { from: closing(context.tokens, open, context.last) + 1, to: context.last });
  return { kind: 'range', from: values(spec.lowerdatums, context, items(context, open)), to: values(spec.upperdatums, context, items(context, second)) };
}

function values(nodes: readonly Node[] | undefined, context: Context, parts: readonly Range[]): BoundValue[] {
  return (nodes ?? []).map((node, position) => {
    const literal = literalOf(node);
    if (literal !== undefined) return literal;
    const word = strings(as(node, 'ColumnRef')?.fields).at(-1);
    if (word === 'minvalue' || word === 'maxvalue') return { special: word };
    const part = parts[position];
    return { text: part === undefined ? '' : textOf(context, part) };
  });
}
