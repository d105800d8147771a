import type { ObjectName } from '../../../../ir/names.ts';
import type { Operation } from '../../../../ir/operation.ts';
import type { Span } from '../../../../source/text.ts';
import { readText } from '../parse.ts';
import { fileSource, stringContents } from '../source.ts';
import { TokenKind } from '../lexer.ts';
import type { Source } from '../source.ts';
import type { Reading } from '../context.ts';
import type { BodyNode } from './block-tree.ts';
import { textsOf } from './constants.ts';
import { HOLE, OPEN } from './hole.ts';
import type { BodyContext } from './flatten.ts';

/** What EXECUTE runs where its text can be told, or is given; otherwise an opaque operation with what is static of it. */
export function executeOperations(node: Extract<BodyNode, { readonly kind: 'execute' }>, context: BodyContext, computed?: string): readonly Operation[] {
  const { tokens, reading } = context;
  const { within } = reading;
  const span = { start: reading.source.at(tokens.start(node.statement.from)), end: reading.source.at(tokens.end(node.statement.to - 1)) };
  const literal = literalSource(node, context);
  if (literal !== undefined) return operationsIn(literal, reading);
  const texts = computed === undefined ? textsOf(node.range, context) : [computed];
  if (texts !== undefined && texts.every((text) => !text.includes(HOLE))) {
    return texts.flatMap((text) => operationsIn(fileSource(text, 0), reading)).map((operation) => relocated(operation, span));
  }
  const open = texts !== undefined && reading.open === true ? openOperations(texts, reading) : undefined;
  if (open !== undefined) return open.map((operation) => relocated(operation, span));
  const touches = texts?.every((text) => SHAPE_STAYS.test(text)) === true ? [] : texts === undefined || texts.some(namesHole) ? undefined : touchedBy(texts, reading);
  const detail = `EXECUTE of a computed statement: ${oneLine(texts?.[0]?.replaceAll(HOLE, '…') ?? source(node, context))}`;
  return [{ kind: 'opaque', span, reason: 'dynamic', detail, ...(touches === undefined ? {} : { touches }), ...(within === undefined ? {} : { within }) }];
}

/** The statements with `…` for the open parts of names; undefined where nothing of a name is known. */
function openOperations(texts: readonly string[], reading: Reading): readonly Operation[] | undefined {
  const operations = texts.flatMap((text) => operationsIn(fileSource(text, 0), reading));
  if (operations.length === 0 || operations.some((operation) => operation.kind === 'opaque' || relationsOf(operation).some(({ name }) => name === HOLE))) return undefined;
  return operations.map((operation) => opened(operation) as Operation);
}

function opened(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(HOLE, OPEN);
  if (Array.isArray(value)) return value.map(opened);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, opened(each)])) : value;
}

const LONGEST_DETAIL = 200;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_DETAIL);

function source({ range }: Extract<BodyNode, { readonly kind: 'execute' }>, { tokens }: BodyContext): string {
  return tokens.text.slice(tokens.start(range.from), tokens.end(range.to - 1));
}

/** A single string: its statements keep their exact places. */
function literalSource({ range }: Extract<BodyNode, { readonly kind: 'execute' }>, { tokens, reading }: BodyContext): Source | undefined {
  if (range.to - range.from !== 1) return undefined;
  const kind = tokens.kind(range.from);
  if (kind !== TokenKind.string && kind !== TokenKind.dollarString) return undefined;
  return stringContents(reading.source, tokens.start(range.from), tokens.end(range.from));
}

function operationsIn(text: Source, reading: Reading): readonly Operation[] {
  const { within, depth, comment } = reading;
  // The variables of the block around it mean nothing to the statement, and templates are filled in before it is computed.
  const inside: Reading = { source: text, placeholders: undefined, patterns: [], depth: depth + 1, comment, ...(within === undefined ? {} : { within }) };
  return readText(inside).statements.flatMap((each) => each.operations);
}

/** The operation with every place replaced by that of the statement which computes it. */
export function relocated(operation: Operation, span: Span): Operation {
  return moved(operation, span) as Operation;
}

function moved(value: unknown, span: Span): unknown {
  if (Array.isArray(value)) return value.map((each) => moved(each, span));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 2 && 'start' in value && 'end' in value) return span;
  return Object.fromEntries(entries.map(([key, each]) => [key, key === 'at' && typeof each === 'number' ? span.start : moved(each, span)]));
}

/** However it ends, every table has the columns and constraints that it had, and every row is what it was. */
const SHAPE_STAYS = /^\s*(?:grant|revoke|comment\s+on|alter\s+(?:sequence|statistics)|alter\s+(?:table|view|materialized\s+view)\s+[\w".]+\s+(?:owner\s+to|replica\s+identity))\s/i;

/** Whether a relation's name is, or has, a hole: then nothing can be said, and the text need not be parsed. */
const namesHole = (text: string): boolean => NAMED_HOLE.test(text);

/** Not of what a relation has. */
const EXISTS = String.raw`(?<!\b(?:constraint|column|policy|trigger|rule) if (?:not )?)exists`;
const NAMED_HOLE = new RegExp(`(?:^|\\b(?:from|join|into|update|table|only|${EXISTS}|index|view|sequence|on|call|concurrently)\\s)\\s*(?:[\\w"]+\\.)?[\\w"]*${HOLE}`, 'i');

/** The relations of a statement with holes, when all of them are outside the holes. */
function touchedBy(texts: readonly string[], reading: Reading): readonly ObjectName[] | undefined {
  const found: ObjectName[] = [];
  for (const text of texts) {
    for (const operation of operationsIn(fileSource(text, 0), reading)) {
      if (operation.kind === 'opaque') return undefined;
      const names = relationsOf(operation);
      if (names.length === 0 || names.some(({ schema, name }) => name.includes(HOLE) || schema?.includes(HOLE) === true)) return undefined;
      found.push(...names);
    }
  }
  return found.length === 0 ? undefined : found;
}

const RELATION_FIELDS = ['table', 'view', 'index', 'sequence', 'partition', 'references', 'relation', 'parent', 'from'];

/** Every relation that the operation names, wherever in it. */
function relationsOf(value: unknown, key = ''): ObjectName[] {
  if (Array.isArray(value)) return value.flatMap((each) => relationsOf(each, key));
  if (typeof value !== 'object' || value === null) return [];
  if (RELATION_FIELDS.includes(key) && 'name' in value && typeof value.name === 'string') return [value as ObjectName];
  return Object.entries(value).flatMap(([field, each]) => relationsOf(each, field === 'inherits' || field === 'reads' || field === 'objects' ? 'relation' : field));
}
