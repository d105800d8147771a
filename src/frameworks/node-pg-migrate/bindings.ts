import type { Traced } from '../../hosts/program.ts';
import { cut, joined, written } from '../../hosts/traced.ts';
import type { TextValue, Value } from '../../hosts/typescript/value.ts';
import { escaped, isFields, name, plain } from './plain.ts';

/** ``pgm.sql('… {table}', { table: 'users' })`` with the names in their places. */
export function bindingsOf(text: TextValue, args: Value | undefined): Traced {
  const values = plain(args);
  if (!isFields(values) || values.size === 0) return text;
  const parts: (Traced | string)[] = [];
  let from = 0;
  for (const match of text.text.matchAll(/\{(\w+)\}/g)) {
    const key = match[1] ?? '';
    if (!values.has(key)) continue;
    const value = values.get(key);
    const span = cut(text, match.index, match.index + match[0].length).runs[0]?.span;
    parts.push(cut(text, from, match.index), written(value === undefined ? '' : typeof value === 'string' || isFields(value) ? name(value) : escaped(value), span));
    from = match.index + match[0].length;
  }
  return joined([...parts, cut(text, from)]);
}
