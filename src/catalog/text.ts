import type { Expression, Term } from '../ir/expressions.ts';

/** A token of SQL text: comments and white space are gone, what is quoted is still quoted. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Cuts SQL text into tokens; linear, never fails: what is unterminated ends with the text. */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const skipped = skipBlank(text, at);
    if (skipped !== at) {
      at = skipped;
      continue;
    }
    const { kind, end } = scan(text, at);
    found.push({ kind, text: text.slice(at, end), start: at, end });
    at = end;
  }
  return found;
}

/**
 * The text as it is compared: tokens joined by one space, words in lower case, quotes gone where they say nothing,
 * parentheses around the whole and a final semicolon removed.
 */
export function normalise(text: string): string {
  const list = tokens(text);
  return withoutIdle(unwrap(list.at(-1)?.text === ';' ? list.slice(0, -1) : list))
    .map(comparable)
    .join(' ');
}

/** The tokens without parentheses around conditions that AND and OR would keep together anyway. */
function withoutIdle(list: readonly Token[]): readonly Token[] {
  const groups: Group[] = [{ open: -1, joins: new Set() }];
  const idle = new Set<number>();
  list.forEach((token, index) => {
    const word = comparable(token);
    const group = groups.at(-1);
    if (word === '(') groups.push({ open: index, joins: new Set() });
    else if (word === 'and' || word === 'or' || word === ',') group?.joins.add(word);
    else if (word === ')' && group !== undefined && groups.length > 1) {
      groups.pop();
      const before = group.open === 0 ? '' : comparable(list[group.open - 1] ?? token);
      const after = index === list.length - 1 ? '' : comparable(list[index + 1] ?? token);
      const twice = before === '(' && after === ')' && !group.joins.has(',');
      // AND binds closer than OR; what is neither of them bounds the whole condition.
      const binds = (side: string): boolean => (side !== 'and' && side !== 'or') || (group.joins.size === 1 && (group.joins.has(side) || (side === 'or' && group.joins.has('and'))));
      const keepsTogether = twice || group.joins.size === 0 || (!group.joins.has(',') && [before, after].every(binds));
      if (STARTS.has(before) && ENDS.has(after) && keepsTogether) {
        idle.add(group.open).add(index);
        for (const join of group.joins) groups.at(-1)?.joins.add(join);
      }
    }
  });
  return idle.size === 0 ? list : list.filter((_, index) => !idle.has(index));
}

interface Group {
  readonly open: number;
  /** AND, OR and commas at its top. */
  readonly joins: Set<string>;
}

const STARTS: ReadonlySet<string> = new Set(['', '(', 'and', 'or', 'from', 'where', 'on', 'having', 'when', 'then', 'else']);
const ENDS: ReadonlySet<string> = new Set([...')', '', 'and', 'or', 'group', 'order', 'limit', 'having', 'union', 'when', 'then', 'else', 'end', 'join', 'inner', 'left', 'right', 'full', 'cross', 'where']);

/** The tokens without the parentheses that enclose all of them. */
export function unwrap(list: readonly Token[]): readonly Token[] {
  if (list[0]?.text !== '(') return list;
  const open: number[] = [];
  const closedBy: number[] = [];
  list.forEach((token, index) => {
    if (token.text === '(') open.push(index);
    else if (token.text === ')') closedBy[open.pop() ?? 0] = index;
  });
  let outer = 0;
  while (outer < list.length - 1 - outer && list[outer]?.text === '(' && closedBy[outer] === list.length - 1 - outer) outer++;
  return list.slice(outer, list.length - outer);
}

/** Words that the text mentions, as the server folds them. */
export function mentions(text: string, name: string): boolean {
  return tokens(text).some((token) => identifier(token) === name);
}

/** The name that a token stands for, or undefined when it cannot be one. */
export function identifier(token: Token | undefined): string | undefined {
  if (token?.kind === 'word') return token.text.toLowerCase();
  return token?.kind === 'quoted' ? unquote(token.text) : undefined;
}

/** The expression after a rename of one of its columns. */
export function renameInExpression(expression: Expression, from: string, to: string): Expression {
  if (!expression.columns.includes(from)) return expression;
  return {
    ...expression,
    text: renameInText(expression.text, from, to),
    columns: expression.columns.map((column) => (column === from ? to : column)),
    terms: expression.terms.map((term) => renamed(term, from, to)),
  };
}

