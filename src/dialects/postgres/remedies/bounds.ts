import type { BoundValue, PartitionBound } from '../../../ir/partitions.ts';
import { quoteLiteral } from '../quote.ts';

/** `FOR VALUES …` as it stands in ATTACH PARTITION. */
export function boundSql(bound: PartitionBound): string {
  switch (bound.kind) {
    case 'default':
      return 'DEFAULT';
    case 'list':
      return `FOR VALUES IN (${bound.values.map(valueSql).join(', ')})`;
    case 'range':
      return `FOR VALUES FROM (${bound.from.map(valueSql).join(', ')}) TO (${bound.to.map(valueSql).join(', ')})`;
    case 'hash':
      return `FOR VALUES WITH (MODULUS ${String(bound.modulus)}, REMAINDER ${String(bound.remainder)})`;
  }
}

export function valueSql(value: BoundValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return quoteLiteral(value);
  if (typeof value === 'object') return 'special' in value ? value.special.toUpperCase() : value.text;
  return String(value);
}
