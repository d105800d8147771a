import type { Column, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, SHARE_ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE } from '../locks.ts';
import type { Mode } from '../locks.ts';
import { isKnownType } from '../types.ts';
import { isMutable } from '../volatility.ts';
import type { Answer } from './answer.ts';
import { fullName, lock, lockAll, sum } from './answer.ts';
import { columnProblems, nameProblems, storageProblems } from './column-limits.ts';
import { drop } from './dropping.ts';
import { failure } from './failures.ts';
import { tooManyColumns } from './most-columns.ts';
import { filling, gaining } from './new-column.ts';
import { isNotNull, provesNotNull } from './not-null.ts';
import { partitionKeyProblem } from './partition-key.ts';
import { namedIn } from './query-names.ts';
import { runExpression } from './reading.ts';
import { defaultProblems } from './refused-values.ts';
import type { Scene } from './scene.ts';
import { columnOf, isAbsent, isFresh, isStored, locate, namedSequences, ownedSequences, storedTree, treeOf } from './scene.ts';
import { changeColumnType } from './type-change.ts';

export const columnHandlers = {
  addColumn,
  dropColumn,
  renameColumn,
  changeColumnType,
  setNotNull,
  dropNotNull,
  setDefault: (op, scene) => changeDefault(op, op.default.literal === null, scene),
  dropDefault: (op, scene) => changeDefault(op, true, scene),
  alterColumn,
} satisfies Partial<OperationHandlers<Scene, Answer>>;

type ColumnOperation = OperationOf<'addColumn' | 'dropColumn' | 'renameColumn' | 'setNotNull' | 'dropNotNull' | 'setDefault' | 'dropDefault' | 'alterColumn'>;

/** Locks the table and, unless it stops at ONLY, everything below it. */
function lockTable(op: ColumnOperation, table: Table | undefined, mode: Mode, scene: Scene, below = true): Answer {
  if (op.tableIfExists && isAbsent(scene, op.table)) return { work: 'catalog', certain: false };
  if (table === undefined) return { locks: [lock(locate(scene, op.table), mode)], certain: scene.before.relation(op.table) !== undefined };
  const children = below ? treeOf(scene, table, op.only).slice(1) : [];
  return { locks: [lock(table, mode), ...lockAll(children, mode, `inherits from ${fullName(table)}`)] };
}

function addColumn(op: OperationOf<'addColumn'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const target = locate(scene, op.table);
  const { column } = op;
  const existing = columnOf(table, column.name);
  if (existing !== undefined) {
    const problem = failure('column-exists', `column "${column.name}" of relation "${target.name}" already exists`, fullName(target));
    return sum([lockTable(op, table, ACCESS_EXCLUSIVE, scene, !op.ifNotExists), { failures: op.ifNotExists ? [] : [problem] }]);
  }
  const reached = table === undefined ? [] : op.only ? [table] : gaining(table, column.name, scene);
  const locked = sum([lockTable({ ...op, only: true }, table, ACCESS_EXCLUSIVE, scene), { locks: lockAll(reached.slice(1), ACCESS_EXCLUSIVE, `inherits from ${fullName(target)}`) }]);
  if (op.tableIfExists && isAbsent(scene, op.table)) return locked;
  const filled = filling(column, scene);
  const stored = table === undefined ? [target] : reached.filter((each) => isStored(each) && columnOf(each, column.name) === undefined);
  const limits = [...tooManyColumns((table?.columns.length ?? 0) + 1, fullName(target)), ...nameProblems([column.name], fullName(target)), ...columnProblems(column, fullName(target), scene)];
  const failures = [...limits, ...addFailures(op, table, scene), ...defaultProblems(column.name, column.type, column.default, fullName(target), scene)];
  const required = column.notNull && filled.value === 'null';
  // A virtual column is computed for every row to see that it is not NULL.
  const computed = column.notNull && column.generated?.stored === false;
  const rewrites = filled.rewrite === false ? [] : stored;
  return sum([
    locked,
    {
      rewrites,
      scans: rewrites.length > 0 || required || computed ? stored : [],
      work: rewrites.length > 0 ? 'rewrite' : required || computed ? 'scan' : 'catalog',
      breaks: required ? [{ what: 'inserts', object: fullName(target) }] : [],
      failures: required && !isFresh(scene, table) ? [...failures, failure('not-null-without-default', `column "${column.name}" of relation "${target.name}" contains null values`, fullName(target))] : failures,
      certain: filled.rewrite !== undefined && (op.ifNotExists ? table?.complete === true : true),
    },
    { locks: namedSequences(column.default, scene) },
    // The default is evaluated for each row, so only where there are any.
    rewrites.length > 0 && column.default !== undefined && !stored.every((each) => 'barren' in each && each.barren === true) ? runExpression(column.default, scene) : {},
  ]);
}

