import type { Relation, Table } from '../../../catalog/schema.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import type { ObjectType } from '../../../ir/operations/objects.ts';
import { EXTENSION_TYPES } from '../type-names.ts';
import { ACCESS_EXCLUSIVE, ACCESS_SHARE, SHARE_UPDATE_EXCLUSIVE } from '../locks.ts';
import type { Mode } from '../locks.ts';
import type { Answer, Claim, Target } from './answer.ts';
import { fullName, lock, lockAll, perhaps, sum } from './answer.ts';
import { drop } from './dropping.ts';
import { failure } from './failures.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { Scene } from './scene.ts';
import { everyRelation, isAbsent, locate, ownedSequences, partitionsOf, treeOf } from './scene.ts';

const CATALOG: Answer = { work: 'catalog' };

export const objectHandlers = {
  renameObject,
  setSchema,
  setOwner,
  comment,
  createSchema,
  dropSchema,
  createExtension,
  dropExtension,
  createObject,
  alterObject,
  dropObject,
  grant,
  roleChange: (op) => (op.change === 'dropOwned' ? { work: 'catalog', certain: false, loss: op.roles.map((role) => ({ what: 'object', object: role, because: 'owned by the role' })) } : { ...CATALOG, certain: op.change !== 'reassignOwned' }),
} satisfies Partial<OperationHandlers<Scene, Answer>>;

/** Objects with an entry among the relations, which renaming and moving lock in full; composite types are found by name. */
const RELATIONS: ReadonlySet<ObjectType> = new Set(['table', 'view', 'materializedView', 'sequence', 'foreignTable', 'index']);

function relationOf(type: ObjectType, name: ObjectName, scene: Scene): Target | undefined {
  if (RELATIONS.has(type)) return type === 'index' ? { ...locate(scene, name), kind: 'index' } : locate(scene, name);
  if (type !== 'type' && type !== 'attribute') return undefined;
  const relation = scene.before.relation(name);
  return relation?.kind === 'compositeType' ? relation : undefined;
}

function renameObject(op: OperationOf<'renameObject'>, scene: Scene): Answer {
  if (op.table !== undefined) return renameOnTable(op, op.table, scene);
  const target = relationOf(op.objectType, op.object, scene);
  if (op.ifExists && isAbsent(scene, op.object)) return { work: 'catalog', certain: false };
  const object = fullName(target ?? scene.before.resolve(op.object));
  if (op.objectType === 'index') return { locks: target === undefined ? [] : [lock(target, scene.version >= 12 ? SHARE_UPDATE_EXCLUSIVE : ACCESS_EXCLUSIVE)], work: 'catalog' };
  const clash = target === undefined ? undefined : scene.before.relation({ schema: target.schema, name: op.newName });
  return {
    locks: target === undefined ? [] : [lock(target, ACCESS_EXCLUSIVE)],
    work: 'catalog',
    breaks: BREAKING.has(op.objectType) ? [{ what: 'reads', object }] : [],
    failures: clash === undefined ? [] : [failure('relation-exists', `relation "${op.newName}" already exists`, fullName(clash))],
  };
}

/** What running code names. */
const BREAKING: ReadonlySet<ObjectType> = new Set(['table', 'view', 'materializedView', 'sequence', 'foreignTable', 'schema', 'function', 'procedure', 'routine', 'aggregate', 'type', 'domain', 'database', 'role', 'attribute']);

const MISSING: Partial<Record<ObjectType, 'trigger-missing' | 'policy-missing'>> = { trigger: 'trigger-missing', policy: 'policy-missing' };

