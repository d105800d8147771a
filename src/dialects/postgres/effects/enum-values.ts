import type { EnumType } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { DataType, Expression, Query } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { Operation, OperationKind, OperationOf } from '../../../ir/operation.ts';
import { fullName } from './answer.ts';
import { failure } from './failures.ts';
import { checksBodies } from './routines.ts';
import type { Scene } from './scene.ts';

/** Where a literal can stand, and the relations and types by which the server knows it for an enum value. */
interface Mention {
  readonly texts: readonly string[];
  readonly relations?: readonly ObjectName[];
  readonly types?: readonly DataType[];
}

type Mentions = { readonly [K in OperationKind]?: (operation: OperationOf<K>) => Mention };

const inQuery = (query: Query, ...relations: readonly ObjectName[]): Mention => ({
  texts: [query.text],
  relations: [...relations, ...query.reads.map(({ relation }) => relation), ...query.writes.map(({ relation }) => relation)],
});
const inExpressions = (expressions: readonly (Expression | undefined)[], ...relations: readonly ObjectName[]): Mention => {
  const there = expressions.filter((expression) => expression !== undefined);
  return { texts: there.map(({ text }) => text), relations: [...relations, ...there.flatMap(({ reads }) => reads)], types: there.flatMap(({ casts }) => casts) };
};

const MENTIONS: Mentions = {
  insert: (op) => inQuery(op.query, op.table),
  update: (op) => inQuery(op.query, op.table),
  delete: (op) => inQuery(op.query, op.table),
  merge: (op) => inQuery(op.query, op.table),
  select: (op) => inQuery(op.query),
  createView: (op) => inQuery(op.query),
  createMaterializedView: (op) => inQuery(op.query),
  setDefault: (op) => inExpressions([op.default], op.table),
  addColumn: (op) => {
    const { texts, types = [] } = inExpressions([op.column.default, op.column.generated?.expression]);
    return { texts, types: [...types, op.column.type], relations: [op.table] };
  },
  addConstraint: (op) => inExpressions(op.constraint.type === 'check' ? [op.constraint.expression] : op.constraint.type === 'exclusion' ? [op.constraint.where] : [], op.table),
  createIndex: (op) => inExpressions([op.where, ...op.keys.map(({ expression }) => expression)], op.table),
  createTrigger: (op) => inExpressions([op.when], op.table),
  createPolicy: (op) => inExpressions([op.using, op.check], op.table),
  alterPolicy: (op) => inExpressions([op.using, op.check], op.table),
  createDomain: (op) => ({ ...inExpressions([op.default, ...op.checks.map(({ expression }) => expression)]), types: [op.type] }),
  createRoutine: (op) => {
    // Bodies in other languages are not looked into before they run.
    const queries = op.language === 'sql' && op.refusal === undefined ? op.body.flatMap((one) => ('query' in one ? [one.query] : [])) : [];
    const texts = queries.map(({ text }) => text);
    return { texts, relations: queries.flatMap(({ reads, writes }) => [...reads, ...writes].map(({ relation }) => relation)), types: [...op.parameters, ...(op.returns === undefined ? [] : [op.returns])] };
  },
  createTable: (op) => {
    const checks = op.constraints.map((constraint) => (constraint.type === 'check' ? constraint.expression : undefined));
    const own = inExpressions([...op.columns.map((column) => column.default), ...checks]);
    const query = op.as === undefined ? undefined : inQuery(op.as.query);
    return { texts: [...own.texts, ...(query?.texts ?? [])], types: [...(own.types ?? []), ...op.columns.map(({ type }) => type)], relations: query?.relations ?? [] };
  },
};

/** A value that its own transaction has added to an older enum cannot be used in it, in a default or a check as little as in a row. */
export function newEnumValueFailures(operation: Operation, scene: Scene): readonly Failure[] {
  const unit = scene.unit?.id;
  const [anyType] = scene.before.types();
  if (unit === undefined || anyType === undefined || (operation.kind === 'createRoutine' && !checksBodies(scene))) return [];
  const mention = (MENTIONS[operation.kind] as ((operation: Operation) => Mention) | undefined)?.(operation);
  if (mention === undefined || mention.texts.length === 0) return [];
  const texts = operation.kind === 'update' ? textsOfUpdate(operation, scene) : mention.texts;
  for (const type of enumsOf(mention, scene)) {
    if (type.origin.unit === unit) continue;
    const used = type.values.find(({ value, origin }) => origin.unit === unit && texts.some((text) => text.includes(`'${value.replaceAll("'", "''")}'`) || text.includes(`$${value}$`)));
    if (used === undefined) continue;
    const [relation] = mention.relations ?? [];
    return [failure('new-enum-value-in-transaction', `unsafe use of new value "${used.value}" of enum type ${type.name}`, relation === undefined ? undefined : fullName(scene.before.resolve(relation)))];
  }
  return [];
}

/** What is assigned to a column of another type is no enum value. */
function textsOfUpdate(op: OperationOf<'update'>, { before }: Scene): readonly string[] {
  const table = before.table(op.table);
  const others = op.assignments.filter(({ column }) => {
    const known = before.column(table, column);
    return known !== undefined && before.enumOf(known.type) === undefined;
  });
  if (others.length === 0) return [op.query.text];
  return [...op.assignments.filter((one) => !others.includes(one)).map(({ value }) => value?.text ?? ''), op.where?.text ?? ''];
}

function* enumsOf({ relations = [], types = [] }: Mention, { before }: Scene): Generator<EnumType> {
  for (const type of types) {
    const found = before.enumOf(type);
    if (found !== undefined) yield found;
  }
  for (const name of relations) {
    for (const { typeId } of before.table(name)?.columns ?? []) {
      const found = typeId === undefined ? undefined : before.typeById(typeId);
      if (found?.kind === 'enum') yield found;
    }
  }
}