function addFailures(op: OperationOf<'addColumn'>, table: Table | undefined, scene: Scene): readonly Failure[] {
  if (table === undefined) return [];
  const object = fullName(table);
  const { generated, identity, name } = op.column;
  if (generated !== undefined && isMutable(generated.expression, (column) => columnOf(table, column)?.type, scene.before)) return [failure('generated-not-immutable', 'generation expression is not immutable', object)];
  const twice = namedIn(generated?.expression, table).find((each) => columnOf(table, each)?.generated !== undefined);
  if (twice !== undefined) return [failure('declaration-refused', `cannot use generated column "${twice}" in column generation expression`, object, '42P17')];
  if (table.partitionOf !== undefined) return [failure('inherited-from-parent', 'cannot add column to a partition', object, '42809')];
  if (table.ofType !== undefined) return [failure('inherited-from-parent', 'cannot add column to typed table', object, '42809')];
  if (table.children.length === 0) return [];
  if (op.only) return [failure('only-on-parent', `column must be added to child tables too`, object)];
  const other = gaining(table, name, scene).find((child) => {
    const type = columnOf(child, name)?.type;
    return type !== undefined && isKnownType(type) && isKnownType(op.column.type) && (type.name !== op.column.type.name || type.dimensions !== op.column.type.dimensions);
  });
  if (other !== undefined) return [failure('attach-mismatch', `child table "${other.name}" has different type for column "${name}"`, object)];
  const recursive = identity !== undefined && (table.partitionBy === undefined || scene.version < 17);
  return recursive ? [failure('identity-not-possible', `cannot recursively add identity column "${name}" to table that has child tables`, object, '42P16')] : [];
}

function dropColumn(op: OperationOf<'dropColumn'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const target = locate(scene, op.table);
  const object = fullName(target);
  if (op.tableIfExists && isAbsent(scene, op.table)) return { work: 'catalog', certain: false };
  const column = columnOf(table, op.column);
  if (table === undefined || column === undefined) {
    if (table?.complete === true) {
      const missing = failure('column-missing', `column "${op.column}" of relation "${table.name}" does not exist`, object);
      return { locks: [lock(table, ACCESS_EXCLUSIVE)], failures: op.ifExists ? [] : [missing] };
    }
    return {
      locks: [lock(target, ACCESS_EXCLUSIVE)],
      loss: [{ what: 'column', object: `${object}.${op.column}` }],
      breaks: [{ what: 'reads', object: `${object}.${op.column}` }],
      certain: false,
    };
  }
  const walk = drop(scene, op.behavior === 'cascade');
  walk.column(table, op.column, { only: op.only });
  const failures =
    column.inherited === true
      ? [failure('inherited-from-parent', `cannot drop inherited column "${op.column}"`, object)]
      : op.only && table.partitionBy !== undefined && table.children.length > 0
        ? [failure('only-on-parent', 'cannot drop column from only the partitioned table when partitions exist', object)]
        : treeOf(scene, table).flatMap((each) => partitionKeyProblem(each, op.column, 'drop')).slice(0, 1);
  return sum([
    walk.answer(`column ${op.column} of table ${table.name}`, object),
    { breaks: [{ what: 'reads', object: `${object}.${op.column}` }], failures, certain: table.complete },
  ]);
}

function renameColumn(op: OperationOf<'renameColumn'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const object = fullName(locate(scene, op.table));
  const column = columnOf(table, op.column);
  const failures: Failure[] = [];
  if (table?.complete === true && column === undefined) failures.push(failure('column-missing', `column "${op.column}" does not exist`, object));
  if (columnOf(table, op.newName) !== undefined) failures.push(failure('column-exists', `column "${op.newName}" of relation "${op.table.name}" already exists`, object));
  if (column?.inherited === true) failures.push(failure('inherited-from-parent', `cannot rename inherited column "${op.column}"`, object));
  if (table !== undefined && op.only && table.children.length > 0) failures.push(failure('only-on-parent', `inherited column "${op.column}" must be renamed in child tables too`, object));
  return sum([lockTable(op, table, ACCESS_EXCLUSIVE, scene), { breaks: [{ what: 'reads', object: `${object}.${op.column}` }], failures }]);
}