/** A trigger's copies on partitions follow since 15; rules and policies have none. */
function renameOnTable(op: OperationOf<'renameObject'>, name: ObjectName, scene: Scene): Answer {
  if (op.objectType === 'domainConstraint') return CATALOG;
  if (op.ifExists && isAbsent(scene, name)) return { work: 'catalog', certain: false };
  const table = scene.before.table(name);
  const follows = op.objectType === 'trigger' && scene.version >= 15 && table?.triggers.some((trigger) => trigger.name === op.object.name && trigger.forEachRow) === true;
  const partitions = table !== undefined && follows ? partitionsOf(scene, table) : [];
  const cause = MISSING[op.objectType];
  const named = op.objectType === 'trigger' ? table?.triggers : table?.policies;
  const missing = cause !== undefined && table?.complete === true && named?.every((each) => each.name !== op.object.name) === true;
  return { failures: missing ? [failure(cause, `${op.objectType} "${op.object.name}" for table "${table.name}" does not exist`, fullName(table))] : [], locks: [lock(locate(scene, name), ACCESS_EXCLUSIVE), ...lockAll(partitions, ACCESS_EXCLUSIVE, `partition of ${name.name}`)] };
}

function setSchema(op: OperationOf<'setSchema'>, scene: Scene): Answer {
  if (op.ifExists && isAbsent(scene, op.object)) return { work: 'catalog', certain: false };
  const target = op.objectType === 'type' ? undefined : relationOf(op.objectType, op.object, scene);
  const table = scene.before.table(op.object);
  const object = fullName(target ?? scene.before.resolve(op.object));
  const relation = scene.before.relation(op.object);
  const owned = relation?.kind === 'sequence' && relation.ownedBy !== undefined;
  return {
    locks: target === undefined ? [] : [lock(target, ACCESS_EXCLUSIVE), ...(table === undefined ? [] : lockAll(ownedSequences(scene, table), ACCESS_EXCLUSIVE, `owned by ${object}`))],
    work: 'catalog',
    breaks: BREAKING.has(op.objectType) ? [{ what: 'reads', object }] : [],
    // It follows its table.
    failures: owned ? [failure('inherited-from-parent', 'cannot move an owned sequence into another schema', object, '0A000')] : [],
  };
}

/** Owners that mean no change for the role that usually runs migrations. */
const SAME_OWNER: ReadonlySet<string> = new Set(['postgres', 'current_user', 'session_user', 'current_role']);

function setOwner(op: OperationOf<'setOwner'>, scene: Scene): Answer {
  const target = relationOf(op.objectType, op.object, scene);
  if (target === undefined) return CATALOG;
  const table = scene.before.table(op.object);
  const same = SAME_OWNER.has(op.owner.toLowerCase());
  const breaks: Answer['breaks'] = same ? [] : [{ what: 'access', object: fullName(target) }];
  // A type that belongs to the role already is left alone; whose the others are is not known.
  if (op.objectType === 'type') return same ? CATALOG : { ...perhaps({ locks: [lock(target, ACCESS_EXCLUSIVE)] }), breaks };
  const sequences = table === undefined || same ? [] : ownedSequences(scene, table);
  return { locks: [lock(target, ACCESS_EXCLUSIVE), ...perhaps({ locks: lockAll(sequences, ACCESS_EXCLUSIVE, `owned by ${fullName(target)}`) }).locks ?? []], breaks };
}

const COMMENT_MODES: { readonly [T in ObjectType]?: Mode } = {
  table: SHARE_UPDATE_EXCLUSIVE,
  view: SHARE_UPDATE_EXCLUSIVE,
  materializedView: SHARE_UPDATE_EXCLUSIVE,
  sequence: SHARE_UPDATE_EXCLUSIVE,
  foreignTable: SHARE_UPDATE_EXCLUSIVE,
  index: SHARE_UPDATE_EXCLUSIVE,
  column: SHARE_UPDATE_EXCLUSIVE,
  constraint: ACCESS_SHARE,
  trigger: ACCESS_SHARE,
  policy: ACCESS_SHARE,
  rule: ACCESS_SHARE,
};

