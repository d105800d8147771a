import type { Constraint, Node } from 'libpg-query';
import type { CheckDefinition, ConstraintDefinition, ExclusionDefinition, ForeignKeyDefinition, NotNullDefinition, ReferentialAction } from '../../../../ir/constraints.ts';
import { all, as, strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { after, firstParenthesis, inner, items, spanOf } from '../context.ts';
import { expression } from '../expressions.ts';
import { relationName } from '../names.ts';
import type { Range } from '../tokens.ts';
import { find } from '../tokens.ts';
import { indexKey } from './index-keys.ts';

/** Attributes that follow an inline constraint as nodes of their own. */
export interface Attributes {
  readonly deferrable?: boolean;
  readonly initiallyDeferred?: boolean;
  readonly notEnforced?: boolean;
}

/** Undefined for what is no constraint in our sense: defaults, identity, generation, attributes. */
export function constraintDefinition(node: Constraint, context: Context, range: Range, column?: string, attributes: Attributes = {}): ConstraintDefinition | undefined {
  const base = {
    span: spanOf(context, range),
    ...(node.conname === undefined ? {} : { name: node.conname }),
    ...(node.deferrable === true || attributes.deferrable === true || attributes.initiallyDeferred === true ? { deferrable: true } : {}),
    ...(node.initdeferred === true || attributes.initiallyDeferred === true ? { initiallyDeferred: true } : {}),
    ...(node.skip_validation === true || attributes.notEnforced === true ? { notValid: true } : {}),
    ...(attributes.notEnforced === true || (node.is_enforced !== true && ENFORCEABLE.has(node.contype)) ? { notEnforced: true } : {}),
    ...(node.is_no_inherit === true ? { noInherit: true } : {}),
  };
  const columns = column === undefined ? strings(node.keys) : [column];
  const include = strings(node.including);
  const index = {
    columns,
    ...(include.length === 0 ? {} : { include }),
    ...(node.indexname === undefined ? {} : { usingIndex: node.indexname }),
    ...(node.without_overlaps === true ? { withoutOverlaps: true } : {}),
  };
  switch (node.contype) {
    case 'CONSTR_PRIMARY':
      return { type: 'primaryKey', ...base, ...index };
    case 'CONSTR_UNIQUE':
      return { type: 'unique', ...base, ...index, ...(node.nulls_not_distinct === true ? { nullsNotDistinct: true } : {}) };
    case 'CONSTR_CHECK':
      return check(node, base, context, range);
    case 'CONSTR_FOREIGN':
      return foreignKey(node, base, column);
    case 'CONSTR_EXCLUSION':
      return exclusion(node, base, context, range);
    case 'CONSTR_NOTNULL':
      return { type: 'notNull', column: columns[0] ?? '', ...base } satisfies NotNullDefinition;
    default:
      return undefined;
  }
}

const ENFORCEABLE: ReadonlySet<Constraint['contype']> = new Set(['CONSTR_CHECK', 'CONSTR_FOREIGN']);

type Base = Omit<NotNullDefinition, 'type' | 'column'>;

function check(node: Constraint, base: Base, context: Context, range: Range): CheckDefinition | undefined {
  if (node.raw_expr === undefined) return undefined;
  const open = firstParenthesis(context, after(context, range, 'check') ?? range);
  return { type: 'check', expression: expression(node.raw_expr, context, inner(context, open, range.to)), ...base };
}

const ACTIONS: Readonly<Record<string, ReferentialAction>> = { a: 'noAction', r: 'restrict', c: 'cascade', n: 'setNull', d: 'setDefault' };

function foreignKey(node: Constraint, base: Base, column: string | undefined): ForeignKeyDefinition {
  return {
    type: 'foreignKey',
    columns: column === undefined ? strings(node.fk_attrs) : [column],
    references: relationName(node.pktable),
    referencedColumns: strings(node.pk_attrs),
    onDelete: ACTIONS[node.fk_del_action ?? 'a'] ?? 'noAction',
    onUpdate: ACTIONS[node.fk_upd_action ?? 'a'] ?? 'noAction',
    match: node.fk_matchtype === 'f' ? 'full' : node.fk_matchtype === 'p' ? 'partial' : 'simple',
    ...base,
  };
}

function exclusion(node: Constraint, base: Base, context: Context, range: Range): ExclusionDefinition {
  const open = firstParenthesis(context, range);
  const parts = items(context, open, range.to);
  const columns: (string | undefined)[] = [];
  const expressions: ExclusionDefinition['expressions'][number][] = [];
  (node.exclusions ?? []).forEach((each: Node, position) => {
    const element = all(as(each, 'List')?.items, 'IndexElem')[0];
    const part = parts[position];
    if (element === undefined || part === undefined) return;
    const key = indexKey(element, context, { from: part.from, to: find(context.tokens, part.from, part.to, 'with') });
    columns.push(key.column);
    if (key.expression !== undefined) expressions.push(key.expression);
  });
  const where = node.where_clause === undefined ? undefined : after(context, { from: open, to: range.to }, 'where');
  return {
    type: 'exclusion',
    ...base,
    columns,
    expressions,
    method: node.access_method ?? 'gist',
    ...(node.where_clause === undefined || where === undefined ? {} : { where: expression(node.where_clause, context, inner(context, where.from, range.to)) }),
  };
}
