import type { Traced } from '../../hosts/program.ts';
import { cut, joined } from '../../hosts/traced.ts';
import type { ListValue, RecordValue, UnknownValue, Value } from '../../hosts/typescript/value.ts';
import { unknown } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import { escapeReplacement } from './expressions.ts';

/** SQL with the values of `replacements` put in where Sequelize puts them: not in quotes, comments or dollar quotes. */
export function replaced(sql: Traced, replacements: RecordValue | ListValue | UnknownValue): Traced {
  const { text } = sql;
  const parts: (Traced | string)[] = [];
  let taken = 0;
  let used = 0;
  const put = (at: number, length: number, value: Value): void => {
    parts.push(cut(sql, taken, at), escapeReplacement(value));
    taken = at + length;
  };
  for (let at = 0; at < text.length; ) {
    const past = pastQuoted(text, at);
    if (past > at) {
      at = past;
      continue;
    }
    const found = mayStart(text, at) ? foundAt(text, at, replacements, used) : undefined;
    if (found === undefined) at += 1;
    else {
      used += 1;
      put(at, found.length, found.value);
      at += found.length;
    }
  }
  return joined([...parts, cut(sql, taken)]);
}

interface Found {
  readonly length: number;
  readonly value: Value;
}

/** Where the values are unknown, names are taken to be among them. */
const foundAt = (text: string, at: number, replacements: RecordValue | ListValue | UnknownValue, used: number): Found | undefined =>
  replacements.kind === 'list' ? positional(text, at, replacements, used) : named(text, at, replacements.kind === 'record' ? replacements : { kind: 'record', entries: new Map(), partly: replacements });

/** What stands in front of a replacement. */
const mayStart = (text: string, at: number): boolean => at === 0 || /[\s(>,=[]/.test(text.charAt(at - 1));

function named(text: string, at: number, { entries, partly }: RecordValue): Found | undefined {
  if (text.charAt(at) !== ':') return undefined;
  const name = /^:([a-z_][0-9a-z_]*)(?=\)|,|$|\s|::|;|])/i.exec(text.slice(at, at + 200))?.[1];
  if (name === undefined) return computed(text, at);
  const value = entries.get(name) ?? partly ?? refuse(`the replacement \`:${name}\` has no value, so Sequelize stops`, 'unsupported');
  return { length: name.length + 1, value };
}

/** `:${…}`: which name it is, and so which value, is only known when it runs. */
function computed(text: string, at: number): Found | undefined {
  const source = /^:\$\{([^{}]*)\}/.exec(text.slice(at, at + 200))?.[1];
  return source === undefined ? undefined : { length: source.length + 4, value: unknown('which value it is is only known when it runs', { start: 0, end: 0 }, source) };
}

function positional(text: string, at: number, { items }: ListValue, used: number): Found | undefined {
  if (text.charAt(at) !== '?' || text.charAt(at + 1) === '|' || text.charAt(at + 1) === '&') return undefined;
  return { length: 1, value: items[used] ?? refuse(`the ${String(used + 1)}. replacement has no value, so Sequelize stops`, 'unsupported') };
}

/** Offset after what begins here and is quoted in one way or another; the offset itself where nothing is. */
function pastQuoted(text: string, at: number): number {
  const after = (close: string, from: number): number => {
    const end = text.indexOf(close, from);
    return end < 0 ? text.length : end + close.length;
  };
  switch (text.charAt(at)) {
    case '"':
      return after('"', at + 1);
    case "'":
      return /e/i.test(text.charAt(at - 1)) && (at < 2 || /[\s(>,=]/.test(text.charAt(at - 2))) ? pastEscaped(text, at + 1) : after("'", at + 1);
    case '-':
      return text.startsWith('-- ', at) ? after('\n', at) : at;
    case '/':
      return text.startsWith('/*', at) ? after('*/', at + 2) : at;
    case '$': {
      const tag = at > 0 && /\w/.test(text.charAt(at - 1)) ? undefined : /^\$(?:[a-z_]\w*)?\$/i.exec(text.slice(at, at + 100))?.[0];
      return tag === undefined ? at : after(tag, at + tag.length);
    }
    default:
      return at;
  }
}

function pastEscaped(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === "'") return at + 1;
  }
  return text.length;
}

/** `$name` becomes `$1`; with parameters, `$$` is a dollar sign. */
export function bound(sql: Traced, parameters: RecordValue | ListValue): Traced {
  const parts: (Traced | string)[] = [];
  const numbers = new Map<string, number>();
  let taken = 0;
  for (const match of sql.text.matchAll(/\B\$(\$|\w+)/g)) {
    const name = match[1] ?? '';
    if (name !== '$' && parameters.kind === 'list') continue;
    if (name !== '$' && !numbers.has(name)) numbers.set(name, numbers.size + 1);
    parts.push(cut(sql, taken, match.index), name === '$' ? '$' : `$${String(numbers.get(name))}`);
    taken = match.index + match[0].length;
  }
  return joined([...parts, cut(sql, taken)]);
}
