import type { Comment } from '../../../ir/migration.ts';
import { isSpace, lineEnd, nextLine } from './characters.ts';
import { lexer, TokenKind } from './lexer.ts';
import type { Placeholders } from './placeholders.ts';
import type { TokenBuffer } from './tokens.ts';
import { nesting, SEMICOLON, tokenBuffer } from './tokens.ts';

/** One statement or one psql command; its tokens are in the splitter's buffer until the next one is read. */
export interface Chunk {
  readonly kind: 'statement' | 'command';
  readonly start: number;
  /** End of the last token: the semicolon is not part of it. */
  readonly end: number;
  /** Where to read on. */
  readonly next: number;
  /** Where the quote or comment opens that is never closed. */
  readonly unterminated: number | undefined;
  /** Where to cut, should the statement turn out to be none: after its first inner semicolon. */
  readonly innerEnd: number | undefined;
}

export interface Splitter {
  readonly tokens: TokenBuffer;
  /** The statement at or after the offset; undefined when there is none. Statements without tokens are passed over. */
  next(from: number): Chunk | undefined;
}

/** Cuts a script into statements the way psql does. `comments` holds those before the offset read last, in order. */
export function splitter(text: string, comments: Comment[], placeholders?: Placeholders): Splitter {
  const tokens = tokenBuffer(text);
  const reader = lexer(text, placeholders, (comment) => comments.push(comment));

  function next(from: number): Chunk | undefined {
    while (comments.length > 0 && (comments.at(-1)?.span.start ?? 0) >= from) comments.pop();
    let at = from;
    for (;;) {
      const chunk = readStatement(at);
      if (chunk === undefined || chunk.kind === 'command' || tokens.count > 0 || chunk.unterminated !== undefined) return chunk;
      at = chunk.next;
    }
  }

  function readStatement(from: number): Chunk | undefined {
    tokens.clear();
    let at = from;
    let kept = false;
    let depth = 0;
    let blocks = 0;
    let form: Form | undefined;
    let innerEnd: number | undefined;
    for (;;) {
      const kind = reader.next(at);
      if (kind === TokenKind.end || reader.unterminated) {
        if (reader.unterminated) {
          if (kind !== TokenKind.end) tokens.push(kind, reader.start, reader.end);
          const start = tokens.count > 0 ? tokens.start(0) : reader.start;
          return { kind: 'statement', start, end: trimmedEnd(text, text.length), next: text.length, unterminated: reader.start, innerEnd };
        }
        return tokens.count === 0 ? undefined : statement(text.length, innerEnd);
      }
      at = reader.end;
      if (kind === TokenKind.backslash) {
        if (text.charCodeAt(at) === SEMICOLON) return statement(at + 1, innerEnd);
        return tokens.count > 0 ? statement(reader.start, innerEnd) : command(reader.start);
      }
      if (kind === TokenKind.punctuation && text.charCodeAt(reader.start) === SEMICOLON) {
        kept = blocks > 0 || (form === 'rule' && depth > 0);
        if (!kept) return statement(copyDataEnd(tokens, at), innerEnd);
        innerEnd ??= at;
      }
      tokens.push(kind, reader.start, reader.end);
      const last = tokens.count - 1;
      if (last <= MOST_PREFIX) form = formOf(tokens);
      if (form === 'rule') depth += nesting(tokens, last);
      else if (form === 'routine' && kind === TokenKind.word) {
        if (blocks === 0) blocks = tokens.is(last, 'atomic') && tokens.is(last - 1, 'begin') ? 1 : 0;
        else if (tokens.is(last, 'case')) blocks++;
        else if (tokens.is(last, 'end')) blocks--;
      }
    }
  }

  function statement(nextAt: number, innerEnd: number | undefined): Chunk {
    return { kind: 'statement', start: tokens.start(0), end: tokens.end(tokens.count - 1), next: nextAt, unterminated: undefined, innerEnd };
  }

  function command(start: number): Chunk {
    const end = lineEnd(text, start);
    const inline = /^\\copy\b.*\bfrom\s+p?stdin\b/i.test(text.slice(start, Math.min(end, start + LONGEST_COMMAND)));
    const data = inline ? dataEnd(text, nextLine(text, end)) : -1;
    return { kind: 'command', start, end: trimmedEnd(text, end), next: data === -1 ? end : data, unterminated: undefined, innerEnd: undefined };
  }

  return { tokens, next };
}

type Form = 'rule' | 'routine';

const MOST_PREFIX = 3;
const LONGEST_COMMAND = 2_000;