function comment(op: OperationOf<'comment'>, scene: Scene): Answer {
  const mode = COMMENT_MODES[op.objectType];
  if (mode === undefined) return CATALOG;
  const target: Target = op.objectType === 'index' ? { ...locate(scene, op.object), kind: 'index' } : locate(scene, op.object);
  const table = scene.before.table(op.object);
  const missing = op.objectType === 'column' && op.part !== undefined && table?.complete === true && !table.columns.some(({ name }) => name === op.part);
  return { locks: [lock(target, mode)], failures: missing ? [failure('column-missing', `column "${op.part ?? ''}" of relation "${op.object.name}" does not exist`, fullName(target))] : [] };
}

function createSchema(op: OperationOf<'createSchema'>, scene: Scene): Answer {
  const clash = !op.ifNotExists && scene.before.hasSchema(op.schema) && everyRelation(scene).some(({ schema, origin }) => schema === op.schema && origin.migration >= 0);
  return { work: 'catalog', failures: clash ? [failure('schema-exists', `schema "${op.schema}" already exists`)] : [] };
}

function dropSchema(op: OperationOf<'dropSchema'>, scene: Scene): Answer {
  const walk = drop(scene, op.behavior === 'cascade');
  for (const relation of scene.before.relations()) {
    if (relation.schema !== op.schema || relation.kind === 'index') continue;
    walk.blocks(`${relation.kind} ${relation.name}`);
    if (op.behavior === 'cascade') walk.relation(relation, `in the schema ${op.schema}`);
  }
  for (const type of scene.before.types()) {
    if (type.schema !== op.schema) continue;
    walk.blocks(`type ${type.name}`);
    if (op.behavior === 'cascade') walk.type(type);
  }
  if (op.behavior === 'cascade') for (const table of tablesCallingInto(op.schema, scene)) walk.lock(table, `uses a function of the schema ${op.schema}`);
  if (op.ifExists && !scene.before.hasSchema(op.schema)) return { work: 'catalog', certain: false };
  return sum([walk.answer(`schema ${op.schema}`, op.schema), { loss: [{ what: 'schema', object: op.schema }], breaks: [{ what: 'reads', object: op.schema }] }]);
}

/** Tables elsewhere whose defaults or triggers call functions of the schema. */
function tablesCallingInto(schema: string, scene: Scene): readonly Relation[] {
  return everyRelation(scene).filter(
    (relation) =>
      relation.kind === 'table' &&
      relation.schema !== schema &&
      (relation.triggers.some((trigger) => trigger.function.schema === schema) || relation.columns.some((column) => column.default?.calls.some(({ name }) => name.schema === schema) === true)),
  );
}

function createExtension(op: OperationOf<'createExtension'>, scene: Scene): Answer {
  const clash = !op.ifNotExists && scene.before.extension(op.extension) !== undefined;
  return { work: 'catalog', failures: clash ? [failure('extension-exists', `extension "${op.extension}" already exists`)] : [] };
}

function dropExtension(op: OperationOf<'dropExtension'>, scene: Scene): Answer {
  const types = EXTENSION_TYPES[op.extension] ?? [];
  const walk = drop(scene, op.behavior === 'cascade');
  for (const relation of types.length === 0 ? [] : everyRelation(scene)) {
    if (relation.kind !== 'table') continue;
    for (const column of relation.columns) {
      if (!types.includes(column.type.name)) continue;
      walk.blocks(`column ${column.name} of table ${relation.name}`);
      if (op.behavior === 'cascade') walk.column(relation, column.name, { because: `of a type of ${op.extension}` });
    }
  }
  return sum([walk.answer(`extension ${op.extension}`, op.extension), { loss: [{ what: 'object', object: op.extension }], breaks: [{ what: 'reads', object: op.extension }], certain: types.length > 0 || op.behavior !== 'cascade' }]);
}