function renamed(term: Term, from: string, to: string): Term {
  if (term.column !== from) return term;
  return term.kind === 'anyOf' ? { ...term, column: to, choices: term.choices.map((choice) => renamed(choice, from, to)) } : { ...term, column: to };
}

function renameInText(text: string, from: string, to: string): string {
  const list = tokens(text);
  const written = PLAIN.test(to) ? to : `"${to.replaceAll('"', '""')}"`;
  let result = '';
  let last = 0;
  list.forEach((token, index) => {
    const isCall = list[index + 1]?.text === '(';
    const isType = list[index - 1]?.text === ':';
    if (isCall || isType || identifier(token) !== from) return;
    result += text.slice(last, token.start) + written;
    last = token.end;
  });
  return result + text.slice(last);
}

const PLAIN = /^[a-z_][a-z0-9_$]*$/;

const unquote = (text: string): string => text.slice(1, -1).replaceAll('""', '"');

function comparable(token: Token): string {
  if (token.kind === 'word') return token.text.toLowerCase();
  if (token.kind === 'quoted') {
    const name = unquote(token.text);
    return PLAIN.test(name) ? name : token.text;
  }
  // Dynamic SQL over several lines is text that people lay out anew.
  return token.kind === 'string' && DYNAMIC.test(token.text) ? `'${tokens(token.text.slice(1, -1)).map(comparable).join(' ')}'` : token.text;
}

const DYNAMIC = /^'\s*(?:--[^\n]*\n\s*)?(?:select|with|insert|update|delete|create|alter|drop)\b[^\n]*\n/i;

function skipBlank(text: string, at: number): number {
  const end = matchEnd(BLANK, text, at) ?? matchEnd(LINE_COMMENT, text, at);
  if (end !== undefined) return end;
  return text.startsWith('/*', at) ? skipBlockComment(text, at) : at;
}

const BLANK = /\s+/y;
const LINE_COMMENT = /--[^\n]*\n?/y;

/** Where what the pattern, a sticky one, finds at that place ends. */
function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function skipBlockComment(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    if (text.startsWith('/*', at)) {
      depth++;
      at += 2;
    } else if (text.startsWith('*/', at)) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else {
      at++;
    }
  }
  return text.length;
}

const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy;
const NUMBER = /[0-9][0-9a-zA-Z_.]*/y;

function scan(text: string, at: number): { readonly kind: Token['kind']; readonly end: number } {
  const char = text[at] ?? '';
  if (char === "'") return { kind: 'string', end: quotedEnd(text, at, "'", false) };
  if (char === '"') return { kind: 'quoted', end: quotedEnd(text, at, '"', false) };
  if ((char === 'e' || char === 'E') && text[at + 1] === "'") return { kind: 'string', end: quotedEnd(text, at + 1, "'", true) };
  if (char === '$') {
    const end = dollarQuotedEnd(text, at);
    if (end !== undefined) return { kind: 'string', end };
  }
  const number = matchEnd(NUMBER, text, at);
  if (number !== undefined) return { kind: 'number', end: number };
  const word = matchEnd(WORD, text, at);
  if (word !== undefined) return { kind: 'word', end: word };
  const isPair = char >= '\ud800' && char <= '\udbff';
  return { kind: 'symbol', end: Math.min(text.length, at + (isPair ? 2 : 1)) };
}

function quotedEnd(text: string, start: number, quote: string, backslash: boolean): number {
  let at = start + 1;
  while (at < text.length) {
    if (backslash && text[at] === '\\') at += 2;
    else if (text[at] !== quote) at++;
    else if (text[at + 1] === quote) at += 2;
    else return at + 1;
  }
  return text.length;
}

const DOLLAR_TAG = /\$(?:[\p{L}_][\p{L}\p{N}_]{0,62})?\$/uy;

function dollarQuotedEnd(text: string, at: number): number | undefined {
  DOLLAR_TAG.lastIndex = at;
  const tag = DOLLAR_TAG.exec(text)?.[0];
  if (tag === undefined) return undefined;
  const close = text.indexOf(tag, at + tag.length);
  return close === -1 ? text.length : close + tag.length;
}
