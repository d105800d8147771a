import { isBarrenQuery } from '../../../catalog/rows.ts';
import type { Column, Constraint, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_SHARE, ROW_EXCLUSIVE, ROW_SHARE } from '../locks.ts';
import type { Answer, Claim } from './answer.ts';
import { fullName, lock, lockAll, sum } from './answer.ts';
import { holds } from './bounds.ts';
import { failure } from './failures.ts';
import { changesFewRows } from './few-rows.ts';
import { followCall, followTrigger } from './following.ts';
import { readQuery, runExpression, useRelation, writtenTable } from './reading.ts';
import type { Scene } from './scene.ts';
import { columnOf, locate, partitionsOf, sequenceOf, tableById, treeOf } from './scene.ts';
import { laterVersion } from './syntax.ts';
import type { Value } from './values.ts';
import { valueRows } from './values.ts';

export const dataHandlers = {
  insert,
  update,
  delete: remove,
  merge,
  select: (op, scene) => ({ ...readQuery(op.query, scene, 'run'), work: 'rows' }),
  copy,
  call: (op, scene) => ({ ...followCall({ name: op.routine, argumentCount: op.argumentCount }, scene), work: 'rows', certain: scene.before.routines(op.routine).length > 0 }),
} satisfies Partial<OperationHandlers<Scene, Answer>>;

type Event = 'insert' | 'update' | 'delete';

function insert(op: OperationOf<'insert'>, scene: Scene): Answer {
  const table = writtenTable(op.table, 'insert', scene);
  const rows = op.source !== 'query' || !isBarrenQuery(op.query, scene.before);
  const given = (column: Column): boolean => op.source !== 'default' && (op.columns.length === 0 || op.columns.includes(column.name));
  return sum([
    { locks: useRelation({ relation: op.table, access: 'insert', only: true }, scene, 'run'), work: op.source === 'query' && !op.query.bounded ? 'allRows' : 'rows', workOn: locate(scene, op.table), failures: enumFailures(op, table, scene) },
    { ...readQuery(op.query, scene, 'run'), work: 'none' },
    table === undefined ? { certain: scene.before.relation(op.table) !== undefined } : { locks: checkedBounds(table, scene) },
    table === undefined || !rows ? {} : sum([route(table, op, scene), filledIn(table, given, scene), rowsInserted(table, (column) => (given(column) ? !isNullThroughout(column, table, op) : hasDefault(column)), scene)]),
    table === undefined ? {} : triggered(table, op.onConflict === 'update' ? ['insert', 'update'] : ['insert'], rows, undefined, scene),
  ]);
}

const hasDefault = (column: Column): boolean => column.default !== undefined && column.default.literal !== null;

/** The place of a column in the rows that the statement writes. */
const placeOf = (column: string, table: Table, op: OperationOf<'insert'>): number => (op.columns.length > 0 ? op.columns.indexOf(column) : table.columns.findIndex(({ name }) => name === column));

function isNullThroughout({ name }: Column, table: Table, op: OperationOf<'insert'>): boolean {
  if (op.source !== 'values') return false;
  const rows = valueRows(op.query.text);
  const place = placeOf(name, table, op);
  return rows.length > 0 && rows.length === op.rows && rows.every((row) => row[place] === null);
}

/** The partitions that the rows end up in, where the values and bounds are plain enough to tell. */
function route(table: Table, op: OperationOf<'insert'>, scene: Scene): Answer {
  if (table.partitionBy === undefined) return {};
  const rows = op.source === 'values' ? valueRows(op.query.text) : [];
  const found = rows.map((row) => partitionFor(table, (column) => row[placeOf(column, table, op)], scene));
  return { locks: found.flatMap((path) => lockAll(path ?? [], ROW_EXCLUSIVE, `partition of ${fullName(table)}`)), certain: rows.length > 0 && rows.length === op.rows && !found.includes(undefined) };
}