/** Statements about other objects that lock the relations they name. */
const LOCKING: { readonly [T in ObjectType]?: Mode } = {
  publication: SHARE_UPDATE_EXCLUSIVE,
  statistics: SHARE_UPDATE_EXCLUSIVE,
  securityLabel: SHARE_UPDATE_EXCLUSIVE,
  extension: SHARE_UPDATE_EXCLUSIVE,
  trigger: ACCESS_SHARE,
};

function namedRelations(type: ObjectType, relations: readonly ObjectName[], scene: Scene): readonly Claim[] {
  const mode = LOCKING[type];
  if (mode === undefined) return [];
  return relations.flatMap((name) => {
    const relation = scene.before.relation(name);
    // A publication takes inheritance children along, but not the partitions.
    const tree: readonly Target[] = relation?.kind === 'table' && type === 'publication' && relation.partitionBy === undefined ? treeOf(scene, relation) : [relation ?? locate(scene, name)];
    return lockAll(tree, mode);
  });
}

function createObject(op: OperationOf<'createObject'>, scene: Scene): Answer {
  return { locks: namedRelations(op.objectType, op.relations, scene), work: 'catalog' };
}

function alterObject(op: OperationOf<'alterObject'>, scene: Scene): Answer {
  if (op.objectType === 'tablespace' && op.change.startsWith('move all')) return { work: 'rewrite', certain: false };
  if (op.objectType !== 'publication' || !op.change.startsWith('set table')) return { locks: namedRelations(op.objectType, op.relations, scene), work: 'catalog', failures: memberProblems(op, scene) };
  const published = [...scene.before.relations()].filter((relation): relation is Table => relation.kind === 'table' && relation.publications?.some(({ name }) => name === op.object.name) === true);
  return { locks: namedRelations(op.objectType, [...published, ...op.relations], scene), work: 'catalog', certain: false };
}

function memberProblems({ objectType, object, change, relations }: OperationOf<'alterObject'>, scene: Scene): readonly Failure[] {
  if (objectType !== 'publication' || change !== 'add table') return [];
  const member = relations.map((name) => scene.before.table(name)).find((table) => table?.publications?.some(({ name }) => name === object.name) === true);
  return member === undefined ? [] : [failure('relation-exists', `relation "${member.name}" is already member of publication "${object.name}"`, fullName(member), '42710')];
}

function dropObject(op: OperationOf<'dropObject'>, scene: Scene): Answer {
  const loss = op.objectType === 'database' ? [{ what: 'database' as const, object: op.object.name }] : [];
  if (op.objectType === 'foreignDataWrapper' || op.objectType === 'server') {
    const walk = drop(scene, op.behavior === 'cascade');
    const foreign = op.behavior === 'cascade' ? everyRelation(scene).filter((relation: Relation) => relation.kind === 'table' && relation.foreign) : [];
    for (const table of foreign) walk.relation(table, `of the server ${op.object.name}`);
    return { ...walk.answer(op.object.name, op.object.name), certain: foreign.length === 0 };
  }
  // The table of a statistics object is not recorded; it is locked against other schema changes.
  return { work: 'catalog', loss, certain: op.objectType !== 'statistics' };
}

/** Since 18 the objects that a GRANT names are locked against being dropped meanwhile. */
function grant(op: OperationOf<'grant'>, scene: Scene): Answer {
  const locked = scene.version >= 18 && GRANTED.has(op.objectType) ? op.objects.map((name) => lock(locate(scene, name), ACCESS_SHARE)) : [];
  const objects = [...op.objects.map((name) => fullName(GRANTED.has(op.objectType) ? locate(scene, name) : scene.before.resolve(name))), ...op.allInSchemas];
  return {
    locks: locked,
    work: 'catalog',
    breaks: op.revoke ? objects.map((object) => ({ what: 'access', object })) : [],
    loss: op.revoke ? objects.map((object) => ({ what: 'privileges', object })) : [],
  };
}

const GRANTED: ReadonlySet<ObjectType> = new Set(['table', 'view', 'materializedView', 'sequence', 'foreignTable', 'column']);