function setNotNull(op: OperationOf<'setNotNull'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const target = locate(scene, op.table);
  // Where the column has the constraint nothing is done, and those below are not looked at: partitions of a NOT NULL column have it, other children do not need to before 18.
  const done = table !== undefined && (scene.version >= 18 || table.partitionBy !== undefined) && isNotNull(table, op.column, scene);
  const locked = lockTable(done ? { ...op, only: true } : op, table, ACCESS_EXCLUSIVE, scene);
  if (locked.locks === undefined) return locked;
  const breaks = [{ what: 'writes', object: fullName(target) }] as const;
  const violated = failure('nulls-in-column', `column "${op.column}" of relation "${target.name}" contains null values`, fullName(target));
  if (table === undefined) return sum([locked, { scans: [target], breaks, failures: [violated], certain: false }]);
  const tree = treeOf(scene, table, op.only);
  const missing = table.complete && columnOf(table, op.column) === undefined;
  const open = tree.filter((each) => !isNotNull(each, op.column, scene));
  const scans = open.filter((each) => isStored(each) && !provesNotNull(each, op.column, scene));
  const failures: Failure[] = [];
  if (missing) failures.push(failure('column-missing', `column "${op.column}" of relation "${table.name}" does not exist`, fullName(table)));
  else if (op.only && table.partitionBy !== undefined && scene.before.descendants(table).some((child) => !isNotNull(child, op.column, scene))) {
    failures.push(failure('only-on-parent', 'constraint must be added to child tables too', fullName(table)));
  } else if (scans.some((each) => !isFresh(scene, each))) failures.push(violated);
  return sum([locked, { scans, breaks: open.length > 0 ? breaks : [], failures, certain: table.complete }]);
}

function dropNotNull(op: OperationOf<'dropNotNull'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const column = columnOf(table, op.column);
  const object = fullName(locate(scene, op.table));
  const failures: Failure[] = [];
  if (table?.complete === true && column === undefined) failures.push(failure('column-missing', `column "${op.column}" of relation "${table.name}" does not exist`, object));
  if (table?.constraints.some(({ definition }) => definition.type === 'primaryKey' && definition.columns.includes(op.column)) === true) {
    failures.push(failure('drop-not-null-required', `column "${op.column}" is in a primary key`, object));
  }
  if (column?.identity !== undefined) failures.push(failure('drop-not-null-required', `column "${op.column}" of relation "${op.table.name}" is an identity column`, object, '42601'));
  if (table !== undefined && (table.partitionOf !== undefined || scene.version >= 18) && column?.inherited === true && scene.before.ancestors(table)[0]?.columns.some(({ name, notNull }) => name === op.column && notNull) === true) {
    failures.push(failure('inherited-from-parent', `column "${op.column}" is marked NOT NULL in parent table`, object));
  }
  // From 18 on it drops a constraint, and so there is nothing to do below a column that has none.
  const below = scene.version < 18 || column?.notNull === true;
  const direct = scene.version >= 18 && op.only && below && table !== undefined ? table.children.flatMap((id) => scene.before.byId(id) ?? []) : [];
  return sum([lockTable(op, table, ACCESS_EXCLUSIVE, scene, below), { locks: lockAll(direct, ACCESS_EXCLUSIVE), failures }]);
}

function changeDefault(op: OperationOf<'setDefault' | 'dropDefault'>, gone: boolean, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const column = columnOf(table, op.column);
  const object = fullName(locate(scene, op.table));
  const failures: Failure[] = [];
  if (table?.complete === true && column === undefined) failures.push(failure('column-missing', `column "${op.column}" of relation "${table.name}" does not exist`, object));
  if (column?.identity !== undefined) failures.push(failure('default-not-possible', `column "${op.column}" of relation "${op.table.name}" is an identity column`, object));
  if (column?.generated !== undefined) failures.push(failure('default-not-possible', `column "${op.column}" of relation "${op.table.name}" is a generated column`, object));
  if (op.kind === 'setDefault' && failures.length === 0) failures.push(...defaultProblems(op.column, column?.type, op.default, object, scene));
  const missed = gone && (column === undefined ? table?.complete !== true : column.notNull && column.default !== undefined && column.default.literal !== null);
  return sum([
    lockTable(op, table, ACCESS_EXCLUSIVE, scene),
    op.kind === 'setDefault' ? { locks: namedSequences(op.default, scene) } : {},
    { breaks: missed && column !== undefined ? [{ what: 'inserts', object }] : [], failures, certain: table !== undefined && !(missed && column === undefined) },
  ]);
}

