import type { Range } from '../tokens.ts';
import { nesting, SEMICOLON, split } from '../tokens.ts';
import type { BodyNode } from './block-tree.ts';
import type { Reader } from './reader.ts';
import { accept, assign, fail, isWord, nameAt, readTargets, readUntil, targetNames, wordIn } from './reader.ts';

// Statements of PL/pgSQL that have no others inside.

/** EXIT | CONTINUE [label] [WHEN condition] */
export function readJump(reader: Reader): BodyNode[] {
  const to = isWord(reader, 'exit') ? 'exit' : 'continue';
  const head = readUntil(reader, 'when');
  const label = head.to > head.from + 1 ? { label: nameAt(reader.tokens, head.from + 1) } : {};
  return [{ kind: 'jump', to, ...label, ...(accept(reader, 'when') ? { condition: readUntil(reader) } : {}) }];
}

/** RAISE [level] ['format'] [, expression …] [USING option = expression, …] */
export function readRaise(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  const range = readUntil(reader);
  const using = wordIn(tokens, range, 'using');
  const parameters = split(tokens, range.from, using).slice(1);
  const options = split(tokens, using + 1, range.to).map((each) => ({ from: each.from + 2, to: each.to }));
  const level = tokens.word(range.from + 1);
  const ends: readonly BodyNode[] = NOTICES.has(level) ? [] : [{ kind: 'raise' }];
  return [...[...parameters, ...options].map((each): BodyNode => ({ kind: 'expression', range: each })), ...ends];
}

const NOTICES = new Set(['debug', 'log', 'info', 'notice', 'warning']);

export function listed(reader: Reader, from = reader.at + 1): BodyNode[] {
  const range = readUntil(reader);
  return split(reader.tokens, from, range.to).map((each): BodyNode => ({ kind: 'expression', range: each }));
}

/** EXECUTE expression [INTO …] [USING …] */
export function readExecute(reader: Reader): BodyNode[] {
  const from = reader.at;
  const range = readUntil(reader);
  return [executed(reader, { from, to: range.to })];
}

export function executed(reader: Reader, statement: Range): BodyNode {
  const { tokens } = reader;
  const into = wordIn(tokens, statement, 'into');
  const range = { from: statement.from + 1, to: wordIn(tokens, statement, 'into', 'using') };
  if (into === statement.to) return { kind: 'execute', range, statement };
  readTargets(reader, into + 1, statement.to);
  const targets = { from: into + 1, to: wordIn(tokens, { from: into + 1, to: statement.to }, 'using') };
  return { kind: 'execute', range, statement, into: targetNames(tokens, targets) };
}

/** GET DIAGNOSTICS variable = item, … */
export function readDiagnostics(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  const range = readUntil(reader);
  const from = wordIn(tokens, range, 'diagnostics') + 1;
  const names = targetNames(tokens, { from, to: range.to });
  for (const name of names) assign(reader, name, { kind: 'unknown' });
  return [{ kind: 'forget', names }];
}

/** OPEN cursor [[NO] SCROLL] FOR query | FOR EXECUTE expression; one without FOR was read where it is declared. */
export function readOpen(reader: Reader): BodyNode[] {
  const { tokens } = reader;
  const range = readUntil(reader);
  const at = wordIn(tokens, range, 'for');
  if (at === range.to) return [];
  const query = { from: at + 1, to: range.to };
  return [tokens.is(query.from, 'execute') ? executed(reader, query) : { kind: 'sql', range: query }];
}

export function readFetch(reader: Reader): BodyNode[] {
  const range = readUntil(reader);
  const into = wordIn(reader.tokens, range, 'into');
  if (into === range.to) return [];
  readTargets(reader, into + 1, range.to);
  return [{ kind: 'forget', names: targetNames(reader.tokens, { from: into + 1, to: range.to }) }];
}

export function readSql(reader: Reader): BodyNode[] {
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
  const statement: BodyNode = { kind: 'sql', range: { from, to: i }, ...(blanked === undefined ? {} : { blanked, into: targetNames(tokens, { from: blanked.from + 1, to: blanked.to }) }) };
  return tokens.is(from, 'call') ? [statement, { kind: 'forget', names: handedIn(reader, { from, to: i }) }] : [statement];
}

/** Variables that a procedure is handed, and may give back changed. */
const handedIn = ({ tokens, variables }: Reader, { from, to }: Range): readonly string[] => Array.from({ length: to - from }, (_, index) => nameAt(tokens, from + index)).filter((name) => variables.has(name));

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
