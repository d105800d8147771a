import { sameSet } from '../../../catalog/keys.ts';
import type { Column, Constraint, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { ColumnDefinition } from '../../../ir/columns.ts';
import type { ConstraintDefinition, ForeignKeyDefinition } from '../../../ir/constraints.ts';
import type { DataType } from '../../../ir/expressions.ts';
import type { QualifiedName } from '../../../ir/names.ts';
import { SHARE_ROW_EXCLUSIVE } from '../locks.ts';
import type { Answer, Target } from './answer.ts';
import { fullName, lock, lockAll } from './answer.ts';
import { failure } from './failures.ts';
import type { Scene } from './scene.ts';
import { indexesOf, isFresh, isStored, locate, partitionsOf, storedTree } from './scene.ts';

/** The table that a foreign key is added to: one of the catalog, or one that is just being created. */
export interface Referrer {
  readonly name: QualifiedName;
  readonly columns: readonly (Column | ColumnDefinition)[];
  readonly constraints: readonly (Constraint | ConstraintDefinition)[];
  readonly persistence: Table['persistence'];
  /** Whether the columns are all that it has. */
  readonly complete?: boolean;
}

/** What becomes of the rows that exist: nothing, a scan that finds only NULLs, or a look at the referenced table as well. */
export type Checking = 'none' | 'scanned' | 'lookedUp';

/** ADD FOREIGN KEY, on its own or with a column. */
export function addForeignKey(target: Target, table: Table | undefined, definition: ForeignKeyDefinition, checking: Checking, scene: Scene): Answer {
  const referenced = scene.before.table(definition.references);
  const other = locate(scene, definition.references);
  const partitions = table === undefined ? [] : partitionsOf(scene, table);
  const searched: readonly (Target | Table)[] = table === undefined ? [target] : [table, ...partitions].filter(isStored);
  return {
    locks: [
      ...lockAll([target, ...partitions], SHARE_ROW_EXCLUSIVE),
      lock(other, SHARE_ROW_EXCLUSIVE),
      ...(referenced === undefined ? [] : lockAll(partitionsOf(scene, referenced), SHARE_ROW_EXCLUSIVE, `partition of ${fullName(referenced)}`)),
    ],
    scans: checking === 'none' ? [] : checking === 'scanned' ? searched : [...searched, ...lookedUp(searched, definition.columns, referenced ?? other, scene)],
    failures: [
      ...(table === undefined ? [] : referenceProblems(definition, { ...table, name: table }, scene)),
      ...(checking === 'lookedUp' && !isFresh(scene, table)
        ? [failure('foreign-key-violations', `insert or update on table "${target.name}" violates foreign key constraint${definition.name === undefined ? '' : ` "${definition.name}"`}`, fullName(target))]
        : []),
      ...(definition.notValid === true && scene.version < 18 && table?.partitionBy !== undefined
        ? [failure('not-valid-fk-on-partitioned', `cannot add NOT VALID foreign key on partitioned table "${table.name}" referencing relation "${other.name}"`, fullName(table))]
        : []),
    ],
    breaks: definition.notEnforced === true ? [] : [{ what: 'writes', object: fullName(target) }],
    certain: table?.complete === true,
  };
}

/** The check joins the rows with the referenced table, which is not read when there are none with a value in all the columns. */
export function lookedUp(searched: readonly (Target | Table)[], columns: readonly string[], referenced: Target | Table, scene: Scene): readonly Target[] {
  if (!searched.some((each) => mayHoldValues(each, columns))) return [];
  return 'columns' in referenced ? storedTree(scene, referenced, referenced.partitionBy === undefined) : [referenced];
}

function mayHoldValues(table: Target | Table, columns: readonly string[]): boolean {
  if (!('columns' in table) || table.kind !== 'table') return true;
  return table.barren !== true && columns.every((name) => table.columns.find((column) => column.name === name)?.given ?? !table.complete);
}

/** What the server refuses about the pair of tables, as far as both are known. */
export function referenceProblems(definition: ForeignKeyDefinition, own: Referrer, scene: Scene): readonly Failure[] {
  const target = scene.before.table(definition.references);
  const self = isSelf(definition, own.name, scene);
  const other = scene.before.relation(definition.references);
  if (!self && other !== undefined && (other.kind !== 'table' || other.foreign === true)) return [failure('wrong-object-kind', `referenced relation "${other.name}" is not a table`, fullName(own.name))];
  if (!self && other === undefined && scene.before.isGone(definition.references)) return [failure('relation-missing', `relation "${definition.references.name}" does not exist`, fullName(own.name))];
  if (target === undefined && !self) return [];
  if (target !== undefined && !self) {
    if (target.partitionBy !== undefined && scene.version < 12) return [failure('fk-to-partitioned', `cannot reference partitioned table "${target.name}"`, fullName(own.name))];
    const persistence = persistenceProblem(own.persistence, target.persistence);
    if (persistence !== undefined) return [failure('fk-persistence', persistence, fullName(own.name))];
    if (!target.complete) return [];
  }
  if (self && own.complete === false) return [];
  const there = self || target === undefined ? own : { ...target, name: target };
  const columns = definition.referencedColumns.length > 0 ? definition.referencedColumns : primaryKey(there);
  if (columns === undefined) return [failure('fk-target-not-unique', `there is no primary key for referenced table "${there.name.name}"`, fullName(own.name), '42704')];
  if (columns.length !== definition.columns.length) return [failure('fk-target-not-unique', 'number of referencing and referenced columns for foreign key disagree', fullName(own.name))];
  const missing = columns.find((name) => !there.columns.some((column) => column.name === name));
  if (missing !== undefined) return [failure('column-missing', `column "${missing}" referenced in foreign key constraint does not exist`, fullName(own.name))];
  const absent = definition.columns.find((name) => !own.columns.some((column) => column.name === name));
  if (absent !== undefined && !self && own.complete === true) {
    return [failure('column-missing', `column "${absent}" referenced in foreign key constraint does not exist`, fullName(own.name))];
  }
  if (!isUnique(there, columns, target, scene)) {
    return [failure('fk-target-not-unique', `there is no unique constraint matching given keys for referenced table "${there.name.name}"`, fullName(own.name))];
  }
  for (const [i, name] of definition.columns.entries()) {
    const mine = own.columns.find((column) => column.name === name)?.type;
    const theirs = there.columns.find((column) => column.name === columns[i])?.type;
    if (mine !== undefined && theirs !== undefined && incomparable(mine, theirs, scene)) {
      return [failure('fk-type-mismatch', `key columns "${name}" and "${columns[i] ?? ''}" are of incompatible types: ${mine.name} and ${theirs.name}`, fullName(own.name))];
    }
  }
  return [];
}

/** Whether the table references itself; a new one is found before one of that name further down the search path. */
export function isSelf({ references }: ForeignKeyDefinition, own: QualifiedName, scene: Scene): boolean {
  if (references.name !== own.name) return false;
  const target = references.schema === undefined && own.schema === scene.before.creationName(references).schema ? own : locate(scene, references);
  return target.schema === own.schema;
}

const definitionOf = (constraint: Constraint | ConstraintDefinition): ConstraintDefinition => ('definition' in constraint ? constraint.definition : constraint);

function primaryKey({ constraints }: Referrer): readonly string[] | undefined {
  for (const constraint of constraints) {
    const definition = definitionOf(constraint);
    if (definition.type === 'primaryKey') return definition.columns;
  }
  return undefined;
}

function isUnique(there: Referrer, columns: readonly string[], table: Table | undefined, scene: Scene): boolean {
  const byConstraint = there.constraints.map(definitionOf).some((definition) => (definition.type === 'primaryKey' || definition.type === 'unique') && sameSet(definition.columns, columns));
  if (byConstraint || table === undefined) return byConstraint || table === undefined;
  return indexesOf(scene, table).some(
    (index) => !index.complete || (index.unique && index.where === undefined && sameSet(index.keys.flatMap(({ column }) => column ?? []), columns) && index.keys.every(({ column }) => column !== undefined)),
  );
}

function persistenceProblem(own: Table['persistence'], other: Table['persistence']): string | undefined {
  if (own === 'permanent' && other !== 'permanent') return 'constraints on permanent tables may reference only permanent tables';
  if (own === 'unlogged' && other === 'temporary') return 'constraints on unlogged tables may reference only permanent or unlogged tables';
  return own === 'temporary' && other !== 'temporary' ? 'constraints on temporary tables may reference only temporary tables' : undefined;
}

/** Kinds of builtin types without an equality operator between them. */
const COMPARABLE: Readonly<Record<string, string>> = {
  smallint: 'number',
  integer: 'number',
  bigint: 'number',
  numeric: 'number',
  real: 'number',
  'double precision': 'number',
  text: 'text',
  'character varying': 'text',
  character: 'text',
  uuid: 'uuid',
  boolean: 'boolean',
  bytea: 'bytea',
  inet: 'network',
  cidr: 'network',
  jsonb: 'jsonb',
  'timestamp with time zone': 'time',
  'timestamp without time zone': 'time',
  date: 'time',
};

/** Wider from left to right: a value becomes one of a type further right by itself, and none further left. */
const NUMBERS: readonly (readonly string[])[] = [['smallint', 'integer', 'bigint'], ['numeric'], ['real', 'double precision']];
const widthOf = ({ name }: DataType): number => NUMBERS.findIndex((names) => names.includes(name));

/** Whether no equality holds between a referencing column and the key that it references. */
function incomparable(mine: DataType, theirs: DataType, scene: Scene): boolean {
  const [a, b] = [kindOf(mine, scene), kindOf(theirs, scene)];
  if (a === undefined || b === undefined) return false;
  if (mine.dimensions > 0 || theirs.dimensions > 0) return mine.dimensions === 0 || theirs.dimensions === 0;
  return a !== b || (a === 'number' && widthOf(mine) > widthOf(theirs));
}

function kindOf(type: DataType, scene: Scene): string | undefined {
  const own = scene.before.enumOf(type);
  if (own !== undefined) return `enum ${String(own.id)}`;
  return type.schema === undefined ? COMPARABLE[type.name] : undefined;
}
