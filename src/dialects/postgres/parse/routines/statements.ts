import { TokenKind } from '../lexer.ts';
import type { Range, Tokens } from '../tokens.ts';
import { DOT, nesting, OPEN_BRACKET, split } from '../tokens.ts';
import type { Arm, BodyNode, Turns } from './block-tree.ts';
import type { Reader } from './reader.ts';
import { accept, assign, fail, isAssignment, isSemicolon, isWord, nameAt, readBlock, readTargets, readUntil, skipLabel, skipSemicolon, targetNames, wordIn } from './reader.ts';
import { executed, listed, readDiagnostics, readExecute, readFetch, readJump, readOpen, readRaise, readSql } from './plain-statements.ts';

const ENDS = ['end', 'exception', 'else', 'elsif', 'elseif', 'when'];

/** Statements up to a keyword that ends the list. */
export function readStatements(reader: Reader): BodyNode[] {
  const nodes: BodyNode[] = [];
  while (reader.at < reader.tokens.count && !ENDS.some((word) => isWord(reader, word) && !assignsTo(reader.tokens, reader.at))) {
    const before = reader.at;
    nodes.push(...readStatement(reader));
    if (reader.failedAt !== undefined) return nodes;
    if (reader.at === before) return fail(reader);
  }
  return nodes;
}

function readStatement(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  skipLabel(reader);
  if (assignsTo(tokens, reader.at)) return readAssignment(reader);
  const handler = tokens.kind(reader.at) === TokenKind.word ? STATEMENTS.get(tokens.word(reader.at)) : undefined;
  const nodes = handler === undefined ? readSql(reader) : handler(reader);
  if (reader.failedAt === undefined && !skipSemicolon(reader)) return fail(reader);
  return nodes;
}

const STATEMENTS = new Map<string, (reader: Reader) => BodyNode[]>(
  Object.entries({
    declare: (reader: Reader) => readBlock(reader, readStatements),
    begin: (reader: Reader) => readBlock(reader, readStatements),
    if: readIf,
    case: readCase,
    loop: readLoop,
    while: readWhile,
    for: readFor,
    foreach: readForeach,
    exit: readJump,
    continue: readJump,
    return: readReturn,
    raise: readRaise,
    assert: (reader: Reader) => listed(reader),
    null: (reader: Reader) => {
      reader.at++;
      return [];
    },
    perform: (reader: Reader): BodyNode[] => [{ kind: 'sql', range: readUntil(reader), perform: true }],
    execute: readExecute,
    get: readDiagnostics,
    open: readOpen,
    fetch: readFetch,
    move: readFetch,
    close: readFetch,
    commit: (reader: Reader): BodyNode[] => [{ kind: 'transaction', action: 'commit', range: readUntil(reader) }],
    rollback: (reader: Reader): BodyNode[] => [{ kind: 'transaction', action: 'rollback', range: readUntil(reader) }],
  }),
);

/** `name := …`, `name.field[1] = …` */
function assignsTo(tokens: Tokens, index: number): boolean {
  return isAssignment(tokens, targetEnd(tokens, index));
}

function targetEnd(tokens: Tokens, index: number): number {
  let i = index + 1;
  while (tokens.code(i) === DOT || tokens.code(i) === OPEN_BRACKET) {
    if (tokens.code(i) === DOT) i += 2;
    else {
      let depth = 0;
      do {
        depth += nesting(tokens, i);
        i++;
      } while (depth > 0 && i < tokens.count);
    }
  }
  return i;
}

function readAssignment(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  const name = nameAt(tokens, reader.at);
  const end = targetEnd(tokens, reader.at);
  const whole = end === reader.at + 1;
  reader.at = end + 1;
  const range = readUntil(reader);
  assign(reader, name, whole ? { kind: 'expression', range } : { kind: 'unknown' });
  if (!skipSemicolon(reader)) return fail(reader);
  return whole ? [{ kind: 'expression', range, to: name }] : [{ kind: 'expression', range }, { kind: 'forget', names: [name] }];
}

function readIf(reader: Reader): BodyNode[] {
  const arms: Arm[] = [];
  do {
    reader.at++;
    const conditions = [readUntil(reader, 'then')];
    if (!accept(reader, 'then')) return fail(reader);
    arms.push({ conditions, body: readStatements(reader) });
  } while (isWord(reader, 'elsif') || isWord(reader, 'elseif'));
  if (accept(reader, 'else')) arms.push({ conditions: [], body: readStatements(reader) });
  return accept(reader, 'end') && accept(reader, 'if') ? [{ kind: 'choice', arms }] : fail(reader);
}

