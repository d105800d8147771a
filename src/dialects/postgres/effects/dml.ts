import { isBarrenQuery } from '../../../catalog/rows.ts';
import type { Column, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { Picks, Query, Term } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_SHARE, ROW_EXCLUSIVE, ROW_SHARE } from '../locks.ts';
import { isKnownType } from '../types.ts';
import type { Answer, Claim } from './answer.ts';
import { fullName, lock, lockAll, perhaps, sum } from './answer.ts';
import { failure } from './failures.ts';
import { changesFewRows } from './few-rows.ts';
import { followCall } from './following.ts';
import { queryProblems } from './query-problems.ts';
import { readQuery, runExpression, useRelation, writtenTable } from './reading.ts';
import { constantProblem, generatedCode, literalProblem, rowProblems, sizeProblem } from './refused-values.ts';
import type { Event } from './row-effects.ts';
import { actionMode, deleted, filledIn, hasDefault, isDeferred, isEmptyTree, primaryKey, referenced, rowsInserted, triggered, writtenByCtes } from './row-effects.ts';
import { partitionFor } from './routing.ts';
import type { Scene } from './scene.ts';
import { columnOf, locate, referencesTo, tableById, treeOf } from './scene.ts';
import { valueRows } from './values.ts';

export const dataHandlers = {
  insert: (op, scene) => withChanges(op.query, scene, insert(op, scene)),
  update: (op, scene) => withChanges(op.query, scene, update(op, scene)),
  delete: (op, scene) => withChanges(op.query, scene, remove(op, scene)),
  merge: (op, scene) => withChanges(op.query, scene, merge(op, scene)),
  select: (op, scene) => withChanges(op.query, scene, { ...reads(op.query, scene), work: 'rows' }),
  copy,
  call: (op, scene) => ({ ...followCall({ ...op, name: op.routine }, scene), work: 'rows', certain: scene.before.routines(op.routine).length > 0 }),
} satisfies Partial<OperationHandlers<Scene, Answer>>;

/** A query, with what its data-modifying CTEs bring along: they run to their end whatever becomes of the rest. */
const reads = (query: Query, scene: Scene, rows = true): Answer => {
  const own = { ...readQuery(query, scene, rows ? 'run' : 'planned'), failures: queryProblems(query, scene) };
  return query.writes.length === 0 ? own : sum([own, writtenByCtes(query, scene)]);
};

const picksOf = ({ where, query }: OperationOf<'update'> | OperationOf<'delete'>): Picks => ({ where, bounded: query.bounded, ...(query.boundedBy === undefined ? {} : { boundedBy: query.boundedBy }) });

/** The work of UPDATE and DELETE in WITH comes first: the statement around them works on their rows. */
function withChanges({ writes }: Query, scene: Scene, answer: Answer): Answer {
  const changes = writes.flatMap(({ relation, access, picks }): readonly Answer[] => {
    if (picks === undefined || changesFewRows(picks, scene.before.table(relation), scene)) return [];
    const target = locate(scene, relation);
    return [{ work: 'allRows', workOn: target, loss: access === 'delete' && picks.where === undefined ? [{ what: 'rows', object: fullName(target) }] : [] }];
  });
  return changes.length === 0 ? answer : sum([...changes, answer]);
}

function insert(written: OperationOf<'insert'>, scene: Scene): Answer {
  const table = writtenTable(written.table, 'insert', scene);
  const op = inColumnsOfTable(written, scene);
  const rows = op.source !== 'query' || !isBarrenQuery(op.query, scene.before);
  const given = (column: Column): boolean => op.source !== 'default' && (op.columns.length === 0 || op.columns.includes(column.name));
  const stated = (column: Column): boolean => (given(column) ? !isNullThroughout(column, table, op) : hasDefault(column));
  const valued = (column: Column): boolean => (column.generated === undefined ? stated(column) : column.generated.expression.columns.some((name) => table?.columns.some((other) => other.name === name && stated(other)) === true));
  const sure = op.source !== 'query' && op.onConflict === undefined;
  // What a subquery gives may be NULL.
  const keyed = sure && op.query.reads.length === 0;
  const events: readonly Event[] = op.onConflict === 'update' ? ['insert', 'update'] : ['insert'];
  return sum([
    { locks: useRelation({ relation: op.table, access: 'insert', only: true }, scene, 'run'), work: op.source === 'query' && !op.query.bounded ? 'allRows' : 'rows', workOn: locate(scene, op.table) },
    { ...reads(op.query, scene), work: 'none' },
    table === undefined ? { certain: scene.before.relation(op.table) !== undefined } : { locks: checkedBounds(table, scene) },
    table === undefined || !rows ? {} : sum([surely(sure, route(table, op, scene)), surely(op.source !== 'query', filledIn(table, given, scene)), surely(keyed, rowsInserted(table, valued, scene)), surely(keyed, referencedParts(table, op, scene))]),
    table === undefined ? {} : fired(table, events, { rows, sure }, undefined, scene),
    table === undefined || !namesColumnsOf(table, op.table, op.columns, scene) ? {} : { failures: rowProblems(op, table, scene) },
  ]);
}