function partitionFor(parent: Table, valueOf: (column: string) => Value, scene: Scene): readonly Table[] | undefined {
  const [column, ...more] = parent.partitionBy?.columns ?? [];
  const value = column === undefined || more.length > 0 ? undefined : valueOf(column);
  if (value === undefined) return undefined;
  const children = parent.children.flatMap((id) => tableById(scene, id) ?? []);
  const fits = children.map((child) => (child.partitionOf === undefined || child.partitionOf.bound.kind === 'default' ? false : holds(child.partitionOf.bound, value)));
  if (fits.includes(undefined)) return undefined;
  const child = children[fits.indexOf(true)] ?? children.find(({ partitionOf }) => partitionOf?.bound.kind === 'default');
  if (child === undefined || child.partitionBy === undefined) return child === undefined ? undefined : [child];
  const below = partitionFor(child, valueOf, scene);
  return below === undefined ? undefined : [child, ...below];
}

/** Checking a partition's bounds looks at its parents, the first time in a session. */
function checkedBounds(table: Table, scene: Scene): readonly Claim[] {
  if (table.partitionOf === undefined) return [];
  return scene.version < 14 ? [] : scene.before.ancestors(table).map((parent) => lock(parent, ACCESS_SHARE, `parent of ${fullName(table)}`));
}

/** Columns that the statement leaves out get their defaults: sequences move, functions run. */
function filledIn(table: Table, given: (column: Column) => boolean, scene: Scene): Answer {
  return sum(
    table.columns
      .filter((column) => !given(column))
      .map((column) => {
        const sequence = sequenceOf(scene, column);
        const locks = sequence === undefined ? [] : [lock(sequence, ROW_EXCLUSIVE, `numbers ${fullName(table)}.${column.name}`)];
        return column.default === undefined ? { locks } : sum([{ locks }, column.default.calls.some(({ name }) => name.name === 'nextval') ? {} : runExpression(column.default, scene)]);
      }),
  );
}

/** New values of foreign key columns are looked up in the referenced tables. */
function rowsInserted(table: Table, valued: (column: Column) => boolean, scene: Scene): Answer {
  const locks = table.constraints.flatMap((constraint) => {
    const { definition } = constraint;
    if (definition.type !== 'foreignKey' || !constraint.enforced) return [];
    const filled = definition.columns.every((name) => {
      const column = columnOf(table, name);
      return column === undefined || valued(column);
    });
    return filled ? referenced(table, constraint, scene) : [];
  });
  return { locks };
}

function referenced(table: Table, constraint: Constraint, scene: Scene): readonly Claim[] {
  const target = tableById(scene, constraint.references);
  return target === undefined ? [] : [lock(target, ROW_SHARE, `referenced by ${fullName(table)}.${constraint.name}`)];
}

function update(op: OperationOf<'update'>, scene: Scene): Answer {
  const table = writtenTable(op.table, 'update', scene);
  const changed = op.assignments.map(({ column }) => column);
  const rows = table === undefined || !(isEmptyTree(table, op.only, scene) || isBarrenQuery(op.query, scene.before));
  return sum([
    { ...written(op.table, 'update', op.only, scene), work: changesFewRows(op.where, op.query, table, scene) ? 'rows' : 'allRows', workOn: locate(scene, op.table) },
    { ...readQuery(op.query, scene, rows ? 'run' : 'planned'), work: 'none' },
    table === undefined || !rows ? {} : sum([keysChanged(table, changed, op, scene), changedReferences(table, changed, op, scene)]),
    table === undefined ? {} : triggered(table, ['update'], rows, changed, scene),
    ...op.assignments.map(({ value }) => (value === undefined || !rows ? {} : runExpression(value, scene))),
    { failures: enumLiterals(op.assignments.map(({ column, value }) => ({ column, literal: value?.literal })), table, scene) },
  ]);
}

