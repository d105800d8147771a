import { literal } from './style.ts';
import type { Style } from './style.ts';

/** A value as a program can write it down. */
export type Js = string | number | boolean | null | Code | readonly Js[] | { readonly [key: string]: Js | undefined };

/** An expression that stands as it is; with arguments: a call of it. */
export interface Code {
  readonly code: string;
  readonly args: readonly Js[] | undefined;
}

export const code = (text: string, ...args: readonly Js[]): Code => ({ code: text, args: args.length === 0 ? undefined : args });

const isCode = (value: object): value is Code => 'code' in value && 'args' in value;

/** `callee(…)` in the project's style, broken over lines where it is long; `indent` is that of the line it begins on, `taken` what stands before it there. */
export function callSource(callee: string, args: readonly Js[], style: Style, indent: string, taken = 0): string {
  const used = args.findLastIndex((arg) => !isLeftOut(arg));
  const own = args.slice(0, used + 1);
  const flat = `${callee}(${own.map((arg) => flatSource(arg, style)).join(', ')})`;
  if (fits(flat, style, indent, taken + 1)) return flat;
  const last = own.at(-1);
  // The last argument alone is broken where what stands before it still has room.
  if (last !== undefined && isContainer(last)) {
    const head = `${callee}(${own.slice(0, -1).map((arg) => `${flatSource(arg, style)}, `).join('')}`;
    if (!head.includes('\n') && indent.length + taken + head.length < style.width) return `${head}${broken(last, style, indent)})`;
  }
  if (own.some((arg) => isText(arg) && arg.code.includes('\n')) || (!style.wraps && !own.some(isContainer))) return flat;
  const inner = indent + style.indent;
  const comma = style.trailing === 'all' ? ',' : '';
  return `${callee}(${style.line}${own.map((arg) => `${inner}${valueSource(arg, style, inner)}`).join(`,${style.line}`)}${comma}${style.line}${indent})`;
}

/** Arguments at the end that say nothing are not written. */
const isLeftOut = (value: Js): boolean => typeof value === 'object' && value !== null && !Array.isArray(value) && !isCode(value) && Object.values(value).every((entry) => entry === undefined);

const isText = (value: Js): value is Code => typeof value === 'object' && value !== null && isCode(value);

const isContainer = (value: Js): boolean => typeof value === 'object' && value !== null && !isCode(value) && (Array.isArray(value) ? value.length > 0 : !isLeftOut(value));

const fits = (text: string, style: Style, indent: string, taken: number): boolean => !text.includes('\n') && indent.length + taken + text.length <= style.width;

export function valueSource(value: Js, style: Style, indent: string): string {
  const flat = flatSource(value, style);
  return isContainer(value) && !fits(flat, style, indent, 1) ? broken(value, style, indent) : flat;
}

function broken(value: Js, style: Style, indent: string): string {
  const inner = indent + style.indent;
  const comma = style.trailing === 'none' ? '' : ',';
  const list = (items: readonly string[], open: string, close: string): string => `${open}${style.line}${items.map((item) => `${inner}${item}`).join(`,${style.line}`)}${comma}${style.line}${indent}${close}`;
  if (Array.isArray(value)) return list((value as readonly Js[]).map((item) => valueSource(item, style, inner)), '[', ']');
  return list(told(value as { readonly [key: string]: Js | undefined }).map(([key, entry]) => (isShort(key, entry) ? key : `${keySource(key, style)}: ${valueSource(entry, style, inner)}`)), '{', '}');
}

export function flatSource(value: Js, style: Style): string {
  if (typeof value === 'string') return literal(value, style);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isCode(value)) return value.args === undefined ? value.code : `${value.code}(${value.args.map((arg) => flatSource(arg, style)).join(', ')})`;
  if (Array.isArray(value)) return `[${(value as readonly Js[]).map((item) => flatSource(item, style)).join(', ')}]`;
  const space = style.spaced ? ' ' : '';
  const entries = told(value as { readonly [key: string]: Js | undefined }).map(([key, entry]) => (isShort(key, entry) ? key : `${keySource(key, style)}: ${flatSource(entry, style)}`));
  return entries.length === 0 ? '{}' : `{${space}${entries.join(', ')}${space}}`;
}

const told = (value: { readonly [key: string]: Js | undefined }): readonly (readonly [string, Js])[] => Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, entry] as const]));

/** `{ transaction }` */
const isShort = (key: string, entry: Js): boolean => isText(entry) && entry.args === undefined && entry.code === key;

const keySource = (key: string, style: Style): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key, style));