function readCase(reader: Reader): BodyNode[] {
  reader.at++;
  const subject = isWord(reader, 'when') ? undefined : readUntil(reader, 'when');
  const arms: Arm[] = [];
  while (accept(reader, 'when')) {
    const range = readUntil(reader, 'then');
    if (!accept(reader, 'then')) return fail(reader);
    arms.push({ conditions: split(reader.tokens, range.from, range.to), body: readStatements(reader) });
  }
  if (accept(reader, 'else')) arms.push({ conditions: [], body: readStatements(reader) });
  return accept(reader, 'end') && accept(reader, 'case') ? [{ kind: 'choice', ...(subject === undefined ? {} : { subject }), arms }] : fail(reader);
}

/** LOOP … END LOOP [label] */
function readLoop(reader: Reader): BodyNode[] {
  if (!accept(reader, 'loop')) return fail(reader);
  const body = readStatements(reader);
  if (!accept(reader, 'end') || !accept(reader, 'loop')) return fail(reader);
  if (!isSemicolon(reader)) reader.at++;
  return [{ kind: 'loop', body, turns: { kind: 'endless' } }];
}

const turning = (nodes: readonly BodyNode[], turns: Turns | undefined): BodyNode[] =>
  nodes.map((node) => (node.kind === 'loop' ? { kind: 'loop', body: node.body, ...(turns === undefined ? {} : { turns }) } : node));

function readWhile(reader: Reader): BodyNode[] {
  reader.at++;
  const condition = readUntil(reader, 'loop');
  return turning(readLoop(reader), { kind: 'while', condition });
}

function readFor(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  reader.at++;
  const target = reader.at;
  const names = readUntil(reader, 'in');
  for (const { from } of split(tokens, names.from, names.to)) reader.variables.add(nameAt(tokens, from));
  if (!accept(reader, 'in')) return fail(reader);
  const start = reader.at;
  const range = readUntil(reader, 'loop');
  const dots = dotsIn(tokens, range);
  if (dots < range.to) {
    const from = { from: tokens.is(range.from, 'reverse') ? range.from + 1 : range.from, to: dots };
    const by = wordIn(tokens, { from: dots, to: range.to }, 'by');
    const to = { from: dots + 1, to: by };
    assign(reader, nameAt(tokens, target), by === range.to ? { kind: 'numbers', from, to } : { kind: 'unknown' });
    const step = by === range.to ? {} : { by: { from: by + 1, to: range.to } };
    const turns: Turns = { kind: 'numbers', name: nameAt(tokens, target), from, to, ...step, down: from.from > range.from };
    return [{ kind: 'expression', range: from }, { kind: 'expression', range: to }, ...turning(readLoop(reader), turns)];
  }
  readTargets(reader, target, names.to);
  const source = loopSource(reader, start, range);
  const over = source.at(-1)?.kind === 'sql';
  const turns: Turns | undefined = source.length === 0 ? undefined : { kind: 'rows', targets: targetNames(tokens, names) };
  return [...source, ...turning(readLoop(reader), turns).map((node): BodyNode => (over && node.kind === 'loop' ? { ...node, over } : node))];
}

function loopSource(reader: Reader, start: number, range: Range): BodyNode[] {
  const { tokens } = reader;
  if (tokens.is(start, 'execute')) return [executed(reader, range)];
  // A cursor was read where it is declared.
  const cursor = range.to - range.from === 1 || (tokens.kind(range.from) === TokenKind.word && reader.variables.has(tokens.word(range.from)));
  return cursor ? [] : [{ kind: 'sql', range }];
}

function dotsIn(tokens: Tokens, range: Range): number {
  let depth = 0;
  for (let i = range.from; i < range.to; i++) {
    if (depth === 0 && tokens.kind(i) === TokenKind.punctuation && tokens.source(i) === '..') return i;
    depth += nesting(tokens, i);
  }
  return range.to;
}

/** FOREACH x [SLICE n] IN ARRAY expression LOOP */
function readForeach(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  const target = reader.at + 1;
  const head = readUntil(reader, 'in');
  if (!accept(reader, 'in') || !accept(reader, 'array')) return fail(reader);
  const range = readUntil(reader, 'loop');
  const name = nameAt(tokens, target);
  reader.variables.add(name);
  const plain = head.to === target + 1;
  assign(reader, name, plain ? { kind: 'elements', range } : { kind: 'unknown' });
  return [{ kind: 'expression', range }, ...turning(readLoop(reader), plain ? { kind: 'elements', name, range } : undefined)];
}

function readReturn(reader: Reader): BodyNode[] {
  reader.at++;
  if (accept(reader, 'next')) return listed(reader, reader.at);
  if (accept(reader, 'query')) {
    const range = readUntil(reader);
    return [reader.tokens.is(range.from, 'execute') ? executed(reader, range) : { kind: 'sql', range }];
  }
  const range = readUntil(reader);
  return range.from === range.to ? [{ kind: 'return' }] : [{ kind: 'return', value: range }];
}