/** Only these statements contain semicolons of their own. */
function formOf(tokens: TokenBuffer): Form | undefined {
  if (!tokens.is(0, 'create')) return undefined;
  const object = tokens.is(1, 'or') && tokens.is(2, 'replace') ? 3 : 1;
  if (tokens.is(object, 'rule')) return 'rule';
  return tokens.is(object, 'function') || tokens.is(object, 'procedure') ? 'routine' : undefined;
}

/** After the data block of COPY … FROM STDIN; the offset itself for other statements. */
function copyDataEnd(tokens: TokenBuffer, at: number): number {
  if (!tokens.is(0, 'copy')) return at;
  for (let i = 2; i < tokens.count; i++) {
    if (tokens.is(i, 'stdin') && tokens.is(i - 1, 'from')) {
      const end = dataEnd(tokens.text, nextLine(tokens.text, at));
      return end === -1 ? at : end;
    }
  }
  return at;
}

/** After the line `\.`, or -1 when there is none: then nothing says that data follows. */
function dataEnd(text: string, from: number): number {
  for (let at = text.indexOf('\\.', from); at !== -1; at = text.indexOf('\\.', at + 2)) {
    const before = text.charCodeAt(at - 1);
    if (at !== from && before !== 10 && before !== 13) continue;
    const end = lineEnd(text, at);
    if (text.slice(at + 2, end).trim() === '') return end;
  }
  return -1;
}

export function trimmedEnd(text: string, end: number): number {
  let i = end;
  while (i > 0 && isSpace(text.charCodeAt(i - 1))) i--;
  return i;
}

/** Where a statement that swallowed others should have ended. */
export interface Cut {
  /** Its last character of content, the semicolon excluded. */
  readonly end: number;
  /** Where to read on. */
  readonly next: number;
}

/** What a statement may begin with. */
export const STARTERS: ReadonlySet<string> = new Set(
  (
    'abort alter analyze begin call close cluster comment commit copy create deallocate declare delete discard do drop end execute explain fetch grant import insert ' +
    'listen load lock merge move notify prepare reassign refresh reindex release reset revoke rollback savepoint security select set show start table truncate ' +
    'unlisten update vacuum values with'
  ).split(' '),
);

/**
 * The first place after `from` where a new statement evidently begins: a line that starts with a statement's keyword,
 * after a line that ended in a semicolon or a blank line.
 */
export function evidentEnd(text: string, from: number, to: number): Cut | undefined {
  const breakAt = lineEnd(text, from, to);
  // Most strings hold no line break, and there may be many on one long line.
  if (breakAt === to) return undefined;
  let contentEnd = breakAt > from ? trimmedEnd(text, breakAt) : from + 1;
  let ended = /;\s*(?:--.*)?$/.test(text.slice(from, Math.min(breakAt, from + LONGEST_COMMAND)));
  for (let at = nextLine(text, from); at < to; at = nextLine(text, at)) {
    const end = lineEnd(text, at);
    const first = firstContent(text, at, end);
    if (first === end) ended = true;
    else if (text.charCodeAt(first) !== 45 || text.charCodeAt(first + 1) !== 45) {
      if (ended && first === at && STARTERS.has(leadingWord(text, at, end))) return cutAt(text, contentEnd, from);
      contentEnd = trimmedEnd(text, end);
      ended = endsStatement(text, at, contentEnd);
    }
  }
  return undefined;
}

function cutAt(text: string, contentEnd: number, from: number): Cut {
  const semicolon = text.charCodeAt(contentEnd - 1) === SEMICOLON;
  return { end: Math.max(semicolon ? trimmedEnd(text, contentEnd - 1) : contentEnd, from), next: contentEnd };
}

function firstContent(text: string, at: number, end: number): number {
  let i = at;
  while (i < end && isSpace(text.charCodeAt(i))) i++;
  return i;
}

export function leadingWord(text: string, at: number, end: number): string {
  const word = /^[a-z]+/i.exec(text.slice(at, Math.min(end, at + 16)));
  return word === null ? '' : word[0].toLowerCase();
}

/** Whether the line ends in a semicolon, a comment behind it aside. */
function endsStatement(text: string, at: number, end: number): boolean {
  if (text.charCodeAt(end - 1) === SEMICOLON) return true;
  const line = text.slice(Math.max(at, end - LONGEST_COMMAND), end);
  const comment = line.lastIndexOf('--');
  return comment > 0 && line.slice(0, comment).trimEnd().endsWith(';');
}
