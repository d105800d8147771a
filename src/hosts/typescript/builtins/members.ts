import type { Value } from '../value.ts';
import { hostValue, number, unknown } from '../value.ts';
import { isCollection, sizeOf } from './collections.ts';
import type { OwnMethod } from './own-method.ts';
import { LISTS } from './lists.ts';
import { RECORDS } from './records.ts';
import { TEXTS } from './texts.ts';
import { NUMBERS } from './numbers.ts';
import { PROMISES } from './promises.ts';

/** Members that the language gives every value of a kind; undefined where it gives none of that name. */
export function builtinMember(of: Value, name: string): Value | undefined {
  if ((of.kind === 'text' || of.kind === 'list') && name === 'length') return number(of.kind === 'text' ? of.text.length : of.items.length);
  if (of.kind === 'list' && /^\d+$/.test(name)) return of.items[Number(name)];
  if (of.kind === 'text' && /^\d+$/.test(name)) return name in [...of.text] ? { kind: 'text', text: of.text.charAt(Number(name)), runs: [] } : undefined;
  if (of.kind === 'record' && name === 'size' && isCollection(of)) {
    const size = sizeOf(of);
    return size === undefined ? unknown('how many keys it has is only known when it runs', { start: 0, end: 0 }, 'size') : number(size);
  }
  // Addresses are kept as paths.
  if (of.kind === 'text' && (name === 'pathname' || name === 'href')) return of;
  if (of.kind === 'error' && name === 'message') return of.message;
  const own = methodOf(of, name);
  if (own === undefined) return undefined;
  return hostValue({
    name,
    call(args, site) {
      if ((of.kind === 'list' || of.kind === 'record') && CHANGING.has(name)) site.changes.touch(of);
      return own(of, args, site);
    },
  });
}

const CHANGING = new Set(['push', 'unshift', 'pop', 'shift', 'splice', 'sort', 'reverse', 'fill', 'set', 'add', 'delete', 'clear']);

function methodOf(of: Value, name: string): OwnMethod | undefined {
  const table = of.kind === 'text' ? TEXTS : of.kind === 'list' ? LISTS : of.kind === 'record' ? RECORDS : of.kind === 'number' ? NUMBERS : undefined;
  return (table?.get(name) as OwnMethod | undefined) ?? PROMISES.get(name);
}
