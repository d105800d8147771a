import { mayBeMissing } from '../../../catalog/apply/context.ts';
import type { Column, Constraint, Index, MaterializedView, ObjectId, Relation, Sequence, Table, View } from '../../../catalog/schema.ts';
import type { Expression } from '../../../ir/expressions.ts';
import type { Statement } from '../../../ir/migration.ts';
import type { ObjectName, QualifiedName } from '../../../ir/names.ts';
import { isTemplateName, relationKey } from '../../../ir/names.ts';
import type { Operation } from '../../../ir/operation.ts';
import { recently } from '../../../source/recent.ts';
import type { EffectContext } from '../../dialect.ts';
import type { Answer, Claim, Target } from './answer.ts';
import { ACCESS_SHARE } from '../locks.ts';

/** Where an operation is judged: the dialect's context, and what stands between the statement and the operation. */
export interface Scene extends EffectContext {
  /** Routines whose bodies this operation has led into; each is followed once. */
  readonly followed: Set<ObjectId>;
  /** What an operation does here: the table of all handlers, which they call for the operations inside a routine's body. */
  readonly answer: (operation: Operation, scene: Scene) => Answer;
}

/** The relation where the catalog knows it, else the name that the server would look for. */
export const locate = (scene: Scene, name: ObjectName): Target => scene.before.relation(name) ?? scene.before.resolve(name);

/** What stands already where a new relation goes: a temporary one is in nobody's way but its like, nor is what only the rest of the path has. */
export const inTheWay = (scene: Scene, name: ObjectName, temporary = false): Relation | undefined =>
  scene.before.relation(placeOfNew(scene, name, temporary));

/** The name that a new relation gets. */
export const placeOfNew = (scene: Scene, name: ObjectName, temporary: boolean): QualifiedName =>
  temporary ? { schema: 'pg_temp', name: name.name } : scene.before.creationName(name);

export const locateById = (scene: Scene, id: ObjectId | undefined): Relation | undefined => (id === undefined ? undefined : scene.before.byId(id));

export function tableById(scene: Scene, id: ObjectId | undefined): Table | undefined {
  const relation = locateById(scene, id);
  return relation?.kind === 'table' ? relation : undefined;
}

export const isView = (relation: Relation | undefined): relation is View => relation?.kind === 'view';
export const isMaterializedView = (relation: Relation | undefined): relation is MaterializedView => relation?.kind === 'materializedView';

/** Only ever mentioned, as by a view that reads it: the catalog takes it for a table, and it may be a view as well. */
export const isMentioned = (relation: Relation): relation is Table =>
  relation.kind === 'table' && !relation.complete && relation.origin.migration < 0 && relation.columns.length === 0 && relation.constraints.length === 0;

/** Whether it has rows of its own that can be scanned or rewritten. */
export const isStored = (table: Table): boolean => table.partitionBy === undefined && !table.foreign;

/** The table and everything below it, or the table alone with ONLY. */
export const treeOf = (scene: Scene, table: Table, only = false): readonly Table[] =>
  only || table.children.length === 0 ? [table] : [table, ...scene.before.descendants(table)];

/** Those of the tree that have storage; an unknown table has. */
export const storedTree = (scene: Scene, table: Table, only = false): readonly Table[] => treeOf(scene, table, only).filter(isStored);

/** Partitions of a partitioned table, all levels; inheritance children do not count. */
export const partitionsOf = (scene: Scene, table: Table): readonly Table[] =>
  table.partitionBy === undefined ? [] : scene.before.descendants(table);

/** Foreign keys to the table; one to a table above holds for the rows of its partitions. */
export const referencesTo = (scene: Scene, table: Table): ReturnType<Scene['before']['referencing']> =>
  table.partitionOf === undefined ? scene.before.referencing(table) : [table, ...scene.before.ancestors(table)].flatMap((each) => scene.before.referencing(each));

/** Created by this very script and never filled: no row can contradict anything. */
export const isFresh = (scene: Scene, table: Table | undefined): boolean =>
  table !== undefined && table.empty && table.origin.migration === scene.migration;

/** The sequence that numbers a column: that of its identity, or the one that its default names. */
export function sequenceOf(scene: Scene, column: Column): Target | undefined {
  if (column.identity === undefined && column.default?.calls.some(({ name }) => name.name === 'nextval') !== true) return undefined;
  const name = column.default === undefined ? undefined : nextvalTarget(column.default.text);
  return locateById(scene, column.sequence) ?? (name === undefined ? undefined : locate(scene, name));
}

/** Recording a dependency locks what it is of, in the releases after 18.4, 17.10, 16.14, 15.18 and 14.23; predicted where measured, which is 18.6. */
export function namedSequences(expression: Expression | undefined, scene: Scene): readonly Claim[] {
  if (expression === undefined || scene.version < 18 || !expression.calls.some(({ name }) => name.name === 'nextval')) return [];
  const name = nextvalTarget(expression.text);
  return name === undefined ? [] : [{ on: locate(scene, name), mode: ACCESS_SHARE }];
}

/** The sequence named in a literal `nextval('…')`. */
export function nextvalTarget(text: string): ObjectName | undefined {
  const literal = /\bnextval\s*\(\s*'((?:[^']|'')*)'/i.exec(text)?.[1];
  return literal === undefined ? undefined : parseRegclass(literal.replaceAll("''", "'"));
}

