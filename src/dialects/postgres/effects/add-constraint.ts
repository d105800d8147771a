import type { Index, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { ConstraintDefinition, ForeignKeyDefinition, PrimaryKeyDefinition, UniqueDefinition } from '../../../ir/constraints.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, ACCESS_SHARE, SHARE, SHARE_UPDATE_EXCLUSIVE } from '../locks.ts';
import type { Mode } from '../locks.ts';
import type { Answer, Target } from './answer.ts';
import { fullName, lock, lockAll, lockTree, sum } from './answer.ts';
import { SYSTEM_COLUMNS } from '../system-columns.ts';
import { virtualConstraintProblems } from './column-limits.ts';
import { failure } from './failures.ts';
import type { Checking } from './foreign-keys.ts';
import { addForeignKey } from './foreign-keys.ts';
import { tooManyInConstraint } from './most-columns.ts';
import { dropsConstraint, isNotNull, provesNotNull } from './not-null.ts';
import type { Scene } from './scene.ts';
import { columnOf, constraintOf, indexesOf, isAbsent, isFresh, isStored, locate, partitionsOf, storedTree, treeOf } from './scene.ts';

export function addConstraint(op: OperationOf<'addConstraint'>, scene: Scene): Answer {
  if (op.tableIfExists && isAbsent(scene, op.table)) return { work: 'catalog', certain: false };
  // Before 13 it was made although its column was there.
  if (op.inline && scene.before.skippedColumn && scene.version >= 13) return { work: 'catalog' };
  const table = scene.before.table(op.table);
  const target = locate(scene, op.table);
  const { constraint } = op;
  const failures = [...tooManyInConstraint(constraint, fullName(target)), ...nameClash(constraint, table, scene), ...validityProblem(constraint, target), ...virtualConstraintProblems(constraint, table?.columns ?? [], fullName(target)), ...(table?.partitionBy === undefined ? [] : partitionedProblems(op, table, scene))];
  const own = constraint.type === 'foreignKey' ? addForeignKey(target, table, constraint, checking(op, constraint, table, scene), scene) : ADD[constraint.type](op, constraint as never, table, target, scene);
  // From 18 on every new constraint looks at the children of a table, whether it is inherited or not.
  const below = table !== undefined && !op.only && table.partitionBy === undefined && scene.version >= 18 ? treeOf(scene, table).slice(1) : [];
  const mode = own.locks?.find(({ on }) => on === target)?.mode ?? ACCESS_EXCLUSIVE;
  return sum([own, { locks: lockAll(below, mode, `inherits from ${fullName(target)}`), failures, work: 'catalog', certain: table !== undefined }]);
}

/** Forms that a partitioned table does not have. */
function partitionedProblems({ constraint, only }: OperationOf<'addConstraint'>, table: Table, scene: Scene): readonly Failure[] {
  const object = fullName(table);
  if (constraint.type === 'foreignKey' && only) return [failure('wrong-object-kind', `cannot use ONLY for foreign key on partitioned table "${table.name}"`, object)];
  if (constraint.type === 'check' && constraint.noInherit === true) return [failure('only-on-parent', `cannot add NO INHERIT constraint to partitioned table "${table.name}"`, object)];
  return constraint.type === 'exclusion' && scene.version < 17 ? [failure('wrong-object-kind', 'exclusion constraints are not supported on partitioned tables', object, '0A000')] : [];
}

type Adder<D extends ConstraintDefinition> = (op: OperationOf<'addConstraint'>, definition: D, table: Table | undefined, target: Target, scene: Scene) => Answer;

const ADD: { readonly [T in Exclude<ConstraintDefinition['type'], 'foreignKey'>]: Adder<Extract<ConstraintDefinition, { readonly type: T }>> } = {
  check: (op, definition, table, target, scene) => {
    const tree = table === undefined ? [target] : treeOf(scene, table, op.only || definition.noInherit === true);
    const stored = table === undefined ? [target] : storedTree(scene, table, op.only || definition.noInherit === true);
    const checked = definition.notValid !== true && definition.notEnforced !== true;
    const violated = failure('check-violations', `check constraint${definition.name === undefined ? '' : ` "${definition.name}"`} of relation "${target.name}" is violated by some row`, fullName(target));
    // The server adds the columns of a statement before its constraints, wherever they stand.
    const isAdded = (name: string): boolean => scene.statement.operations.some((each) => each.kind === 'addColumn' && each.column.name === name);
    const unknown = table?.complete === true ? definition.expression.columns.find((name) => columnOf(table, name) === undefined && name !== table.name && !SYSTEM_COLUMNS.has(name) && !isAdded(name)) : undefined;
    const orphan = table !== undefined && op.only && definition.noInherit !== true && table.children.length > 0;
    return {
      locks: lockTree(tree, ACCESS_EXCLUSIVE),
      scans: checked ? stored : [],
      breaks: definition.notEnforced === true ? [] : [{ what: 'writes', object: fullName(target) }],
      failures: [
        ...(definition.expression.reads.length > 0 ? [failure('check-with-subquery', 'cannot use subquery in check constraint', fullName(target))] : []),
        ...(unknown === undefined ? [] : [failure('column-missing', `column "${unknown}" does not exist`, fullName(target))]),
        ...(orphan ? [failure('only-on-parent', 'constraint must be added to child tables too', fullName(target))] : []),
        ...(checked && !(op.inline && isAllNull(op, definition.expression.columns, table)) && !isFresh(scene, table) ? [violated] : []),
      ],
    };
  },
  notNull: (op, definition, table, target, scene) => {
    const tree = table === undefined ? [target] : treeOf(scene, table, op.only);
    const stored = table === undefined ? [target] : storedTree(scene, table, op.only || definition.noInherit === true).filter((each) => !isNotNull(each, definition.column, scene) && !provesNotNull(each, definition.column, scene));
    const checked = definition.notValid !== true;
    const violated = failure('nulls-in-column', `column "${definition.column}" of relation "${target.name}" contains null values`, fullName(target));
    return {
      locks: lockTree(tree, ACCESS_EXCLUSIVE),
      scans: checked ? stored : [],
      breaks: [{ what: 'writes', object: fullName(target) }],
      failures: checked && stored.length > 0 && !isFresh(scene, table) ? [violated] : [],
    };
  },
  primaryKey: (op, definition, table, target, scene) => {
    const second = table?.constraints.some((constraint) => constraint.definition.type === 'primaryKey' && constraint.doubtful !== true) === true;
    const problem = second ? [failure('multiple-primary-keys', `multiple primary keys for table "${target.name}" are not allowed`, fullName(target))] : [];
    return sum([backed(op, definition, table, target, scene), requiredColumns(op, definition, table, target, scene), { failures: problem }]);
  },
  unique: backed,
  exclusion: (op, definition, table, target, scene) => ({
    locks: [lock(target, ACCESS_EXCLUSIVE), ...(table === undefined || op.only ? [] : lockAll(partitionsOf(scene, table), indexedBelow(scene), `partition of ${fullName(target)}`))],
    scans: table === undefined ? [target] : storedTree(scene, table, op.only || table.partitionBy === undefined),
    work: 'indexBuild',
    workOn: target,
    breaks: [{ what: 'writes', object: fullName(target) }],
    failures: [
      ...(isFresh(scene, table) ? [] : [failure('exclusion-violations', `could not create exclusion constraint${definition.name === undefined ? '' : ` "${definition.name}"`}`, fullName(target))]),
    ],
  }),
};

/** UNIQUE and PRIMARY KEY: adopt an index, or build one on every partition. */
function backed(op: OperationOf<'addConstraint'>, definition: PrimaryKeyDefinition | UniqueDefinition, table: Table | undefined, target: Target, scene: Scene): Answer {
  const locks = [lock(target, ACCESS_EXCLUSIVE)];
  const breaks = [{ what: 'writes', object: fullName(target) }] as const;
  if (definition.usingIndex !== undefined) {
    const index: Target = (table === undefined ? undefined : findIndex(definition.usingIndex, table, scene)) ?? { schema: target.schema, name: definition.usingIndex, kind: 'index' };
    const renamed = definition.name !== undefined && definition.name !== definition.usingIndex;
    return { locks: [...locks, lock(index, renamed ? SHARE_UPDATE_EXCLUSIVE : ACCESS_SHARE)], failures: adoptionProblems(definition.usingIndex, table, target, scene) };
  }
  const partitions = table === undefined || op.only ? [] : partitionsOf(scene, table);
  const mode = indexedBelow(scene);
  const lent = partitions.flatMap((each) => keyOf(definition, each, scene) ?? []);
  const stored: readonly Target[] = table === undefined ? [target] : [table, ...partitions].filter((each) => isStored(each) && !lent.some((index) => index.table === each.id));
  const nulls = op.inline && definition.type === 'unique' && isAllNull(op, definition.columns, table);
  const duplicates = failure('unique-duplicates', `could not create unique index${definition.name === undefined ? '' : ` "${definition.name}"`}`, fullName(target));
  const failures: Failure[] = stored.length === 0 || isFresh(scene, table) || nulls ? [] : [duplicates];
  return {
    locks: [...locks, ...lockAll(partitions, mode, `partition of ${fullName(target)}`), ...lockAll(lent, SHARE, 'becomes a part of the new index')],
    scans: stored,
    work: stored.length > 0 || table === undefined || lent.length === 0 ? 'indexBuild' : 'catalog',
    workOn: target,
    breaks,
    failures: [...partitionKeyProblem(definition, table), ...missingColumns(definition, table), ...failures],
  };
}

/** The lock on partitions that get the index of a constraint. */
const indexedBelow = ({ version }: Scene): Mode => (version >= 18 ? ACCESS_EXCLUSIVE : SHARE);

/** A partition that has the same constraint lends its index to the parent instead of building another. */
function keyOf(definition: PrimaryKeyDefinition | UniqueDefinition, partition: Table, scene: Scene): Index | undefined {
  const own = partition.constraints.find(
    ({ definition: other, inherited }) =>
      inherited !== true && other.type === definition.type && other.columns.join('\0') === definition.columns.join('\0') && (other.include ?? []).join('\0') === (definition.include ?? []).join('\0') && isDistinct(other) === isDistinct(definition),
  );
  return indexesOf(scene, partition).find((index) => index.id === own?.index && index.valid && index.parent === undefined);
}

const isDistinct = (definition: PrimaryKeyDefinition | UniqueDefinition): boolean => definition.type === 'primaryKey' || definition.nullsNotDistinct !== true;

function partitionKeyProblem(definition: PrimaryKeyDefinition | UniqueDefinition, table: Table | undefined): readonly Failure[] {
  const key = table?.partitionBy;
  if (table === undefined || key === undefined || key.columns.every((column) => column !== undefined && definition.columns.includes(column))) return [];
  return [failure('unique-without-partition-key', 'unique constraint on partitioned table must include all partitioning columns', fullName(table))];
}

function missingColumns(definition: PrimaryKeyDefinition | UniqueDefinition, table: Table | undefined): readonly Failure[] {
  const missing = table?.complete === true ? definition.columns.find((name) => columnOf(table, name) === undefined) : undefined;
  return missing === undefined || table === undefined ? [] : [failure('column-missing', `column "${missing}" named in key does not exist`, fullName(table))];
}

/** A primary key makes its columns NOT NULL, children included: that may need a look at the rows. */
function requiredColumns(op: OperationOf<'addConstraint'>, definition: PrimaryKeyDefinition, table: Table | undefined, target: Target, scene: Scene): Answer {
  if (table === undefined) return {};
  const adopted = definition.usingIndex === undefined ? undefined : findIndex(definition.usingIndex, table, scene);
  const columns = definition.columns.length > 0 ? definition.columns : (adopted?.keys.flatMap(({ column }) => column ?? []) ?? []);
  const tree = treeOf(scene, table, op.only);
  const unproven = table.constraints.find(({ definition: other, valid }) => other.type === 'notNull' && !valid && columns.includes(other.column));
  const swapped = definition.usingIndex !== undefined && dropsUnknownConstraint(op, table, scene);
  const required = (each: Table): readonly string[] => columns.filter((column) => !isNotNull(each, column, scene) && !(swapped && columnOf(each, column) === undefined));
  const scans = tree.filter((each) => isStored(each) && required(each).some((column) => !provesNotNull(each, column, scene)));
  return {
    locks: lockAll(tree.filter((each) => each.id === table.id || required(each).length > 0 || scene.version >= 18 || table.partitionBy === undefined), ACCESS_EXCLUSIVE, `inherits from ${fullName(target)}`),
    scans,
    failures: [
      ...(scans.length === 0 || isFresh(scene, table) || op.inline ? [] : [failure('nulls-in-column', `column "${columns[0] ?? ''}" of relation "${table.name}" contains null values`, fullName(table))]),
      ...(unproven === undefined ? [] : [failure('not-null-not-valid', `cannot create primary key on column "${columns[0] ?? ''}"`, fullName(table))]),
    ],
  };
}

/** A constraint that nothing is known of made way for the new key: the old key, whose columns were NOT NULL. */
function dropsUnknownConstraint(op: OperationOf<'addConstraint'>, { complete, name }: Table, scene: Scene): boolean {
  if (complete) return false;
  return [scene.statement, ...(scene.unit?.statements ?? []).map(({ statement }) => statement)].some(({ operations }) =>
    operations.some((one) => one.kind === 'dropConstraint' && (one.table.name === op.table.name || one.table.name === name)),
  );
}

const findIndex = (name: string, table: Table, scene: Scene): Index | undefined => indexesOf(scene, table).find((index) => index.name === name);

function adoptionProblems(name: string, table: Table | undefined, target: Target, scene: Scene): readonly Failure[] {
  if (table === undefined) return [];
  const object = fullName(target);
  if (table.partitionBy !== undefined) return [failure('using-index-unusable', 'ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables', object, '0A000')];
  const index = findIndex(name, table, scene);
  if (index === undefined) return table.complete ? [failure('index-missing', `index "${name}" does not exist`, object)] : [];
  if (index.constraint !== undefined) return [failure('using-index-taken', `index "${name}" is already associated with a constraint`, object)];
  if (!index.complete) return [];
  if (!index.valid) return [failure('using-index-taken', `index "${name}" is not valid`, object)];
  const reason = !index.unique
    ? `"${name}" is not a unique index`
    : index.keys.some(({ column }) => column === undefined)
      ? `index "${name}" contains expressions`
      : index.where !== undefined
        ? `"${name}" is a partial index`
        : index.keys.some(({ descending, nulls }) => descending || nulls === 'first')
          ? `index "${name}" column number 1 does not have default sorting behavior`
          : undefined;
  return reason === undefined ? [] : [failure('using-index-unusable', reason, object)];
}

/** An inline constraint of a column that starts out as NULL everywhere has nothing to refuse. */
function isAllNull(op: OperationOf<'addConstraint'>, columns: readonly string[], table: Table | undefined): boolean {
  if (!op.inline) return false;
  const column = columnOf(table, columns[0] ?? '');
  return columns.length === 1 && column !== undefined && !hasValue(column);
}

const hasValue = (column: Table['columns'][number]): boolean =>
  (column.default !== undefined && column.default.literal !== null) || column.identity !== undefined || column.generated !== undefined || column.sequence !== undefined;

/** What the server does about the rows that exist: a new column without a value has nothing to look up. */
function checking(op: OperationOf<'addConstraint'>, definition: ForeignKeyDefinition, table: Table | undefined, scene: Scene): Checking {
  if (definition.notValid === true || definition.notEnforced === true) return 'none';
  if (!definition.columns.some((name) => isNewAndNull(name, table, scene))) return 'lookedUp';
  // With a default written out the server looks, even where that default is NULL.
  return op.inline && !scene.statement.operations.some((each) => each.kind === 'addColumn' && each.column.name === definition.columns[0] && each.column.default !== undefined) ? 'none' : 'scanned';
}

/** Added by the same statement, and NULL in every row that exists; IF NOT EXISTS leaves a column that rows have filled. */
function isNewAndNull(name: string, table: Table | undefined, scene: Scene): boolean {
  const added = scene.statement.operations.some((operation) => operation.kind === 'addColumn' && operation.within === undefined && operation.column.name === name);
  const column = columnOf(table, name);
  return added && (column === undefined || (!hasValue(column) && column.given !== true));
}

function nameClash(definition: ConstraintDefinition, table: Table | undefined, scene: Scene): readonly Failure[] {
  const { name } = definition;
  if (name === undefined || dropsConstraint(name, scene)) return [];
  const makesIndex = definition.type === 'exclusion' || ((definition.type === 'primaryKey' || definition.type === 'unique') && definition.usingIndex === undefined);
  const other = makesIndex && table !== undefined ? scene.before.relation({ schema: table.schema, name }) : undefined;
  if (other?.kind === 'index' && other.complete) return [failure('relation-exists', `relation "${name}" already exists`, fullName(other))];
  const clash = constraintOf(table, name);
  if (clash === undefined || clash.doubtful === true || table === undefined) return [];
  return [failure('constraint-exists', `constraint "${clash.name}" for relation "${table.name}" already exists`, fullName(table))];
}

function validityProblem(definition: ConstraintDefinition, target: Target): readonly Failure[] {
  if (definition.notValid !== true || definition.type === 'foreignKey' || definition.type === 'check' || definition.type === 'notNull') return [];
  const word = definition.type === 'primaryKey' ? 'PRIMARY KEY' : definition.type === 'unique' ? 'UNIQUE' : 'EXCLUDE';
  return [failure('not-valid-not-supported', `${word} constraints cannot be marked NOT VALID`, fullName(target))];
}
