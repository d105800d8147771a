import { TokenKind } from '../lexer.ts';
import type { Range, Tokens } from '../tokens.ts';
import { CLOSE_PARENTHESIS, COMMA, DOT, nesting, OPEN_BRACKET, SEMICOLON, split } from '../tokens.ts';
import type { Assignment, Body, BodyNode } from './block-tree.ts';

/** Where the reader is in a body, and what it has found. */
export interface Reader {
  readonly tokens: Tokens;
  at: number;
  /** Set when the body is no PL/pgSQL: everything stops. */
  failedAt: number | undefined;
  depth: number;
  readonly variables: Set<string>;
  readonly assignments: Map<string, Assignment[]>;
}

const DEEPEST = 100;

/** Reads a PL/pgSQL body by its structure, as the server's own parser does; undefined when it has none. */
export function readBody(tokens: Tokens, parameters: readonly string[], statements: (reader: Reader) => BodyNode[]): Body | undefined {
  const reader: Reader = { tokens, at: 0, failedAt: undefined, depth: 0, variables: new Set([...parameters, 'found', 'sqlstate', 'sqlerrm']), assignments: new Map() };
  for (const name of parameters) assign(reader, name, { kind: 'unknown' });
  while (tokens.source(reader.at) === '#') reader.at += 3;
  const nodes = readBlock(reader, statements);
  skipSemicolon(reader);
  if (reader.failedAt !== undefined || reader.at < tokens.count) return undefined;
  return { nodes, variables: reader.variables, assignments: reader.assignments };
}

/** [<<label>>] [DECLARE …] BEGIN … [EXCEPTION …] END [label] */
export function readBlock(reader: Reader, statements: (reader: Reader) => BodyNode[]): BodyNode[] {
  const nodes: BodyNode[] = [];
  if (reader.depth++ > DEEPEST) return fail(reader);
  skipLabel(reader);
  while (accept(reader, 'declare')) {
    while (reader.at < reader.tokens.count && !isWord(reader, 'begin') && !isWord(reader, 'declare')) readDeclaration(reader, nodes);
  }
  if (!accept(reader, 'begin')) return fail(reader);
  const body = statements(reader);
  const handled = accept(reader, 'exception');
  if (!handled) for (const node of body) nodes.push(node);
  else {
    nodes.push({ kind: 'caught', body });
    while (isWord(reader, 'when')) {
      readUntil(reader, 'then');
      if (!accept(reader, 'then')) return fail(reader);
      nodes.push({ kind: 'branch', body: statements(reader) });
    }
  }
  if (!accept(reader, 'end')) return fail(reader);
  if (!isSemicolon(reader)) reader.at++;
  reader.depth--;
  return nodes;
}

function readDeclaration(reader: Reader, nodes: BodyNode[]): void {
  const { tokens } = reader;
  if (tokens.source(reader.at) === '<<') {
    skipLabel(reader);
    return;
  }
  const name = nameAt(tokens, reader.at);
  if (name === '') return void fail(reader);
  reader.variables.add(name);
  const from = reader.at + 1;
  const range = readUntil(reader);
  if (!skipSemicolon(reader)) return void fail(reader);
  const cursor = tokens.is(from, 'cursor') ? from : tokens.is(from + 1, 'cursor') ? from + 1 : tokens.is(from + 2, 'cursor') ? from + 2 : undefined;
  if (cursor !== undefined && cursor < range.to) {
    const query = wordIn(tokens, { from: cursor, to: range.to }, 'for', 'is');
    if (query < range.to) nodes.push({ kind: 'sql', range: { from: query + 1, to: range.to } });
    return;
  }
  const value = defaultIn(tokens, from, range.to);
  if (value >= range.to) return;
  const given = { from: value, to: range.to };
  nodes.push({ kind: 'expression', range: given, to: name });
  assign(reader, name, { kind: 'expression', range: given });
}

