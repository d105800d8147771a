import type { AlterDomainStmt, AlterEnumStmt, CompositeTypeStmt, Constraint, CreateDomainStmt, CreateEnumStmt, CreateRangeStmt } from 'libpg-query';
import type { CheckDefinition } from '../../../../ir/constraints.ts';
import type { Operation } from '../../../../ir/operation.ts';
import type { AlterDomain } from '../../../../ir/operations/types.ts';
import { all, as, strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { after, tokenAt, whole } from '../context.ts';
import { expression } from '../expressions.ts';
import { listName, relationName } from '../names.ts';
import type { Range } from '../tokens.ts';
import { dataType } from '../types.ts';
import { constraintDefinition } from './constraints.ts';

export function createEnum(statement: CreateEnumStmt, { span }: Context): Operation[] {
  return [{ kind: 'createEnum', span, type: listName(statement.typeName), values: strings(statement.vals) }];
}

export function alterEnum(statement: AlterEnumStmt, { span }: Context): Operation[] {
  const type = listName(statement.typeName);
  const value = statement.newVal ?? '';
  if (statement.oldVal !== undefined) return [{ kind: 'renameEnumValue', span, type, value: statement.oldVal, newValue: value }];
  const neighbour = statement.newValNeighbor;
  return [
    {
      kind: 'addEnumValue',
      span,
      type,
      value,
      ifNotExists: statement.skipIfNewValExists ?? false,
      ...(neighbour === undefined ? {} : { position: { place: statement.newValIsAfter === true ? 'after' : 'before', neighbour } }),
    },
  ];
}

export function createComposite(statement: CompositeTypeStmt, { span }: Context): Operation[] {
  const attributes = all(statement.coldeflist, 'ColumnDef').map((each) => ({ name: each.colname ?? '', type: dataType(each.typeName) }));
  return [{ kind: 'createCompositeType', span, type: relationName(statement.typevar), attributes }];
}

export function createRange(statement: CreateRangeStmt, { span }: Context): Operation[] {
  return [{ kind: 'createType', span, type: listName(statement.typeName), variety: 'range' }];
}

export function createDomain(statement: CreateDomainStmt, context: Context): Operation[] {
  const nodes = all(statement.constraints, 'Constraint');
  const starts = nodes.map((node) => tokenAt(context, node.location));
  const cuts = statement.collClause === undefined ? starts : [...starts, tokenAt(context, statement.collClause.location)];
  const pieces = nodes.map((node, position) => {
    const from = starts[position] ?? context.first;
    const to = cuts.reduce((nearest, cut) => (cut > from && cut < nearest ? cut : nearest), context.last);
    return { node, range: { from, to } };
  });
  const given = pieces.find(({ node }) => node.contype === 'CONSTR_DEFAULT');
  return [
    {
      kind: 'createDomain',
      span: context.span,
      domain: listName(statement.domainname),
      type: dataType(statement.typeName),
      notNull: nodes.some((node) => node.contype === 'CONSTR_NOTNULL'),
      ...(given?.node.raw_expr === undefined ? {} : { default: expression(given.node.raw_expr, context, { from: given.range.from + 1, to: given.range.to }) }),
      checks: pieces.flatMap(({ node, range }) => checkOf(node, context, range)),
    },
  ];
}

function checkOf(node: Constraint, context: Context, range: Range): CheckDefinition[] {
  const definition = constraintDefinition(node, context, range);
  return definition?.type === 'check' ? [definition] : [];
}

export function alterDomain(statement: AlterDomainStmt, context: Context): Operation[] {
  const change = domainChange(statement, context);
  return change === undefined ? [] : [{ kind: 'alterDomain', span: context.span, domain: listName(statement.typeName), change }];
}

function domainChange(statement: AlterDomainStmt, context: Context): AlterDomain['change'] | undefined {
  const name = statement.name ?? '';
  switch (statement.subtype) {
    case 'T': {
      const range = after(context, whole(context), 'default');
      if (statement.def === undefined || range === undefined) return { type: 'dropDefault' };
      return { type: 'setDefault', default: expression(statement.def, context, range) };
    }
    case 'N':
      return { type: 'dropNotNull' };
    case 'O':
      return { type: 'setNotNull' };
    case 'C': {
      const node = as(statement.def, 'Constraint');
      const definition = node === undefined ? undefined : constraintDefinition(node, context, { from: tokenAt(context, node.location), to: context.last });
      return definition?.type === 'check' || definition?.type === 'notNull' ? { type: 'addConstraint', constraint: definition } : undefined;
    }
    case 'X':
      return { type: 'dropConstraint', name, ifExists: statement.missing_ok ?? false, behavior: statement.behavior === 'DROP_CASCADE' ? 'cascade' : 'restrict' };
    case 'V':
      return { type: 'validateConstraint', name };
    default:
      return undefined;
  }
}
