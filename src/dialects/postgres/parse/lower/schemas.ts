import type { AlterExtensionContentsStmt, AlterExtensionStmt, CreateExtensionStmt, CreateSchemaStmt, Node } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import { as } from '../ast.ts';
import type { Context } from '../context.ts';
import { clause } from '../context.ts';
import { roleName } from '../names.ts';
import { nesting } from '../tokens.ts';
import { objectType } from './object-types.ts';
import { objectName } from './objects.ts';
import { option, optionText } from './options.ts';

/** The schema, then what its statement creates in it. */
export function createSchema(statement: CreateSchemaStmt, context: Context, lower: (node: Node, context: Context) => Operation[]): Operation[] {
  const schema = statement.schemaname ?? roleName(statement.authrole);
  const elements = statement.schemaElts ?? [];
  const starts = elementStarts(context, elements.length);
  const created = new Set(elements.flatMap((element) => createdBy(element) ?? []));
  const placed = elements.map((element, position) => {
    const from = starts[position];
    const inside = from === undefined ? context : clause(context, { from, to: starts[position + 1] ?? context.last });
    return { element, context: { ...inside, schema } };
  });
  return [
    { kind: 'createSchema', span: context.span, schema, ifNotExists: statement.if_not_exists ?? false },
    ...placed.toSorted((a, b) => turn(a.element) - turn(b.element)).flatMap((each) => lower(qualified(inSchema(each.element, schema), schema, created), each.context)),
  ];
}

/** The server carries the elements out in this order, whatever order they stand in. */
const TURNS: readonly string[] = ['CreateSeqStmt', 'CreateStmt', 'ViewStmt', 'IndexStmt', 'CreateTrigStmt', 'GrantStmt'];
const turn = (element: Node): number => TURNS.indexOf(Object.keys(element)[0] ?? '');

const createdBy = (element: Node): string | undefined => (as(element, 'CreateSeqStmt')?.sequence ?? as(element, 'CreateStmt')?.relation ?? as(element, 'ViewStmt')?.view)?.relname;

/** The schema comes first in the search path of its elements: what they create is found there under its bare name. */
function qualified<T>(node: T, schema: string, created: ReadonlySet<string>): T {
  if (Array.isArray(node)) return node.map((each: unknown) => qualified(each, schema, created)) as T;
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]): [string, unknown] => [key, qualified(value as unknown, schema, created)]));
  const isBareRelation = 'relpersistence' in copy && copy['schemaname'] === undefined && created.has(String(copy['relname']));
  return (isBareRelation ? { ...copy, schemaname: schema } : copy) as T;
}

/** Elements follow each other without a separator: each starts with CREATE or GRANT outside parentheses. */
function elementStarts(context: Context, count: number): readonly number[] {
  const { tokens } = context;
  const starts: number[] = [];
  let depth = 0;
  for (let i = context.first + 1; i < context.last; i++) {
    if (depth === 0 && (tokens.is(i, 'create') || (tokens.is(i, 'grant') && !tokens.is(i - 1, 'with')))) starts.push(i);
    depth += nesting(tokens, i);
  }
  return starts.length === count ? starts : [];
}

/** An index or trigger inside CREATE SCHEMA is about a table of that schema unless it says otherwise. */
function inSchema(element: Node, schema: string): Node {
  const index = as(element, 'IndexStmt');
  if (index !== undefined) return { IndexStmt: { ...index, relation: { schemaname: schema, ...index.relation } } };
  const trigger = as(element, 'CreateTrigStmt');
  return trigger === undefined ? element : { CreateTrigStmt: { ...trigger, relation: { schemaname: schema, ...trigger.relation } } };
}

export function createExtension(statement: CreateExtensionStmt, { span }: Context): Operation[] {
  const schema = optionText(option(statement.options, 'schema')?.arg);
  return [{ kind: 'createExtension', span, extension: statement.extname ?? '', ...(schema === undefined ? {} : { schema }), ifNotExists: statement.if_not_exists ?? false }];
}

export function alterExtension(statement: AlterExtensionStmt, { span }: Context): Operation[] {
  return [{ kind: 'alterObject', span, objectType: 'extension', object: { name: statement.extname ?? '' }, relations: [], change: 'update' }];
}

export function alterExtensionContents(statement: AlterExtensionContentsStmt, { span }: Context): Operation[] {
  const relation = ['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_SEQUENCE', 'OBJECT_FOREIGN_TABLE'].includes(statement.objtype ?? '');
  return [
    {
      kind: 'alterObject',
      span,
      objectType: 'extension',
      object: { name: statement.extname ?? '' },
      relations: relation ? [objectName(statement.object)] : [],
      change: `${(statement.action ?? 1) < 0 ? 'drop' : 'add'} ${objectType(statement.objtype).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`,
    },
  ];
}
