import type { Constraint, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { Operation, OperationKind, OperationOf } from '../../../ir/operation.ts';
import type { ObjectName, QualifiedName } from '../../../ir/names.ts';
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
  const log = logOf(unit, scene);
  const changes = log.changes.get(relationKey(table));
  if (changes === undefined || isFresh(scene, table) || !waits(table, changes, scene, ({ origin }, of) => (origin.unit === unit.id ? (log.referring.get(relationKey(of)) ?? 0) : 0))) return [];
  return [failure('pending-trigger-events', `cannot ${WORDS[operation.kind] ?? 'ALTER TABLE'} "${table.name}" because it has pending trigger events`, fullName(table))];
}

/** The last statement of the transaction that did each, counted from one. */
interface Changes {
  inserted: number;
  deleted: number;
  readonly updated: Map<string, number>;
}

/** `made`: the statement by which a constraint came, where that is one of the transaction: rows that were written before it do not wait for it. */
function waits(table: Table, { inserted, deleted, updated }: Changes, scene: Scene, made: (constraint: Constraint, of: QualifiedName) => number): boolean {
  const since = (columns: readonly string[]): number => Math.max(0, ...columns.map((column) => updated.get(column) ?? 0));
  const own = table.constraints.some((constraint) => {
    const { definition, enforced } = constraint;
    return definition.type === 'foreignKey' && enforced && definition.initiallyDeferred === true && Math.max(inserted, since(definition.columns)) > made(constraint, table);
  });
  return (
    own ||
    scene.before.referencing(table).some(({ table: of, constraint }) => {
      const { definition, enforced } = constraint;
      if (definition.type !== 'foreignKey' || !enforced || definition.initiallyDeferred !== true) return false;
      const key = definition.referencedColumns.length > 0 ? definition.referencedColumns : primaryKey(table);
      return Math.max(definition.onDelete === 'noAction' ? deleted : 0, definition.onUpdate === 'noAction' ? since(key) : 0) > made(constraint, of);
    })
  );
}

interface Log {
  read: number;
  readonly changes: Map<string, Changes>;
  /** The last statement that gave a table a foreign key. */
  readonly referring: Map<string, number>;
}

const LOGS = new WeakMap<object, Log>();

/** What the transaction has written so far; each of its statements is looked at once. */
function logOf({ statements = [] }: UnitFacts, scene: Scene): Log {
  const log = LOGS.get(statements) ?? { read: 0, changes: new Map<string, Changes>(), referring: new Map<string, number>() };
  LOGS.set(statements, log);
  for (; log.read < statements.length; log.read++) {
    for (const operation of statements[log.read]?.statement.operations ?? []) note(operation, log, scene);
  }
  return log;
}

function note(operation: Operation, { changes, referring, read }: Log, scene: Scene): void {
  // SET CONSTRAINTS … IMMEDIATE has the checks done at once.
  if (operation.kind === 'sessionCommand' && operation.command.startsWith('set constraints')) changes.clear();
  if ((operation.kind === 'addConstraint' && operation.constraint.type === 'foreignKey') || operation.kind === 'addColumn') referring.set(relationKey(scene.before.resolve(operation.table)), read + 1);
  if (operation.kind !== 'insert' && operation.kind !== 'update' && operation.kind !== 'delete' && operation.kind !== 'merge' && operation.kind !== 'copy') return;
  if (operation.table === undefined) return;
  const key = relationKey(scene.before.resolve(operation.table));
  const known = changes.get(key) ?? { inserted: 0, deleted: 0, updated: new Map<string, number>() };
  changes.set(key, known);
  if (operation.kind === 'insert' || (operation.kind === 'copy' && operation.direction === 'from') || (operation.kind === 'merge' && operation.actions.includes('insert'))) known.inserted = read + 1;
  if (operation.kind === 'delete' || (operation.kind === 'merge' && operation.actions.includes('delete'))) known.deleted = read + 1;
  if (operation.kind === 'update') for (const { column, value } of operation.assignments) if (value?.text.trim() !== column) known.updated.set(column, read + 1);
}
