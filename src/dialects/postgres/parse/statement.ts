import type { Operation } from '../../../ir/operation.ts';
import type { Node } from 'libpg-query';
import type { Context, Reading } from './context.ts';
import { parseTree } from './engine.ts';
import { refusal } from './guard.ts';
import { lower } from './lower/lower.ts';
import type { MaskStyle } from './masks.ts';
import { masks } from './masks.ts';
import type { Shortening } from './shortening.ts';
import { shorteningOf } from './shortening.ts';
import { byteOffsets, characterOffset, wellFormed } from './source.ts';
import type { Masked, Substitution } from './substitution.ts';
import { placeholdersIn, nestsComments, substituted } from './substitution.ts';
import type { Tokens } from './tokens.ts';

/** A statement by its tokens. */
export interface Piece {
  readonly tokens: Tokens;
  readonly first: number;
  readonly last: number;
  /** Stands before the text for the parser only: makes a statement of an expression. */
  readonly prefix?: string;
  /** Tokens to replace for the parser only, with texts of the same length. */
  readonly substitutions?: readonly Substitution[];
}

export interface Failure {
  readonly error: string;
  /** Offset into the text. */
  readonly at: number | undefined;
  readonly template: boolean;
}

export type Parsed = { readonly nodes: readonly Node[]; readonly context: Context } | Failure;

/** Parses a statement, with placeholders standing in for names first, then for constants. */
export function parsePiece(piece: Piece, reading: Reading): Parsed {
  const { tokens, first, last } = piece;
  const shortening = shorteningOf(tokens, first, last, reading.source);
  const refused = refusal(tokens, first, last, shortening);
  if (refused !== undefined) return { error: refused, at: undefined, template: false };
  const found = placeholdersIn(piece, reading.placeholders);
  const template = found !== undefined;
  if (found !== 'certain') {
    const plain = attempt(piece, reading, undefined, shortening);
    if ('nodes' in plain || !template) return 'nodes' in plain ? plain : { ...plain, template };
  }
  const masked = attemptTemplate(piece, reading, shortening);
  return 'nodes' in masked ? masked : { ...masked, template };
}

type Attempt = { readonly nodes: readonly Node[]; readonly context: Context } | Omit<Failure, 'template'>;

const NEXT_STYLE = new Map<MaskStyle, MaskStyle>([
  ['name', 'string'],
  ['string', 'number'],
  ['number', 'row'],
]);
const MOST_ATTEMPTS = 12;

/** Takes placeholders for names, and those where the parser wants no name for strings, then for numbers, then for rows of VALUES. */
function attemptTemplate(piece: Piece, reading: Reading, shortening: Shortening | undefined): Attempt {
  const styles = rowsIn(piece, reading);
  const first = attempt(piece, reading, { styles, masks: masks() }, shortening);
  let last = first;
  for (let count = 1; 'error' in last && last.at !== undefined && count < MOST_ATTEMPTS; count++) {
    const next = reading.placeholders?.end(last.at) === -1 ? undefined : NEXT_STYLE.get(styles.get(last.at) ?? 'name');
    if (next === undefined) break;
    styles.set(last.at, next);
    last = attempt(piece, reading, { styles, masks: masks() }, shortening);
  }
  return 'nodes' in last ? last : first;
}

/** What stands right behind VALUES is rows: in brackets the parser would stumble over what follows it only. */
function rowsIn({ tokens, first, last }: Piece, { placeholders }: Reading): Map<number, MaskStyle> {
  const styles = new Map<number, MaskStyle>();
  for (let i = first + 1; i < last; i++) if (tokens.is(i - 1, 'values') && placeholders?.end(tokens.start(i)) === tokens.end(i)) styles.set(tokens.start(i), 'row');
  return styles;
}

function attempt(piece: Piece, reading: Reading, masked: Masked | undefined, shortening: Shortening | undefined): Attempt {
  const { tokens, first, last, prefix = '' } = piece;
  const start = tokens.start(first);
  const whole = textFor(piece, reading, masked);
  const cut = shortening === undefined ? undefined : { start: tokens.start(shortening.from) - start, end: tokens.end(shortening.to - 1) - start };
  const sql = prefix + (cut === undefined ? whole : whole.slice(0, cut.start) + whole.slice(cut.end));
  if (sql.includes('\0')) return { error: 'contains a null character', at: start + sql.indexOf('\0') - prefix.length };
  const place = (at: number): number => {
    if (at < prefix.length) return start;
    const within = at - prefix.length;
    return start + within + (cut === undefined || within < cut.start ? 0 : cut.end - cut.start);
  };
  const tree = parseTree(sql);
  if ('error' in tree) {
    const at = tree.at === undefined ? undefined : place(characterOffset(sql, tree.at));
    return { error: masked === undefined ? tree.error : masked.masks.restoreText(tree.error), at };
  }
  const utf16 = byteOffsets(sql);
  const offset = (location = 0): number | undefined => (location < 0 ? undefined : place(utf16(location)));
  const nodes = masked === undefined ? tree.statements : (masked.masks.restore(tree.statements) as readonly Node[]);
  const { source, within, variables, depth } = reading;
  const span = { start: source.at(start), end: source.at(tokens.end(last - 1)) };
  const context: Context = { source, tokens, first, last, offset, span, depth, reading, ...(shortening === undefined ? {} : { shortening }), ...(within === undefined ? {} : { within }), ...(variables === undefined ? {} : { variables }) };
  return { nodes, context };
}

function textFor(piece: Piece, reading: Reading, masked: Masked | undefined): string {
  const { tokens, first, last } = piece;
  const sql = tokens.text.slice(tokens.start(first), tokens.end(last - 1));
  const shown = masked !== undefined || piece.substitutions !== undefined || nestsComments(sql) ? substituted(piece, reading.placeholders, masked) : sql;
  return wellFormed(shown);
}

export type Read = { readonly operations: readonly Operation[] } | Failure;

/** The operations of one statement, or why there are none. */
export function readPiece(piece: Piece, reading: Reading): Read {
  const parsed = parsePiece(piece, reading);
  if (!('nodes' in parsed)) return parsed;
  try {
    return { operations: parsed.nodes.flatMap((node) => lower(node, parsed.context)) };
  } catch (error) {
    if (error instanceof RangeError) return { error: 'nested too deeply to be read', at: undefined, template: false };
    // A mistake of ours costs this statement, not the run.
    const { span, within } = parsed.context;
    const detail = `not read: ${error instanceof Error ? error.message : String(error)}`;
    return { operations: [{ kind: 'opaque', span, reason: 'unsupported', detail, ...(within === undefined ? {} : { within }) }] };
  }
}

export function opaqueFor(failure: Failure, span: Operation['span'], reading: Reading, text?: string): Operation {
  const { source, within } = reading;
  return {
    kind: 'opaque',
    span,
    reason: failure.template ? 'template' : 'syntax',
    detail: failure.error.replace(/\s+/g, ' ').slice(0, LONGEST_DETAIL),
    ...(failure.template && text !== undefined ? { text } : {}),
    ...(failure.at === undefined ? {} : { at: source.at(failure.at) }),
    ...(within === undefined ? {} : { within }),
  };
}

const LONGEST_DETAIL = 300;