/** Without a list of columns, the rows are in the order of the view's. */
function inColumnsOfTable(op: OperationOf<'insert'>, scene: Scene): OperationOf<'insert'> {
  const relation = scene.before.relation(op.table);
  if (relation?.kind !== 'view' || op.columns.length > 0 || op.source === 'default') return op;
  const width = op.source === 'values' ? Math.max(0, ...valueRows(op.query.text).map((row) => row.length)) : op.constants?.length;
  return { ...op, columns: relation.columns.map((name) => name ?? '').slice(0, width === 0 ? undefined : width) };
}

/** A view can give other names to the columns of the table below it. */
const namesColumnsOf = (table: Table, written: ObjectName, columns: readonly string[], scene: Scene): boolean =>
  scene.before.relation(written)?.kind !== 'view' || columns.every((name) => columnOf(table, name) !== undefined);

/** The place of a column in the rows that the statement writes. */
const placeOf = (column: string, table: Table, op: OperationOf<'insert'>): number => (op.columns.length > 0 ? op.columns.indexOf(column) : table.columns.findIndex(({ name }) => name === column));

/** A key to a partitioned table is looked up in the partition that it is in: the server plans the look-up for each of the first rows. */
function referencedParts(table: Table, op: OperationOf<'insert'>, scene: Scene): Answer {
  const rows = op.source === 'values' ? valueRows(op.query.text) : [];
  return sum(
    table.constraints.map(({ definition, enforced, references }): Answer => {
      const target = tableById(scene, references);
      if (definition.type !== 'foreignKey' || !enforced || isDeferred(definition) || target?.partitionBy === undefined) return {};
      const key = definition.referencedColumns.length > 0 ? definition.referencedColumns : primaryKey(target);
      const values = rows.map((row) => definition.columns.map((name) => row[placeOf(name, table, op)]));
      const paths = values.filter((own) => !own.includes(null)).map((own) => partitionFor(target, (name) => own[key.indexOf(name)], scene));
      return { locks: paths.flatMap((path) => lockAll(path ?? [], ROW_SHARE, `partition of ${fullName(target)}`)), certain: rows.length > 0 && rows.length === op.rows && !paths.includes(undefined) };
    }),
  );
}

