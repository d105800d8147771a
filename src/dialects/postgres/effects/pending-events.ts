import type { Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { Operation, OperationKind, OperationOf } from '../../../ir/operation.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { relationKey } from '../../../ir/names.ts';
import type { UnitFacts } from '../../dialect.ts';
import { fullName } from './answer.ts';
import { failure } from './failures.ts';
import { primaryKey } from './row-effects.ts';
import type { Scene } from './scene.ts';
import { isFresh } from './scene.ts';

type Subjects = { readonly [K in OperationKind]?: (operation: OperationOf<K>) => ObjectName | undefined };

const ofTable = ({ table }: { readonly table: ObjectName }): ObjectName => table;

/** Statements that refuse a table whose deferred constraints have yet to be checked, by the name that the server gives them. Renames, triggers and policies do not. */
const REFUSING: Subjects = {
  addColumn: ofTable,
  dropColumn: ofTable,
  changeColumnType: ofTable,
  setNotNull: ofTable,
  dropNotNull: ofTable,
  setDefault: ofTable,
  dropDefault: ofTable,
  alterColumn: ofTable,
  addConstraint: ofTable,
  validateConstraint: ofTable,
  alterConstraint: ofTable,
  dropConstraint: ofTable,
  alterTable: ofTable,
  setOwner: (op) => (op.objectType === 'table' ? op.object : undefined),
  createIndex: (op) => (op.concurrently ? undefined : op.table),
  truncate: ofTable,
  dropTable: ofTable,
};

const WORDS: { readonly [K in OperationKind]?: string } = { createIndex: 'CREATE INDEX', truncate: 'TRUNCATE', dropTable: 'DROP TABLE' };

/** Rows were written earlier in the transaction, and a constraint that is INITIALLY DEFERRED waits for its end to check them. */
export function pendingEventFailures(operation: Operation, scene: Scene): readonly Failure[] {
  const { unit } = scene;
  const name = (REFUSING[operation.kind] as ((operation: Operation) => ObjectName | undefined) | undefined)?.(operation);
  const table = name === undefined ? undefined : scene.before.table(name);
  if (unit?.statements === undefined || table === undefined) return [];
  const changes = changesIn(unit, scene).get(relationKey(table));
  if (changes === undefined || isFresh(scene, table) || !waits(table, changes, scene)) return [];
  return [failure('pending-trigger-events', `cannot ${WORDS[operation.kind] ?? 'ALTER TABLE'} "${table.name}" because it has pending trigger events`, fullName(table))];
}

interface Changes {
  inserted: boolean;
  deleted: boolean;
  readonly updated: Set<string>;
}

function waits(table: Table, { inserted, deleted, updated }: Changes, scene: Scene): boolean {
  const own = table.constraints.some(
    ({ definition, enforced }) => definition.type === 'foreignKey' && enforced && definition.initiallyDeferred === true && (inserted || definition.columns.some((column) => updated.has(column))),
  );
  return (
    own ||
    scene.before.referencing(table).some(({ constraint: { definition, enforced } }) => {
      if (definition.type !== 'foreignKey' || !enforced || definition.initiallyDeferred !== true) return false;
      const key = definition.referencedColumns.length > 0 ? definition.referencedColumns : primaryKey(table);
      return (deleted && definition.onDelete === 'noAction') || (definition.onUpdate === 'noAction' && key.some((column) => updated.has(column)));
    })
  );
}

interface Log {
  read: number;
  readonly changes: Map<string, Changes>;
}

const LOGS = new WeakMap<object, Log>();

/** What the transaction has written so far; each of its statements is looked at once. */
function changesIn({ statements = [] }: UnitFacts, scene: Scene): ReadonlyMap<string, Changes> {
  const log = LOGS.get(statements) ?? { read: 0, changes: new Map<string, Changes>() };
  LOGS.set(statements, log);
  for (; log.read < statements.length; log.read++) {
    for (const operation of statements[log.read]?.statement.operations ?? []) note(operation, log.changes, scene);
  }
  return log.changes;
}

function note(operation: Operation, changes: Map<string, Changes>, scene: Scene): void {
  // SET CONSTRAINTS … IMMEDIATE has the checks done at once.
  if (operation.kind === 'sessionCommand' && operation.command.startsWith('set constraints')) changes.clear();
  if (operation.kind !== 'insert' && operation.kind !== 'update' && operation.kind !== 'delete' && operation.kind !== 'merge' && operation.kind !== 'copy') return;
  if (operation.table === undefined) return;
  const key = relationKey(scene.before.resolve(operation.table));
  const known = changes.get(key) ?? { inserted: false, deleted: false, updated: new Set<string>() };
  changes.set(key, known);
  if (operation.kind === 'insert' || (operation.kind === 'copy' && operation.direction === 'from') || (operation.kind === 'merge' && operation.actions.includes('insert'))) known.inserted = true;
  if (operation.kind === 'delete' || (operation.kind === 'merge' && operation.actions.includes('delete'))) known.deleted = true;
  if (operation.kind === 'update') for (const { column, value } of operation.assignments) if (value?.text.trim() !== column) known.updated.add(column);
}
