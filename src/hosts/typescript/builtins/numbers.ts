import type { NumberValue } from '../value.ts';
import { text } from '../value.ts';
import type { OwnMethod } from './own-method.ts';

const argument = (value: { readonly kind: string; readonly value?: unknown } | undefined): number => (value?.kind === 'number' ? Number(value.value) : 0);

export const NUMBERS: ReadonlyMap<string, OwnMethod<NumberValue>> = new Map<string, OwnMethod<NumberValue>>([
  ['toString', ({ value }, [radix]) => text(radix?.kind === 'number' && argument(radix) >= 2 && argument(radix) <= 36 ? value.toString(argument(radix)) : String(value))],
  ['toFixed', ({ value }, [digits]) => text(Number(value).toFixed(Math.min(20, Math.max(0, argument(digits)))))],
  ['valueOf', (self) => self],
]);
