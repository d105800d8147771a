import type { DropStmt, Node, ObjectType as ServerType } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import type { DropBehavior } from '../../../../ir/operations/base.ts';
import type { Span } from '../../../../source/text.ts';
import { as } from '../ast.ts';
import type { Context } from '../context.ts';
import { spanOf } from '../context.ts';
import { split } from '../tokens.ts';
import { listStart } from './indexes.ts';
import { objectType } from './object-types.ts';
import { accessMethodObject, objectName, parameterTypes, partOfTable } from './objects.ts';

interface Dropped {
  readonly node: Node;
  readonly span: Span;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
  readonly type: ServerType;
  readonly statement: DropStmt;
}

/** One operation per object of the list. */
export function drop(statement: DropStmt, context: Context): Operation[] {
  const nodes = statement.objects ?? [];
  const type = statement.removeType ?? 'OBJECT_TABLE';
  const spans = nodes.length === 1 ? [context.span] : itemSpans(nodes.length, type, context);
  return nodes.map((node, position) => {
    const build = BUILDERS[type] ?? dropOther;
    return build({
      node,
      span: spans[position] ?? context.span,
      ifExists: statement.missing_ok ?? false,
      behavior: statement.behavior === 'DROP_CASCADE' ? 'cascade' : 'restrict',
      type,
      statement,
    });
  });
}

/** Spans of the names; the list ends before CASCADE or RESTRICT. */
function itemSpans(count: number, type: ServerType, context: Context): readonly Span[] {
  const { tokens, last } = context;
  const keyword = LAST_KEYWORD[type] ?? objectType(type).toLowerCase();
  const to = tokens.is(last - 1, 'cascade') || tokens.is(last - 1, 'restrict') ? last - 1 : last;
  const parts = split(tokens, listStart(context, keyword), to);
  return parts.length === count ? parts.map((part) => spanOf(context, part)) : [];
}

const LAST_KEYWORD: { readonly [Type in ServerType]?: string } = { OBJECT_MATVIEW: 'view', OBJECT_FOREIGN_TABLE: 'table', OBJECT_FDW: 'wrapper' };

const BUILDERS: { readonly [Type in ServerType]?: (dropped: Dropped) => Operation } = {
  OBJECT_TABLE: ({ node, span, ifExists, behavior }) => ({ kind: 'dropTable', span, table: objectName(node), ifExists, behavior }),
  OBJECT_FOREIGN_TABLE: ({ node, span, ifExists, behavior }) => ({ kind: 'dropTable', span, table: objectName(node), ifExists, behavior, foreign: true }),
  OBJECT_VIEW: ({ node, span, ifExists, behavior }) => ({ kind: 'dropView', span, view: objectName(node), ifExists, behavior }),
  OBJECT_MATVIEW: ({ node, span, ifExists, behavior }) => ({ kind: 'dropMaterializedView', span, view: objectName(node), ifExists, behavior }),
  OBJECT_SEQUENCE: ({ node, span, ifExists, behavior }) => ({ kind: 'dropSequence', span, sequence: objectName(node), ifExists, behavior }),
  OBJECT_INDEX: ({ node, span, ifExists, behavior, statement }) => ({
    kind: 'dropIndex',
    span,
    index: objectName(node),
    concurrently: statement.concurrent ?? false,
    ifExists,
    behavior,
    listLength: statement.objects?.length ?? 1,
  }),
  OBJECT_TYPE: ({ node, span, ifExists, behavior }) => ({ kind: 'dropType', span, type: objectName(node), domain: false, ifExists, behavior }),
  OBJECT_DOMAIN: ({ node, span, ifExists, behavior }) => ({ kind: 'dropType', span, type: objectName(node), domain: true, ifExists, behavior }),
  OBJECT_SCHEMA: ({ node, span, ifExists, behavior }) => ({ kind: 'dropSchema', span, schema: objectName(node).name, ifExists, behavior }),
  OBJECT_EXTENSION: ({ node, span, ifExists, behavior }) => ({ kind: 'dropExtension', span, extension: objectName(node).name, ifExists, behavior }),
  OBJECT_FUNCTION: (dropped) => dropRoutine(dropped, 'function'),
  OBJECT_PROCEDURE: (dropped) => dropRoutine(dropped, 'procedure'),
  OBJECT_ROUTINE: (dropped) => dropRoutine(dropped, 'routine'),
  OBJECT_AGGREGATE: (dropped) => dropRoutine(dropped, 'aggregate'),
  OBJECT_TRIGGER: ({ node, span, ifExists, behavior }) => {
    const { table, part } = partOfTable(node);
    return { kind: 'dropTrigger', span, trigger: part, table, ifExists, behavior };
  },
  OBJECT_RULE: ({ node, span, ifExists, behavior }) => {
    const { table, part } = partOfTable(node);
    return { kind: 'dropRule', span, rule: part, table, ifExists, behavior };
  },
  OBJECT_POLICY: ({ node, span, ifExists }) => {
    const { table, part } = partOfTable(node);
    return { kind: 'dropPolicy', span, policy: part, table, ifExists };
  },
  OBJECT_OPCLASS: (dropped) => ({ ...dropOther(dropped), object: accessMethodObject(dropped.node) }),
  OBJECT_OPFAMILY: (dropped) => ({ ...dropOther(dropped), object: accessMethodObject(dropped.node) }),
};

function dropRoutine({ node, span, ifExists, behavior }: Dropped, variety: 'function' | 'procedure' | 'routine' | 'aggregate'): Operation {
  const parameters = parameterTypes(as(node, 'ObjectWithArgs'));
  return { kind: 'dropRoutine', span, routine: objectName(node), variety, ...(parameters === undefined ? {} : { parameters }), ifExists, behavior };
}

function dropOther({ node, span, ifExists, behavior, type }: Dropped): Extract<Operation, { readonly kind: 'dropObject' }> {
  return { kind: 'dropObject', span, objectType: objectType(type), object: objectName(node), ifExists, behavior };
}
