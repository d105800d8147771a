import { TokenKind } from '../lexer.ts';
import type { Range, Tokens } from '../tokens.ts';
import { DOT, nesting, OPEN_BRACKET, SEMICOLON, split } from '../tokens.ts';
import type { BodyNode } from './block-tree.ts';
import type { Reader } from './reader.ts';
import { accept, assign, fail, isAssignment, isSemicolon, isWord, nameAt, readBlock, readTargets, readUntil, skipLabel, skipSemicolon, wordIn } from './reader.ts';

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
  return skipSemicolon(reader) ? [{ kind: 'expression', range }] : fail(reader);
}

function readIf(reader: Reader): BodyNode[] {
  const nodes: BodyNode[] = [];
  do {
    reader.at++;
    const condition: BodyNode = { kind: 'expression', range: readUntil(reader, 'then') };
    // Only the first condition is certain to be evaluated.
    nodes.push(nodes.length === 0 ? condition : { kind: 'branch', body: [condition] });
    if (!accept(reader, 'then')) return fail(reader);
    nodes.push({ kind: 'branch', body: readStatements(reader) });
  } while (isWord(reader, 'elsif') || isWord(reader, 'elseif'));
  if (accept(reader, 'else')) nodes.push({ kind: 'branch', body: readStatements(reader) });
  return accept(reader, 'end') && accept(reader, 'if') ? nodes : fail(reader);
}

function readCase(reader: Reader): BodyNode[] {
  reader.at++;
  const nodes: BodyNode[] = isWord(reader, 'when') ? [] : [{ kind: 'expression', range: readUntil(reader, 'when') }];
  while (accept(reader, 'when')) {
    const range = readUntil(reader, 'then');
    if (!accept(reader, 'then')) return fail(reader);
    const conditions = split(reader.tokens, range.from, range.to).map((each): BodyNode => ({ kind: 'expression', range: each }));
    nodes.push({ kind: 'branch', body: [...conditions, ...readStatements(reader)] });
  }
  if (accept(reader, 'else')) nodes.push({ kind: 'branch', body: readStatements(reader) });
  return accept(reader, 'end') && accept(reader, 'case') ? nodes : fail(reader);
}

/** LOOP … END LOOP [label] */
function readLoop(reader: Reader): BodyNode[] {
  if (!accept(reader, 'loop')) return fail(reader);
  const body = readStatements(reader);
  if (!accept(reader, 'end') || !accept(reader, 'loop')) return fail(reader);
  if (!isSemicolon(reader)) reader.at++;
  return [{ kind: 'loop', body }];
}

function readWhile(reader: Reader): BodyNode[] {
  reader.at++;
  const condition: BodyNode = { kind: 'expression', range: readUntil(reader, 'loop') };
  return [{ kind: 'loop', body: [condition, ...readLoop(reader).flatMap((each) => (each.kind === 'loop' ? each.body : [each]))] }];
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
    return [{ kind: 'expression', range: from }, { kind: 'expression', range: to }, ...readLoop(reader)];
  }
  readTargets(reader, target, names.to);
  const source = loopSource(reader, start, range);
  const over = source.at(-1)?.kind === 'sql';
  return [...source, ...readLoop(reader).map((node): BodyNode => (over && node.kind === 'loop' ? { ...node, over } : node))];
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
  assign(reader, name, head.to === target + 1 ? { kind: 'elements', range } : { kind: 'unknown' });
  return [{ kind: 'expression', range }, ...readLoop(reader)];
}

/** EXIT | CONTINUE [label] [WHEN condition] */
function readJump(reader: Reader): BodyNode[] {
  readUntil(reader, 'when');
  return accept(reader, 'when') ? [{ kind: 'expression', range: readUntil(reader) }] : [];
}

function readReturn(reader: Reader): BodyNode[] {
  reader.at++;
  if (accept(reader, 'next')) return listed(reader, reader.at);
  if (accept(reader, 'query')) {
    const range = readUntil(reader);
    return [reader.tokens.is(range.from, 'execute') ? executed(reader, range) : { kind: 'sql', range }];
  }
  const range = readUntil(reader);
  return range.from === range.to ? [{ kind: 'return' }] : [{ kind: 'expression', range }, { kind: 'return' }];
}

