import type { ColumnDef, Constraint } from 'libpg-query';
import type { ColumnDefinition } from '../../../../ir/columns.ts';
import type { ConstraintDefinition } from '../../../../ir/constraints.ts';
import { all, collationIn } from '../ast.ts';
import type { Context } from '../context.ts';
import { firstParenthesis, inner, spanOf, tokenAt } from '../context.ts';
import { expression } from '../expressions.ts';
import type { Range } from '../tokens.ts';
import { typeRange } from '../type-range.ts';
import { dataType, serialType } from '../types.ts';
import type { Attributes } from './constraints.ts';
import { constraintDefinition } from './constraints.ts';

export interface LoweredColumn {
  readonly column: ColumnDefinition;
  /** Inline constraints, NOT NULL excepted. */
  readonly constraints: readonly ConstraintDefinition[];
}

/** A column definition that stands in the range of tokens. */
export function columnDefinition(definition: ColumnDef, context: Context, range: Range): LoweredColumn {
  const name = definition.colname ?? '';
  const pieces = constraintPieces(definition, context, range);
  const constraints = pieces.flatMap(({ node, attributes, range: piece }) => {
    if (node.contype === 'CONSTR_NOTNULL') return [];
    return constraintDefinition(node, context, piece, name, attributes) ?? [];
  });
  const has = (type: Constraint['contype']): boolean => pieces.some(({ node }) => node.contype === type);
  const serial = serialType(definition.typeName);
  const identity = pieces.find(({ node }) => node.contype === 'CONSTR_IDENTITY')?.node;
  const collation = collationIn(definition.collClause?.collname);
  const type = definition.typeName === undefined ? { from: range.from, to: range.from } : typeRange(context.tokens, tokenAt(context, definition.typeName.location), range.to);
  const column: ColumnDefinition = {
    name,
    type: serial ?? dataType(definition.typeName),
    span: spanOf(context, range),
    typeSpan: spanOf(context, type),
    notNull: serial !== undefined || identity !== undefined || has('CONSTR_NOTNULL') || has('CONSTR_PRIMARY'),
    ...defaultOf(pieces, context),
    ...(serial === undefined ? {} : { serial: true }),
    ...(identity === undefined ? {} : { identity: identity.generated_when === 'd' ? 'byDefault' : 'always' }),
    ...generationOf(pieces, context),
    ...(collation === undefined ? {} : { collation }),
    ...(definition.storage_name === undefined ? {} : { storage: definition.storage_name.toLowerCase() }),
    ...(definition.compression === undefined ? {} : { compression: definition.compression.toLowerCase() }),
    ...contradictionOf(pieces.flatMap(({ node }) => node.contype ?? []), serial !== undefined),
  };
  return { column, constraints };
}

function contradictionOf(types: readonly NonNullable<Constraint['contype']>[], serial: boolean): Pick<ColumnDefinition, 'contradiction'> {
  const count = (type: Constraint['contype']): number => types.filter((one) => one === type).length;
  const defaults = count('CONSTR_DEFAULT') + (serial ? 1 : 0);
  if (defaults > 0 && count('CONSTR_IDENTITY') > 0) return { contradiction: { what: 'both default and identity specified' } };
  if (defaults > 0 && count('CONSTR_GENERATED') > 0) return { contradiction: { what: 'both default and generation expression specified' } };
  if (defaults > 1) return { contradiction: { what: 'multiple default values specified' } };
  if (count('CONSTR_NULL') === 0) return {};
  const what = 'conflicting NULL/NOT NULL declarations';
  if (serial || count('CONSTR_NOTNULL') > 0 || count('CONSTR_IDENTITY') > 0) return { contradiction: { what } };
  return count('CONSTR_PRIMARY') > 0 ? { contradiction: { what, from: 18 } } : {};
}

interface Piece {
  readonly node: Constraint;
  readonly attributes: Attributes;
  readonly range: Range;
}

/** The constraints of a column with their tokens: each reaches to where the next one starts. */
function constraintPieces(definition: ColumnDef, context: Context, range: Range): readonly Piece[] {
  const nodes = all(definition.constraints, 'Constraint');
  if (nodes.length === 0) return [];
  const starts = nodes.map((node) => tokenAt(context, node.location));
  const cuts = definition.collClause === undefined ? starts : [...starts, tokenAt(context, definition.collClause.location)];
  const pieces: Piece[] = [];
  nodes.forEach((node, position) => {
    const from = starts[position] ?? range.from;
    const to = cuts.reduce((nearest, cut) => (cut > from && cut < nearest ? cut : nearest), range.to);
    const attribute = node.contype === undefined ? undefined : ATTRIBUTES[node.contype];
    const previous = pieces.at(-1);
    if (attribute === undefined) pieces.push({ node, attributes: {}, range: { from, to } });
    else if (previous !== undefined) {
      pieces[pieces.length - 1] = { node: previous.node, attributes: { ...previous.attributes, ...attribute }, range: { from: previous.range.from, to } };
    }
  });
  return pieces;
}

const ATTRIBUTES: { readonly [Type in NonNullable<Constraint['contype']>]?: Attributes } = {
  CONSTR_ATTR_DEFERRABLE: { deferrable: true },
  CONSTR_ATTR_NOT_DEFERRABLE: {},
  CONSTR_ATTR_DEFERRED: { initiallyDeferred: true },
  CONSTR_ATTR_IMMEDIATE: {},
  CONSTR_ATTR_ENFORCED: {},
  CONSTR_ATTR_NOT_ENFORCED: { notEnforced: true },
};

function defaultOf(pieces: readonly Piece[], context: Context): Pick<ColumnDefinition, 'default'> {
  const piece = pieces.find(({ node }) => node.contype === 'CONSTR_DEFAULT');
  if (piece?.node.raw_expr === undefined) return {};
  return { default: expression(piece.node.raw_expr, context, { from: piece.range.from + 1, to: piece.range.to }) };
}

function generationOf(pieces: readonly Piece[], context: Context): Pick<ColumnDefinition, 'generated'> {
  const piece = pieces.find(({ node }) => node.contype === 'CONSTR_GENERATED');
  if (piece?.node.raw_expr === undefined) return {};
  const range = inner(context, firstParenthesis(context, piece.range), piece.range.to);
  return { generated: { expression: expression(piece.node.raw_expr, context, range), stored: piece.node.generated_kind !== 'v' } };
}