function alterColumn(op: OperationOf<'alterColumn'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const column = columnOf(table, op.column);
  const shape = SHAPES[op.change.type];
  const below = shape.below(table, scene) && (op.change.type !== 'dropIdentity' || column?.identity !== undefined);
  const locked = lockTable(op, table, shape.mode, scene, below);
  const parts: Answer[] = [locked, { failures: [...alterFailures(op, table, column), ...storageOf(op, column, scene)] }];
  if (shape.sequence !== undefined && table !== undefined) {
    const sequences = ownedSequences(scene, table, op.column);
    // Anything but ALWAYS and BY DEFAULT is an option of the sequence, which then gets new storage.
    const restarted = op.change.type === 'setIdentity' && (op.change.restart === true || op.change.identity === undefined);
    parts.push({ locks: lockAll(sequences, shape.sequence, `owned by ${fullName(table)}`), rewrites: restarted ? sequences : [], work: 'catalog' });
  }
  if (op.change.type === 'setExpression' && column?.generated?.stored !== false) {
    const stored = table === undefined ? [locate(scene, op.table)] : storedTree(scene, table, op.only);
    parts.push({ rewrites: stored, scans: stored, certain: table !== undefined });
  }
  if (op.change.type === 'setIdentity' && op.change.identity === 'always' && column?.identity !== 'always') parts.push({ breaks: [{ what: 'inserts', object: fullName(locate(scene, op.table)) }] });
  return sum(parts);
}

const storageOf = ({ table, change }: OperationOf<'alterColumn'>, column: Column | undefined, scene: Scene): readonly Failure[] =>
  change.type === 'setStorage' || change.type === 'setCompression' ? storageProblems(change.type, change.to, column?.type, fullName(locate(scene, table)), scene) : [];

interface Shape {
  readonly mode: Mode;
  /** Whether children follow. */
  readonly below: (table: Table | undefined, scene: Scene) => boolean;
  readonly sequence?: Mode;
}

const always = (): boolean => true;
const never = (): boolean => false;
/** Partitions have had their parent's identity columns since 17. */
const partitionsSince17 = (table: Table | undefined, scene: Scene): boolean => table?.partitionBy !== undefined && scene.version >= 17;

const SHAPES: { readonly [T in OperationOf<'alterColumn'>['change']['type']]: Shape } = {
  addIdentity: { mode: ACCESS_EXCLUSIVE, below: partitionsSince17 },
  setIdentity: { mode: ACCESS_EXCLUSIVE, below: partitionsSince17, sequence: SHARE_ROW_EXCLUSIVE },
  dropIdentity: { mode: ACCESS_EXCLUSIVE, below: partitionsSince17, sequence: ACCESS_EXCLUSIVE },
  setExpression: { mode: ACCESS_EXCLUSIVE, below: always },
  dropExpression: { mode: ACCESS_EXCLUSIVE, below: always },
  setStatistics: { mode: SHARE_UPDATE_EXCLUSIVE, below: always },
  setStorage: { mode: ACCESS_EXCLUSIVE, below: always },
  setCompression: { mode: ACCESS_EXCLUSIVE, below: never },
  setOptions: { mode: SHARE_UPDATE_EXCLUSIVE, below: never },
  resetOptions: { mode: SHARE_UPDATE_EXCLUSIVE, below: never },
  foreignOptions: { mode: ACCESS_EXCLUSIVE, below: never },
};

function alterFailures(op: OperationOf<'alterColumn'>, table: Table | undefined, column: Column | undefined): readonly Failure[] {
  if (table?.complete !== true) return [];
  const object = fullName(table);
  if (column === undefined) return [failure('column-missing', `column "${op.column}" of relation "${table.name}" does not exist`, object)];
  if (op.change.type === 'addIdentity') {
    const reason = column.identity !== undefined ? 'is already an identity column' : !column.notNull ? 'must be declared NOT NULL before identity can be added' : column.default !== undefined ? 'already has a default value' : undefined;
    return reason === undefined ? [] : [failure('identity-not-possible', `column "${op.column}" of relation "${table.name}" ${reason}`, object)];
  }
  if ((op.change.type === 'setIdentity' || (op.change.type === 'dropIdentity' && !op.change.ifExists)) && column.identity === undefined) {
    return [failure('identity-not-possible', `column "${op.column}" of relation "${table.name}" is not an identity column`, object)];
  }
  if ((op.change.type === 'setExpression' || (op.change.type === 'dropExpression' && !op.change.ifExists)) && column.generated === undefined) {
    return [failure('default-not-possible', `column "${op.column}" of relation "${table.name}" is not a generated column`, object, '55000')];
  }
  if (op.change.type === 'dropExpression' && column.generated?.stored === false) {
    return [failure('default-not-possible', 'ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns', object, '0A000')];
  }
  if (op.change.type === 'dropExpression' && column.inherited === true) return [failure('inherited-from-parent', 'cannot drop generation expression from inherited column', object)];
  return op.change.type === 'dropExpression' && op.only && table.children.length > 0 ? [failure('only-on-parent', 'ALTER TABLE / DROP EXPRESSION must be applied to child tables too', object, '0A000')] : [];
}