/** A foreign key column set to something other than NULL is looked up. */
function keysChanged(table: Table, changed: readonly string[], op: OperationOf<'update'>, scene: Scene): Answer {
  const moved = changed.filter((name) => op.assignments.some(({ column, value }) => column === name && value?.literal !== null && value?.text.trim() !== name));
  const locks = table.constraints.flatMap((constraint) =>
    constraint.definition.type === 'foreignKey' && constraint.enforced && constraint.definition.columns.some((name) => moved.includes(name)) ? referenced(table, constraint, scene) : [],
  );
  return { locks };
}

/** A key that others reference has changed: they are searched, or follow. */
function changedReferences(table: Table, changed: readonly string[], op: OperationOf<'update'>, scene: Scene): Answer {
  // One row, by its key: it may not even be there.
  if (changesFewRows(op.where, op.query, table, scene)) return { certain: scene.before.referencing(table).length === 0 };
  const locks = scene.before.referencing(table).flatMap(({ table: referrer, constraint }) => {
    const { definition } = constraint;
    if (definition.type !== 'foreignKey' || !constraint.enforced) return [];
    const key = definition.referencedColumns.length > 0 ? definition.referencedColumns : primaryKey(table);
    return key.some((name) => changed.includes(name)) ? [lock(referrer, actionMode(definition.onUpdate), `references ${fullName(table)}`)] : [];
  });
  return { locks, certain: locks.length === 0 };
}

const primaryKey = (table: Table): readonly string[] => table.constraints.flatMap(({ definition }) => (definition.type === 'primaryKey' ? definition.columns : []));

const actionMode = (action: string): typeof ROW_SHARE | typeof ROW_EXCLUSIVE => (action === 'noAction' || action === 'restrict' ? ROW_SHARE : ROW_EXCLUSIVE);

function remove(op: OperationOf<'delete'>, scene: Scene): Answer {
  const table = writtenTable(op.table, 'delete', scene);
  const rows = table === undefined || !(isEmptyTree(table, op.only, scene) || isBarrenQuery(op.query, scene.before));
  return sum([
    {
      ...written(op.table, 'delete', op.only, scene),
      work: changesFewRows(op.where, op.query, table, scene) ? 'rows' : 'allRows',
      workOn: locate(scene, op.table),
      loss: op.where === undefined && op.query.reads.length === 0 ? [{ what: 'rows', object: fullName(locate(scene, op.table)) }] : [],
    },
    { ...readQuery(op.query, scene, rows ? 'run' : 'planned'), work: 'none' },
    table === undefined || !rows ? {} : deleted(table, scene, new Set()),
    table === undefined ? {} : triggered(table, ['delete'], rows, undefined, scene),
  ]);
}

/** Referencing tables are searched, or lose or change rows, and so on down the line. */
function deleted(table: Table, scene: Scene, seen: Set<number>): Answer {
  if (seen.has(table.id)) return {};
  seen.add(table.id);
  return sum(
    scene.before.referencing(table).map(({ table: referrer, constraint }): Answer => {
      const { definition } = constraint;
      if (definition.type !== 'foreignKey' || !constraint.enforced) return {};
      const own = { locks: [lock(referrer, actionMode(definition.onDelete), `references ${fullName(table)}`)] };
      if (referrer.id === table.id || isEmptyTree(referrer, false, scene)) return own;
      const event: Event = definition.onDelete === 'cascade' ? 'delete' : 'update';
      if (definition.onDelete === 'noAction' || definition.onDelete === 'restrict') return own;
      return sum([own, triggered(referrer, [event], true, definition.columns, scene), ...(event === 'delete' ? [deleted(referrer, scene, seen)] : []), { certain: false }]);
    }),
  );
}

const isEmptyTree = (table: Table, only: boolean, scene: Scene): boolean => treeOf(scene, table, only).every(({ barren }) => barren === true);

function written(name: ObjectName, access: Event, only: boolean, scene: Scene): Answer {
  return { locks: useRelation({ relation: name, access, only }, scene, 'run') };
}