function isNullThroughout({ name }: Column, table: Table | undefined, op: OperationOf<'insert'>): boolean {
  if (op.source !== 'values' || table === undefined) return false;
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

/** Checking a partition's bounds looks at its parents, the first time in a session; before 14 not for new rows, but for foreign keys to it. */
const checkedBounds = (table: Table, scene: Scene): readonly Claim[] => (scene.version < 14 ? [] : bounds(table, scene));

const bounds = (table: Table, scene: Scene): readonly Claim[] =>
  table.partitionOf === undefined ? [] : scene.before.ancestors(table).map((parent) => lock(parent, ACCESS_SHARE, `parent of ${fullName(table)}`));

function update(op: OperationOf<'update'>, scene: Scene): Answer {
  const table = writtenTable(op.table, 'update', scene);
  const changed = op.assignments.map(({ column }) => column);
  const rows = table === undefined || !(isEmptyTree(table, op.only, scene) || isBarrenQuery(op.query, scene.before));
  const sure = matchesAll(op);
  return sum([
    { work: changesFewRows(picksOf(op), table, scene) ? 'rows' : 'allRows', workOn: locate(scene, op.table), ...written(op, 'update', scene) },
    { ...reads(op.query, scene, rows), work: 'none' },
    table === undefined || !rows ? {} : sum([surely(sure, { locks: bounds(table, scene) }), perhaps(sum([keysChanged(table, changed, op, scene), changedReferences(table, op, scene), movedRows(table, changed, scene)]))]),
    table === undefined ? {} : fired(table, ['update'], { rows, sure }, changed, scene),
    table === undefined || !namesColumnsOf(table, op.table, changed, scene) ? {} : { failures: assignmentProblems(op, table, scene) },
    ...op.assignments.map(({ value }) => (value === undefined || !rows ? {} : runExpression(value, scene))),
  ]);
}

function assignmentProblems(op: OperationOf<'update'>, table: Table, scene: Scene): readonly Failure[] {
  const seen = new Set<string>();
  for (const { column: name, value, inPart } of table.complete ? op.assignments : []) {
    const column = table.columns.find((one) => one.name === name);
    if (column === undefined) return [failure('column-missing', `column "${name}" of relation "${table.name}" does not exist`, fullName(table))];
    const only = column.generated !== undefined || (column.identity === 'always' && table.rules.length === 0);
    if (only && value !== undefined && value.text.toLowerCase() !== 'default') return [failure('value-refused', `column "${name}" can only be updated to DEFAULT`, fullName(table), column.generated === undefined ? '428C9' : generatedCode(scene))];
    // Parts of an array or a composite value can be assigned one by one.
    if (inPart === true) continue;
    if (seen.has(name) && column.type.dimensions === 0 && isKnownType(column.type) && !column.type.name.startsWith('json')) return [failure('value-refused', `multiple assignments to same column "${name}"`, fullName(table), '42601')];
    seen.add(name);
    const problem = value?.casts.length === 0 && !column.type.name.startsWith('json') ? (literalProblem(value.literal, column.type, scene) ?? sizeProblem(value.literal, column.type)) : undefined;
    if (problem !== undefined) return [failure('value-refused', problem.message ?? `column "${name}" is of type ${column.type.name} but expression is of type ${problem.is ?? ''}`, fullName(table), problem.code)];
  }
  const refused = table.complete ? constantProblem(op, table, scene) : undefined;
  return refused === undefined ? [] : [refused];
}

const surely = (sure: boolean, answer: Answer): Answer => (sure ? answer : perhaps(answer));

/** Whether it touches every row that there is. */
const matchesAll = ({ where, query }: OperationOf<'update'> | OperationOf<'delete'>): boolean => where === undefined && query.reads.length === 0;

/** Triggers of the statement fire in any case, those of rows where there are rows. */
function fired(table: Table, events: readonly Event[], { rows, sure }: { readonly rows: boolean; readonly sure: boolean }, changed: readonly string[] | undefined, scene: Scene): Answer {
  const whole = sum([triggered(table, events, false, changed, scene), ruled(table, events, scene)]);
  return rows ? sum([whole, surely(sure, triggered(table, events, true, changed, scene))]) : whole;
}

/** What rules put beside the statement, or in its place. */
const ruled = ({ rules }: Table, events: readonly Event[], scene: Scene): Answer =>
  sum(rules.flatMap(({ event, actions = [] }) => (event !== 'select' && events.includes(event) ? actions.map((action): Answer => ({ ...sum([readQuery(action, scene, 'run'), writtenByCtes(action, scene)]), work: 'none' })) : [])));

/** A foreign key column set to something other than NULL is looked up. */
function keysChanged(table: Table, changed: readonly string[], op: OperationOf<'update'>, scene: Scene): Answer {
  const given = changed.filter((name) => op.assignments.some(({ column, value }) => column === name && value?.literal !== null && value?.text.trim() !== name));
  const worked = table.columns.filter(({ generated }) => generated?.expression.columns.some((name) => given.includes(name)) === true);
  const moved = [...given, ...worked.map(({ name }) => name)];
  const locks = table.constraints.flatMap((constraint) =>
    constraint.definition.type === 'foreignKey' && constraint.enforced && !isDeferred(constraint.definition) && constraint.definition.columns.some((name) => moved.includes(name)) ? referenced(table, constraint, scene) : [],
  );
  return { locks };
}

/** A row whose partition key changes may become a new one elsewhere, with all that comes of that. */
function movedRows(table: Table, changed: readonly string[], scene: Scene): Answer {
  const moves = treeOf(scene, table).some(({ partitionBy }) => partitionBy?.columns.some((name) => name !== undefined && changed.includes(name)) === true);
  return moves ? rowsInserted(table, () => true, scene) : {};
}

/** A key that others reference has changed: they are searched, or follow, if there is such a row. */
function changedReferences(table: Table, { assignments }: OperationOf<'update'>, scene: Scene): Answer {
  const changed = assignments.flatMap(({ column, value }) => (value?.text.trim() === column ? [] : [column]));
  const locks = referencesTo(scene, table).flatMap(({ table: referrer, constraint }) => {
    const { definition } = constraint;
    if (definition.type !== 'foreignKey' || !constraint.enforced) return [];
    if (definition.onUpdate === 'noAction' && isDeferred(definition)) return [];
    const key = definition.referencedColumns.length > 0 ? definition.referencedColumns : primaryKey(table);
    return key.some((name) => changed.includes(name)) ? [lock(referrer, actionMode(definition.onUpdate), `references ${fullName(table)}`)] : [];
  });
  return { locks, certain: locks.length === 0 };
}

function remove(op: OperationOf<'delete'>, scene: Scene): Answer {
  const table = writtenTable(op.table, 'delete', scene);
  const rows = table === undefined || !(isEmptyTree(table, op.only, scene) || isBarrenQuery(op.query, scene.before));
  const follows = rows && !cleansUp(op);
  return sum([
    {
      ...written(op, 'delete', scene),
      work: changesFewRows(picksOf(op), table, scene) ? 'rows' : 'allRows',
      workOn: locate(scene, op.table),
      loss: op.where === undefined && op.query.reads.length === 0 ? [{ what: 'rows', object: fullName(locate(scene, op.table)) }] : [],
    },
    { ...reads(op.query, scene, rows), work: 'none' },
    table === undefined || !follows ? { certain: !rows || (table !== undefined && referencesTo(scene, table).length === 0 && table.triggers.length === 0) } : surely(matchesAll(op), sum([deleted(table, scene, new Set()), { locks: scene.version < 14 && referencesTo(scene, table).length > 0 ? bounds(table, scene) : [] }])),
    table === undefined ? {} : fired(table, ['delete'], { rows: follows, sure: matchesAll(op) }, undefined, scene),
  ]);
}

/** A condition without a single value looks for what should not be there, as in IS NULL or HAVING count(*) > 1: nothing is taken to match. */
const cleansUp = ({ where }: OperationOf<'delete'>): boolean =>
  where !== undefined && !/'|=\s*\d/.test(where.text) && !where.terms.some((term) => term.kind === 'in' || term.kind === 'parameter' || (term.kind === 'compare' && term.value !== null));

/** Without other relations in the statement, the columns of the condition are the table's. Rows with a new key can move to where that belongs. */
function written(op: OperationOf<'update'> | OperationOf<'delete'>, access: Event, scene: Scene): Pick<Answer, 'locks'> {
  const terms = op.query.reads.length === 0 ? (op.where?.terms ?? []) : [];
  const use = { relation: op.table, access, only: op.only };
  const found = useRelation(use, scene, 'run', terms);
  if (op.kind === 'delete' || terms.length === 0) return { locks: found };
  const given = op.assignments.flatMap(({ column, value }): readonly Term[] =>
    value?.literal === undefined ? [] : value.literal === null ? [{ kind: 'isNull', column }] : [{ kind: 'compare', column, operator: '=', value: value.literal }],
  );
  const moved = terms.some(({ column }) => op.assignments.some((one) => one.column === column));
  if (!moved) return { locks: found };
  const known = op.assignments.every(({ value }) => value?.literal !== undefined);
  const after = { locks: useRelation(use, scene, 'run', [...given, ...terms.filter(({ column }) => !op.assignments.some((one) => one.column === column))]) };
  return { locks: sum([{ locks: found }, known ? after : perhaps(after)]).locks ?? [] };
}

function merge(op: OperationOf<'merge'>, scene: Scene): Answer {
  const first = op.actions[0] ?? 'update';
  const table = writtenTable(op.table, first, scene);
  const rows = !isBarrenQuery(op.query, scene.before);
  const parts: Answer[] = [
    // The table is searched for matches, whatever is done then.
    { locks: useRelation({ relation: op.table, access: first === 'insert' ? 'update' : first, only: false }, scene, 'run'), work: op.query.bounded ? 'rows' : 'allRows', workOn: locate(scene, op.table) },
    { ...readQuery(op.query, scene, 'run'), work: 'none' },
  ];
  if (table !== undefined && rows) {
    const given = ({ name }: Column): boolean => op.inserted?.includes(name) ?? true;
    if (op.actions.includes('insert')) parts.push(perhaps(filledIn(table, given, scene)), perhaps(rowsInserted(table, (column) => given(column) || hasDefault(column), scene)));
    if (op.actions.includes('delete') && !isEmptyTree(table, false, scene)) parts.push(perhaps(deleted(table, scene, new Set())));
    parts.push({ certain: false });
  }
  if (table !== undefined) parts.push(fired(table, op.actions, { rows, sure: false }, undefined, scene));
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