/** Reads a name as a regclass literal does: `a.b`, `"A"."B"`; unquoted parts are folded. */
export function parseRegclass(text: string): ObjectName | undefined {
  const parts = [...text.matchAll(/"((?:[^"]|"")*)"|([^".\s]+)/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '');
  const name = parts.at(-1);
  if (name === undefined || name === '' || parts.length > 3) return undefined;
  const schema = parts.at(-2);
  return schema === undefined ? { name } : { schema, name };
}

/** Sequences that go with the table or one column of it: of serial and identity columns, and those OWNED BY a column. */
export function ownedSequences(scene: Scene, table: Table, column?: string): readonly Sequence[] {
  return table.columns
    .filter(({ name }) => column === undefined || name === column)
    .flatMap(({ sequence }) => {
      const owned = locateById(scene, sequence);
      return owned?.kind === 'sequence' && owned.ownedBy?.table === table.id ? [owned] : [];
    });
}

/** Keys of the relations that the statement itself has created before this operation. Linear over a statement's operations in order. */
export function createdBefore(scene: Pick<Scene, 'before' | 'statement'>, operation: Operation): ReadonlySet<string> {
  const { statement, before } = scene;
  if (statement.operations.length < 2) return NONE;
  const creations = creationsIn(statement);
  const at = creations.position.get(operation);
  if (at === undefined) return NONE;
  if (at < creations.upTo) {
    creations.upTo = 0;
    creations.keys.clear();
  }
  for (const earlier of statement.operations.slice(creations.upTo, at)) {
    for (const name of createdNames(earlier)) creations.keys.add(relationKey(before.resolve(name)));
  }
  creations.upTo = at;
  return creations.keys;
}

interface Creations {
  readonly position: ReadonlyMap<Operation, number>;
  /** What the first `upTo` operations create. */
  readonly keys: Set<string>;
  upTo: number;
}

const NONE: ReadonlySet<string> = new Set();
const creationsIn = recently(({ operations }: Statement): Creations => ({ position: new Map(operations.map((operation, index) => [operation, index])), keys: new Set<string>(), upTo: 0 }));

export function createdNames(operation: Operation): readonly ObjectName[] {
  switch (operation.kind) {
    case 'createTable':
      return [operation.table];
    case 'createView':
      return operation.replace ? [] : [operation.view];
    case 'createMaterializedView':
      return [operation.view];
    case 'createSequence':
      return [operation.sequence];
    case 'createCompositeType':
      return [operation.type];
    case 'renameTable':
      return [{ ...operation.table, name: operation.newName }];
    default:
      return [];
  }
}

export const columnOf = (table: Table | undefined, name: string): Column | undefined => table?.columns.find((column) => column.name === name);
export const constraintOf = (table: Table | undefined, name: string): Constraint | undefined => table?.constraints.find((constraint) => constraint.name === name);

export const indexesOf = (scene: Scene, relation: Table | MaterializedView): readonly Index[] => scene.before.indexesOf(relation);

/** Columns that an index keeps or looks at, expressions and predicate included. */
export const columnsOfIndex = (index: Index): readonly string[] => [
  ...index.keys.flatMap((key) => (key.column === undefined ? (key.expression?.columns ?? []) : [key.column])),
  ...index.include,
  ...(index.where?.columns ?? []),
];

/** How many relations are looked at where only a search tells; with more than that nothing is found, so that many such statements stay cheap. */
const FAR = 3000;

/** All relations, or none where there are too many to go through for one operation. */
export function everyRelation(scene: Scene): readonly Relation[] {
  const known = EVERY.get(scene);
  if (known !== undefined) return known;
  const found: Relation[] = [];
  for (const relation of scene.before.relations()) {
    if (found.length >= FAR) {
      found.length = 0;
      break;
    }
    found.push(relation);
  }
  EVERY.set(scene, found);
  return found;
}

/** One list per operation: nothing changes while its effects are worked out. */
const EVERY = new WeakMap<Scene, readonly Relation[]>();

/** Views over views are followed this far. */
export const DEEPEST = 100;

/**
 * An object named with IF EXISTS that the catalog does not have. Where everything that was ever mentioned has been created by
 * the history, there is no such object; where the history starts in the middle, it may well be there.
 */
export function isAbsent(scene: Scene, name: ObjectName): boolean {
  if (isTemplateName(name.name)) return false;
  const known = scene.before.relation(name);
  if (known !== undefined && !mayBeMissing(known)) return false;
  if (scene.before.isGone(name)) return true;
  let seen = 0;
  for (const relation of scene.before.relations()) {
    if (mayBeMissing(relation)) continue;
    if (relation.origin.migration < 0) return false;
    if (seen++ > FAR) break;
  }
  return seen > 0;
}

const DROPPED = new WeakMap<Statement, ReadonlySet<string>>();

/** Whether the same statement drops the relation too, as in DROP TABLE a, b. */
export function alsoDropped(scene: Scene, relation: Target): boolean {
  let keys = DROPPED.get(scene.statement);
  if (keys === undefined) {
    const { operations } = scene.statement;
    const names = operations.length < 2 ? [] : operations.flatMap((operation) => droppedName(operation) ?? []);
    keys = new Set(names.map((name) => relationKey(scene.before.resolve(name))));
    DROPPED.set(scene.statement, keys);
  }
  return keys.has(relationKey(relation));
}

function droppedName(operation: Operation): ObjectName | undefined {
  switch (operation.kind) {
    case 'dropTable':
      return operation.table;
    case 'dropView':
    case 'dropMaterializedView':
      return operation.view;
    case 'dropSequence':
      return operation.sequence;
    default:
      return undefined;
  }
}
