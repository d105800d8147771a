import type { Expression } from './expressions.ts';

export interface PartitionKey {
  readonly strategy: 'range' | 'list' | 'hash';
  /** One per key part: a column name, or undefined for an expression. */
  readonly columns: readonly (string | undefined)[];
  readonly expressions: readonly Expression[];
}

export type BoundValue = string | number | boolean | null | { readonly special: 'minvalue' | 'maxvalue' } | { readonly text: string };

export type PartitionBound =
  | { readonly kind: 'default' }
  | { readonly kind: 'list'; readonly values: readonly BoundValue[] }
  | { readonly kind: 'range'; readonly from: readonly BoundValue[]; readonly to: readonly BoundValue[] }
  | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number };