/** RAISE [level] ['format'] [, expression …] [USING option = expression, …] */
function readRaise(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  const range = readUntil(reader);
  const using = wordIn(tokens, range, 'using');
  const parameters = split(tokens, range.from, using).slice(1);
  const options = split(tokens, using + 1, range.to).map((each) => ({ from: each.from + 2, to: each.to }));
  return [...parameters, ...options].map((each): BodyNode => ({ kind: 'expression', range: each }));
}

function listed(reader: Reader, from = reader.at + 1): BodyNode[] {
  const range = readUntil(reader);
  return split(reader.tokens, from, range.to).map((each): BodyNode => ({ kind: 'expression', range: each }));
}

/** EXECUTE expression [INTO …] [USING …] */
function readExecute(reader: Reader): BodyNode[] {
  const from = reader.at;
  const range = readUntil(reader);
  return [executed(reader, { from, to: range.to })];
}

function executed(reader: Reader, statement: Range): BodyNode {
  const { tokens } = reader;
  const into = wordIn(tokens, statement, 'into');
  if (into < statement.to) readTargets(reader, into + 1, statement.to);
  return { kind: 'execute', range: { from: statement.from + 1, to: wordIn(tokens, statement, 'into', 'using') }, statement };
}

/** GET DIAGNOSTICS variable = item, … */
function readDiagnostics(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  const range = readUntil(reader);
  const from = wordIn(tokens, range, 'diagnostics') + 1;
  for (const each of split(tokens, from, range.to)) assign(reader, nameAt(tokens, each.from), { kind: 'unknown' });
  return [];
}

/** OPEN cursor [[NO] SCROLL] FOR query | FOR EXECUTE expression; one without FOR was read where it is declared. */
function readOpen(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  const range = readUntil(reader);
  const at = wordIn(tokens, range, 'for');
  if (at === range.to) return [];
  const query = { from: at + 1, to: range.to };
  return [tokens.is(query.from, 'execute') ? executed(reader, query) : { kind: 'sql', range: query }];
}

function readFetch(reader: Reader): BodyNode[] {
  const range = readUntil(reader);
  const into = wordIn(reader.tokens, range, 'into');
  if (into < range.to) readTargets(reader, into + 1, range.to);
  return [];
}

function readSql(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  const from = reader.at;
  let depth = 0;
  let blocks = 0;
  let i = from;
  const creates = tokens.is(from, 'create');
  for (; i < tokens.count; i++) {
    if (tokens.code(i) === SEMICOLON && depth === 0 && blocks === 0) break;
    depth += nesting(tokens, i);
    if (creates && (blocks > 0 ? tokens.is(i, 'case') : tokens.is(i, 'atomic') && tokens.is(i - 1, 'begin'))) blocks++;
    else if (blocks > 0 && tokens.is(i, 'end')) blocks--;
  }
  reader.at = i;
  if (i === from || i === tokens.count) return fail(reader);
  const blanked = intoClause(reader, { from, to: i });
  return [{ kind: 'sql', range: { from, to: i }, ...(blanked === undefined ? {} : { blanked }) }];
}

/** INTO [STRICT] target, …, wherever it stands; not that of INSERT INTO, MERGE INTO and IMPORT … INTO. */
function intoClause(reader: Reader, range: Range): Range | undefined {
  const { tokens } = reader;
  if (tokens.is(range.from, 'import')) return undefined;
  for (let i = range.from + 1; i < range.to; i++) {
    if (tokens.is(i, 'into') && !tokens.is(i - 1, 'insert') && !tokens.is(i - 1, 'merge')) return { from: i, to: selected(reader, range, i) ?? readTargets(reader, i + 1, range.to) };
  }
  return undefined;
}

/** `SELECT expression INTO variable` is an assignment; returns the index after it. */
function selected(reader: Reader, range: Range, into: number): number | undefined {
  const { tokens } = reader;
  const target = tokens.is(into + 1, 'strict') ? into + 2 : into + 1;
  const given = { from: range.from + 1, to: into };
  if (!tokens.is(range.from, 'select') || target + 1 !== range.to || wordIn(tokens, given, 'from') < into || split(tokens, given.from, given.to).length !== 1) return undefined;
  assign(reader, nameAt(tokens, target), { kind: 'expression', range: given });
  return range.to;
}