/** Statement triggers fire in any case, row triggers for rows; what WHEN and UPDATE OF let through is not known. */
function triggered(table: Table, events: readonly Event[], rows: boolean, changed: readonly string[] | undefined, scene: Scene): Answer {
  const all = rows ? [table, ...partitionsOf(scene, table)].flatMap(({ triggers }) => triggers) : table.triggers;
  const fired = all.filter(
    (trigger) =>
      trigger.enabled &&
      trigger.timing !== 'insteadOf' &&
      (rows || !trigger.forEachRow) &&
      events.some((event) => trigger.events.includes(event)) &&
      (trigger.columns === undefined || trigger.columns.length === 0 || changed === undefined || events[0] !== 'update' || trigger.columns.some((name) => changed.includes(name))),
  );
  return fired.length === 0 ? {} : { ...sum(fired.map((trigger) => followTrigger(trigger.function, scene))), work: 'none' };
}

function merge(op: OperationOf<'merge'>, scene: Scene): Answer {
  const first = op.actions[0] ?? 'update';
  const table = writtenTable(op.table, first, scene);
  const rows = !isBarrenQuery(op.query, scene.before);
  const parts: Answer[] = [
    { ...written(op.table, first, false, scene), work: op.query.bounded ? 'rows' : 'allRows', workOn: locate(scene, op.table), failures: laterVersion(op, scene) },
    { ...readQuery(op.query, scene, 'run'), work: 'none' },
  ];
  if (table !== undefined && rows) {
    if (op.actions.includes('insert')) parts.push(rowsInserted(table, () => true, scene));
    if (op.actions.includes('delete') && !isEmptyTree(table, false, scene)) parts.push(deleted(table, scene, new Set()));
    parts.push({ certain: false });
  }
  if (table !== undefined) parts.push(triggered(table, op.actions, rows, undefined, scene));
  return sum(parts);
}

function copy(op: OperationOf<'copy'>, scene: Scene): Answer {
  const parts: Answer[] = op.query === undefined ? [] : [readQuery(op.query, scene, 'run')];
  if (op.table !== undefined) {
    const table = op.direction === 'from' ? writtenTable(op.table, 'insert', scene) : undefined;
    parts.push({ locks: useRelation({ relation: op.table, access: op.direction === 'from' ? 'insert' : 'read', only: true }, scene, 'run') });
    if (table !== undefined) parts.push(rowsInserted(table, () => true, scene), triggered(table, ['insert'], true, undefined, scene));
  }
  return sum([...parts, { work: op.direction === 'from' ? 'allRows' : 'rows', ...(op.table === undefined ? {} : { workOn: locate(scene, op.table) }) }]);
}

/** A value that its own transaction has just added to an enum cannot be used yet. */
function enumFailures(op: OperationOf<'insert'>, table: Table | undefined, scene: Scene): readonly Failure[] {
  if (table === undefined || op.literals.length === 0) return [];
  const columns = op.columns.length === 0 ? table.columns.map(({ name }) => name) : op.columns;
  return enumLiterals(columns.flatMap((column) => op.literals.map((literal) => ({ column, literal }))), table, scene);
}

function enumLiterals(values: readonly { readonly column: string; readonly literal: unknown }[], table: Table | undefined, scene: Scene): readonly Failure[] {
  const unit = scene.unit?.id;
  if (unit === undefined || table === undefined) return [];
  for (const { column, literal } of values) {
    const type = columnOf(table, column)?.type;
    const values = type === undefined || typeof literal !== 'string' ? undefined : scene.before.enumOf(type);
    // A type made in the same transaction may be used at once.
    if (values === undefined || values.origin.unit === unit) continue;
    if (values.values.some(({ value, origin }) => value === literal && origin.unit === unit)) {
      return [failure('new-enum-value-in-transaction', `unsafe use of new value "${String(literal)}" of enum type ${values.name}`, fullName(table))];
    }
  }
  return [];
}