/** After `:=`, `=` or DEFAULT, outside parentheses. */
function defaultIn(tokens: Tokens, from: number, to: number): number {
  let depth = 0;
  for (let i = from; i < to; i++) {
    if (depth === 0 && (tokens.is(i, 'default') || isAssignment(tokens, i))) return i + 1;
    depth += nesting(tokens, i);
  }
  return to;
}

export function isAssignment(tokens: Tokens, index: number): boolean {
  const kind = tokens.kind(index);
  if (kind !== TokenKind.operator && kind !== TokenKind.punctuation) return false;
  const source = tokens.source(index);
  return source === ':=' || source === '=';
}

export function assign(reader: Reader, name: string, assignment: Assignment): void {
  const known = reader.assignments.get(name);
  if (known === undefined) reader.assignments.set(name, [assignment]);
  else known.push(assignment);
}

/** Marks the variables of a target list (`a, b.c, d[1]`) as set to something unknown; returns the index after it. */
export function readTargets(reader: Reader, from: number, to: number): number {
  const { tokens } = reader;
  let i = tokens.is(from, 'strict') ? from + 1 : from;
  for (;;) {
    assign(reader, nameAt(tokens, i), { kind: 'unknown' });
    i++;
    while (i < to && (tokens.code(i) === DOT || tokens.code(i) === OPEN_BRACKET)) i = tokens.code(i) === DOT ? i + 2 : bracketEnd(tokens, i, to);
    if (i >= to || tokens.code(i) !== COMMA) return Math.min(i, to);
    i++;
  }
}

/** The variables of a target list; of `a.b` and `a[1]` the first part. */
export const targetNames = (tokens: Tokens, range: Range): readonly string[] =>
  split(tokens, tokens.is(range.from, 'strict') ? range.from + 1 : range.from, range.to).map(({ from }) => nameAt(tokens, from));

function bracketEnd(tokens: Tokens, index: number, to: number): number {
  let depth = 0;
  for (let i = index; i < to; i++) {
    depth += nesting(tokens, i);
    if (depth === 0) return i + 1;
  }
  return to;
}

/** The tokens up to one of the words or a semicolon, outside parentheses; reading goes on at that token. */
export function readUntil(reader: Reader, ...words: readonly string[]): Range {
  const { tokens } = reader;
  const from = reader.at;
  let depth = 0;
  let i = from;
  for (; i < tokens.count; i++) {
    if (depth === 0 && (tokens.code(i) === SEMICOLON || (tokens.kind(i) === TokenKind.word && words.some((word) => tokens.is(i, word))))) break;
    const change = nesting(tokens, i);
    if (depth + change < 0 && tokens.code(i) === CLOSE_PARENTHESIS) break;
    depth += change;
  }
  reader.at = i;
  return { from, to: i };
}

export function wordIn(tokens: Tokens, range: Range, ...words: readonly string[]): number {
  let depth = 0;
  for (let i = range.from; i < range.to; i++) {
    if (depth === 0 && words.some((word) => tokens.is(i, word))) return i;
    depth += nesting(tokens, i);
  }
  return range.to;
}

export function skipLabel(reader: Reader): void {
  if (reader.tokens.source(reader.at) === '<<') reader.at += 3;
}

export const isWord = (reader: Reader, word: string): boolean => reader.tokens.is(reader.at, word);

export function accept(reader: Reader, word: string): boolean {
  if (!isWord(reader, word)) return false;
  reader.at++;
  return true;
}

export const isSemicolon = (reader: Reader): boolean => reader.tokens.code(reader.at) === SEMICOLON;

export function skipSemicolon(reader: Reader): boolean {
  if (!isSemicolon(reader)) return false;
  reader.at++;
  return true;
}

/** Names as PL/pgSQL compares them: folded unless quoted. */
export function nameAt(tokens: Tokens, index: number): string {
  if (tokens.kind(index) === TokenKind.quotedName) return tokens.source(index).slice(1, -1).replaceAll('""', '"');
  return tokens.word(index);
}

export function fail(reader: Reader): [] {
  reader.failedAt ??= reader.at;
  reader.at = reader.tokens.count;
  return [];
}

