import { isBarrenQuery, isBarrenTable } from '../../../catalog/rows.ts';
import type { Column, Constraint, Table } from '../../../catalog/schema.ts';
import type { ConstraintDefinition } from '../../../ir/constraints.ts';
import type { Query } from '../../../ir/expressions.ts';
import { ROW_EXCLUSIVE, ROW_SHARE } from '../locks.ts';
import type { Answer, Claim } from './answer.ts';
import { fullName, lock, perhaps, sum } from './answer.ts';
import { followTrigger } from './following.ts';
import { runExpression, writtenTable } from './reading.ts';
import type { Scene } from './scene.ts';
import { columnOf, partitionsOf, referencesTo, sequenceOf, tableById, treeOf } from './scene.ts';

/** What rows bring along that are written: defaults, foreign keys in both directions, triggers. */

export type Event = 'insert' | 'update' | 'delete';

export const hasDefault = (column: Column): boolean => column.default !== undefined && column.default.literal !== null;

/** Columns that the statement leaves out get their defaults: sequences move, functions run. */
export function filledIn(table: Table, given: (column: Column) => boolean, scene: Scene): Answer {
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
export function rowsInserted(table: Table, valued: (column: Column) => boolean, scene: Scene): Answer {
  const locks = table.constraints.flatMap((constraint) => {
    const { definition } = constraint;
    if (definition.type !== 'foreignKey' || !constraint.enforced || isDeferred(definition)) return [];
    const filled = definition.columns.every((name) => {
      const column = columnOf(table, name);
      return column === undefined || valued(column);
    });
    return filled ? referenced(table, constraint, scene) : [];
  });
  return { locks };
}

/** Looked up when the transaction commits, and not before; what ON DELETE and ON UPDATE do is never put off. */
export const isDeferred = ({ initiallyDeferred }: ConstraintDefinition): boolean => initiallyDeferred === true;

export function referenced(table: Table, constraint: Constraint, scene: Scene): readonly Claim[] {
  const target = tableById(scene, constraint.references);
  return target === undefined ? [] : [lock(target, ROW_SHARE, `referenced by ${fullName(table)}.${constraint.name}`)];
}

export const primaryKey = (table: Table): readonly string[] => table.constraints.flatMap(({ definition }) => (definition.type === 'primaryKey' ? definition.columns : []));

export const actionMode = (action: string): typeof ROW_SHARE | typeof ROW_EXCLUSIVE => (action === 'noAction' || action === 'restrict' ? ROW_SHARE : ROW_EXCLUSIVE);

/** Referencing tables are searched, or lose or change rows, and so on down the line. */
export function deleted(table: Table, scene: Scene, seen: Set<number>): Answer {
  if (seen.has(table.id)) return {};
  seen.add(table.id);
  return sum(
    referencesTo(scene, table).map(({ table: referrer, constraint }): Answer => {
      const { definition } = constraint;
      if (definition.type !== 'foreignKey' || !constraint.enforced) return {};
      if (definition.onDelete === 'noAction' && isDeferred(definition)) return {};
      const own = { locks: [lock(referrer, actionMode(definition.onDelete), `references ${fullName(table)}`)] };
      if (referrer.id === table.id || isEmptyTree(referrer, false, scene)) return own;
      const event: Event = definition.onDelete === 'cascade' ? 'delete' : 'update';
      if (definition.onDelete === 'noAction' || definition.onDelete === 'restrict') return own;
      return sum([own, perhaps(sum([triggered(referrer, [event], true, definition.columns, scene), ...(event === 'delete' ? [deleted(referrer, scene, seen)] : [])])), { certain: false }]);
    }),
  );
}

export const isEmptyTree = (table: Table, only: boolean, scene: Scene): boolean => treeOf(scene, table, only).every((each) => isBarrenTable(each, scene.before));

/** Statement triggers fire in any case, row triggers for rows; what WHEN and UPDATE OF let through is not known. */
export function triggered(table: Table, events: readonly Event[], rows: boolean, changed: readonly string[] | undefined, scene: Scene): Answer {
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


/** Of an UPDATE it is not known which columns it changes, only that they can be keys. */
function rowsGone(table: Table, event: 'update' | 'delete', scene: Scene): Answer {
  const fired = triggered(table, [event], true, undefined, scene);
  const linked = referencesTo(scene, table).length > 0 || (event === 'update' && table.constraints.some(({ definition }) => definition.type === 'foreignKey'));
  if (fired.work === undefined && !linked) return {};
  return sum([perhaps(sum([event === 'delete' ? deleted(table, scene, new Set()) : {}, fired])), { certain: false }]);
}

/** What the data-modifying CTEs of a query bring along. Which columns they give is not known: the ones that must have a value. */
export function writtenByCtes(query: Query, scene: Scene): Answer {
  return sum(
    query.writes.map(({ relation, access, needs }) => {
      if (access === 'read' || access === 'lockRows' || isBarrenQuery(needs === undefined ? {} : { needs }, scene.before)) return {};
      const table = writtenTable(relation, access, scene);
      if (table === undefined) return {};
      if (access !== 'insert') return isEmptyTree(table, false, scene) ? {} : rowsGone(table, access, scene);
      const numbered = (column: Column): boolean => sequenceOf(scene, column) === undefined;
      return sum([perhaps(sum([filledIn(table, numbered, scene), rowsInserted(table, ({ notNull }) => notNull, scene), triggered(table, ['insert'], true, undefined, scene)])), { certain: false }]);
    }),
  );
}
