import { keysFor, sameSet } from '../../../catalog/keys.ts';
import { readsColumn } from '../../../catalog/lookups.ts';
import type { Column, Constraint, MaterializedView, ObjectId, Relation, Sequence, Table, UserType, View } from '../../../catalog/schema.ts';
import type { Loss } from '../../../effects/vocabulary.ts';
import { ACCESS_EXCLUSIVE } from '../locks.ts';
import type { Answer, Claim, Target } from './answer.ts';
import { fullName, lock } from './answer.ts';
import { failure } from './failures.ts';
import type { PolicyReader } from './dependents.ts';
import { columnsOfRowType, policyReaders } from './dependents.ts';
import type { Scene } from './scene.ts';
import { alsoDropped, columnsOfIndex, everyRelation, indexesOf, isStored, locateById, nextvalTarget, ownedSequences, partitionsOf, tableById, treeOf } from './scene.ts';

/** Follows a drop through what goes with it, what has to go with CASCADE, and what refuses without. */
export interface Drop {
  relation(relation: Relation, because?: string): void;
  column(table: Table, column: string, options?: { readonly only?: boolean; readonly because?: string }): void;
  /** The constraint alone; its table is the caller's to lock. */
  foreignKey(table: Table, constraint: Constraint): void;
  /** Foreign keys that lean on a unique constraint over exactly these columns. */
  referencing(table: Table, columns: readonly string[], index?: ObjectId): void;
  type(type: UserType): void;
  /** Something that is locked because of the drop. */
  lock(target: Target, because?: string): void;
  loses(loss: Loss): void;
  /** An object that would have to go with CASCADE. */
  blocks(object: string): void;
  /** Leaves the dependents to CASCADE, or fails. `what` is the server's name of the object, as in `table a`. */
  answer(what: string, object: string): Answer;
}

export function drop(scene: Scene, cascade: boolean): Drop {
  const locks: Claim[] = [];
  const loss: Loss[] = [];
  const blockers: string[] = [];
  const seen = new Set<string>();
  let certain = true;
  let stuck: string | undefined;
  let readers: readonly PolicyReader[] | undefined;

  const pending: { readonly relation: Relation; readonly because: string | undefined }[] = [];

  const first = (key: string): boolean => !seen.has(key) && seen.add(key).has(key);
  const lockTree = (table: Table, because: string): void => {
    for (const each of [table, ...partitionsOf(scene, table)]) locks.push(lock(each, ACCESS_EXCLUSIVE, because));
  };
  const lose = (what: Loss['what'], object: string, because?: string): void => {
    loss.push({ what, object, ...(because === undefined ? {} : { because }) });
  };

  const self: Drop = {
    relation(relation, because) {
      if (!first(`relation ${String(relation.id)}`)) return;
      pending.push({ relation, because });
      // One after the other, however long the chain of dependents is.
      if (pending.length > 1) return;
      for (const each of pending) visit(each.relation, each.because);
      pending.length = 0;
    },
    column(table, column, { only = false, because } = {}) {
      const tree = only ? [table, ...table.children.flatMap((id) => tableById(scene, id) ?? [])] : treeOf(scene, table);
      for (const each of tree) {
        if (!first(`column ${String(each.id)} ${column}`)) continue;
        locks.push(lock(each, ACCESS_EXCLUSIVE, each === table ? because : `inherits from ${fullName(table)}`));
        if (!only || each === table) dropColumn(each, column);
      }
      lose('column', `${fullName(table)}.${column}`, because);
    },
    foreignKey(table, { name, references }) {
      const target = tableById(scene, references);
      if (target !== undefined && target.id !== table.id) lockReferenced(target, true, `referenced by ${name}`);
    },
    referencing(table, columns, index) {
      for (const referrer of referrersOf(table)) {
        const { definition } = referrer.constraint;
        if (definition.type !== 'foreignKey') continue;
        const target = definition.referencedColumns.length > 0 ? definition.referencedColumns : primaryKeyOf(table);
        if (target === undefined || !sameSet(target, columns) || !leansOn(table, columns, index)) continue;
        dropReferrer(table, referrer.table, referrer.constraint);
      }
    },
    type(type) {
      if (!first(`type ${String(type.id)}`)) return;
      if (cascade) dropAttributes(type);
      dropDefaults(type);
      for (const { table, column } of scene.before.columnsOfType(type)) {
        if (tableById(scene, table.id) === undefined) continue;
        self.blocks(`column ${column.name} of table ${table.name}`);
        if (cascade && column.inherited !== true) self.column(table, column.name, { because: `of type ${type.name}` });
      }
    },
    lock: (target, because) => locks.push(lock(target, ACCESS_EXCLUSIVE, because)),
    loses: (lost) => loss.push(lost),
    blocks: (object) => blockers.push(object),
    answer: (what, object) => ({
      locks,
      loss,
      work: 'catalog',
      certain,
      failures:
        stuck !== undefined
          ? [failure('drop-with-dependents', `cannot drop ${what} because ${stuck}`, object)]
          : cascade || blockers.length === 0 || !certain
            ? []
            : [failure('drop-with-dependents', `cannot drop ${what} because other objects depend on it: ${blockers.slice(0, 3).join(', ')}`, object)],
    }),
  };
  return self;

  function visit(relation: Relation, because: string | undefined): void {
    locks.push(lock(relation, ACCESS_EXCLUSIVE, because));
    if (relation.kind !== 'index') lose(relation.kind === 'table' ? 'table' : 'object', fullName(relation), because);
    if (relation.kind === 'table') dropTable(relation);
    if (relation.kind === 'sequence') dropSequence(relation, because === undefined);
    if (relation.kind === 'compositeType') dropRowType(relation.id, fullName(relation));
    for (const id of relation.dependents) dropView(id, fullName(relation));
  }

  function dropTable(table: Table): void {
    for (const sequence of ownedSequences(scene, table)) dropOwnSequence(sequence, table);
    for (const constraint of table.constraints) if (constraint.references !== undefined) dropOwnForeignKey(table, constraint);
    leaveParent(table);
    for (const id of table.children) {
      const child = tableById(scene, id);
      if (child === undefined) continue;
      if (child.partitionOf === undefined) {
        if (!alsoDropped(scene, child)) self.blocks(`table ${child.name}`);
        if (!cascade) continue;
      }
      self.relation(child, child.partitionOf === undefined ? `inherits from ${fullName(table)}` : `partition of ${fullName(table)}`);
    }
    for (const owner of [table, ...scene.before.ancestors(table).filter((ancestor) => ancestor.partitionBy !== undefined)]) {
      for (const referrer of referrersOf(owner)) dropReferrer(owner, referrer.table, referrer.constraint);
    }
    dropRowType(table.id, fullName(table));
    for (const { owner, policy, reads } of (readers ??= policyReaders(scene))) {
      if (owner.id === table.id || seen.has(`relation ${String(owner.id)}`) || !reads.some((name) => scene.before.relation(name)?.id === table.id) || alsoDropped(scene, owner)) continue;
      self.blocks(`policy ${policy} on table ${owner.name}`);
      if (cascade) locks.push(lock(owner, ACCESS_EXCLUSIVE, `its policy reads ${fullName(table)}`));
    }
  }

  /** What a partition has from its parent goes without a look at the other table. */
  function dropOwnForeignKey(table: Table, constraint: Constraint): void {
    const target = tableById(scene, constraint.references);
    if (target === undefined || target.id === table.id || constraint.inherited === true || !constraint.enforced) return;
    lockReferenced(target, target.partitionBy === undefined || scene.version >= 15, `referenced by ${fullName(table)}`);
  }

  /** Before 15 only the partitions with storage have triggers of their own to lose. */
  function lockReferenced(target: Table, itself: boolean, because: string): void {
    if (itself) locks.push(lock(target, ACCESS_EXCLUSIVE, because));
    for (const partition of partitionsOf(scene, target)) {
      if (scene.version >= 15 || isStored(partition)) locks.push(lock(partition, ACCESS_EXCLUSIVE, because));
    }
  }

  function leaveParent(table: Table): void {
    const parent = tableById(scene, table.partitionOf?.parent);
    if (parent === undefined) return;
    locks.push(lock(parent, ACCESS_EXCLUSIVE, `parent of ${fullName(table)}`));
    const other = parent.children.map((id) => tableById(scene, id)).find((sibling) => sibling?.partitionOf?.bound.kind === 'default');
    if (other !== undefined && other.id !== table.id) locks.push(lock(other, ACCESS_EXCLUSIVE, `default partition of ${fullName(parent)}`));
  }

  function dropReferrer(target: Table, table: Table, constraint: Constraint): void {
    if ((table.id === target.id && seen.has(`relation ${String(target.id)}`)) || constraint.inherited === true) return;
    // The referencing table may be a victim itself; then its constraint goes with it.
    if (!cascade) {
      if (!seen.has(`relation ${String(table.id)}`) && !alsoDropped(scene, table)) self.blocks(`constraint ${constraint.name} on table ${table.name}`);
      return;
    }
    lockTree(table, `references ${fullName(target)}`);
    for (const partition of partitionsOf(scene, target)) locks.push(lock(partition, ACCESS_EXCLUSIVE, `referenced by ${constraint.name}`));
    locks.push(lock(target, ACCESS_EXCLUSIVE));
    lose('integrity', `${fullName(table)}.${constraint.name}`, `references ${fullName(target)}`);
  }

  function dropOwnSequence(sequence: Sequence, table: Table): void {
    locks.push(lock(sequence, ACCESS_EXCLUSIVE, `owned by ${fullName(table)}`));
    if (cascade) dropUsers(sequence, table);
  }

  /** An identity column's sequence goes with whatever takes both along; only named itself it is refused. */
  function dropSequence(sequence: Sequence, named: boolean): void {
    const owner = tableById(scene, sequence.ownedBy?.table);
    const column = owner?.columns.find(({ name, sequence: own }) => name === sequence.ownedBy?.column && own === sequence.id);
    if (named && column?.identity !== undefined && owner !== undefined) stuck = `column ${column.name} of table ${owner.name} requires it`;
    dropUsers(sequence, undefined);
  }

  /** Defaults and views that take numbers from the sequence. */
  function dropUsers(sequence: Sequence, owner: Table | undefined): void {
    // A column keeps the sequence that it owns, whatever its default draws from.
    const isOther = (name: string | undefined): boolean => name !== undefined && name !== sequence.name && everyRelation(scene).some((each) => each.kind === 'sequence' && each.name === name);
    for (const user of everyRelation(scene)) {
      if (user.kind === 'table' && user.id !== owner?.id && user.columns.some((each) => each.sequence === sequence.id && callsNextval(each) && !isOther(nextvalTarget(each.default?.text ?? '')?.name))) {
        self.blocks(`default value of a column of table ${user.name}`);
        if (cascade) locks.push(lock(user, ACCESS_EXCLUSIVE, `its default uses ${fullName(sequence)}`));
      }
      const text = user.kind === 'view' || user.kind === 'materializedView' ? user.query?.text : undefined;
      if (text === undefined || !/\bnextval\b/i.test(text) || !text.includes(sequence.name)) continue;
      self.blocks(`view ${user.name}`);
      if (cascade) self.relation(user, `uses ${fullName(sequence)}`);
    }
  }

  function dropRowType(id: ObjectId, because: string): void {
    const relation = locateById(scene, id);
    // A table's row type is seldom the type of a column: only a drop that would take such a column along looks for one.
    if (relation === undefined || (relation.kind === 'table' && !cascade)) return;
    for (const { table, column } of columnsOfRowType(relation, scene)) {
      self.blocks(`column ${column.name} of table ${table.name}`);
      if (cascade) self.column(table, column.name, { because: `of type ${because}` });
    }
  }


  function dropAttributes(type: UserType): void {
    for (const relation of everyRelation(scene)) {
      if (relation.kind !== 'compositeType' || !relation.attributes.some((attribute) => attribute.type.name === type.name && (attribute.type.schema ?? type.schema) === type.schema)) continue;
      locks.push(lock(relation, ACCESS_EXCLUSIVE, `has an attribute of type ${type.name}`));
    }
  }

  /** Defaults that a column keeps from when it was of the type. */
  function dropDefaults(type: UserType): void {
    for (const relation of everyRelation(scene)) {
      const column = relation.kind === 'table' ? relation.columns.find(({ defaultTypeId }) => defaultTypeId === type.id) : undefined;
      if (column === undefined) continue;
      self.blocks(`default value for column ${column.name} of table ${relation.name}`);
      if (cascade) locks.push(lock(relation, ACCESS_EXCLUSIVE, `a default is of type ${type.name}`));
    }
  }

  function dropView(id: ObjectId, because: string): void {
    const view = locateById(scene, id);
    if (view === undefined) return;
    if (!alsoDropped(scene, view)) self.blocks(`${view.kind === 'view' ? 'view' : 'materialized view'} ${view.name}`);
    if (cascade) self.relation(view, `reads ${because}`);
  }

  function dropColumn(table: Table, name: string): void {
    const object = `${fullName(table)}.${name}`;
    for (const sequence of ownedSequences(scene, table, name)) dropOwnSequence(sequence, table);
    for (const constraint of table.constraints) {
      const { definition } = constraint;
      if (definition.type === 'foreignKey' && definition.columns.includes(name)) {
        if (constraint.enforced) self.foreignKey(table, constraint);
        lose('integrity', `${fullName(table)}.${constraint.name}`, `over the column ${name}`);
      }
      if (definition.type === 'check' && definition.expression.columns.includes(name)) lose('integrity', `${fullName(table)}.${constraint.name}`, `over the column ${name}`);
      if ((definition.type === 'primaryKey' || definition.type === 'unique') && definition.columns.includes(name)) self.referencing(table, definition.columns);
    }
    for (const index of indexesOf(scene, table)) {
      if (columnsOfIndex(index).includes(name)) lose(index.unique ? 'uniqueness' : 'object', fullName(index), `over the column ${name}`);
    }
    for (const column of table.columns) {
      if (column.generated?.expression.columns.includes(name) !== true || column.name === name) continue;
      // Before 15 a generated column went along without being asked.
      if (scene.version >= 15) self.blocks(`column ${column.name} of table ${table.name}`);
      if (cascade || scene.version < 15) self.column(table, column.name, { because: `generated from ${object}` });
    }
    for (const policy of table.policies) {
      if ([policy.using, policy.check].some((expression) => expression?.columns.includes(name))) self.blocks(`policy ${policy.name} on table ${table.name}`);
    }
    for (const id of table.dependents) dropViewOver(id, table, name);
  }

  function dropViewOver(id: ObjectId, table: Table, column: string): void {
    const view = locateById(scene, id);
    if (view?.kind !== 'view' && view?.kind !== 'materializedView') return;
    const use = readsColumn(view, table, column);
    if (use === 'no') return;
    if (use === 'maybe') certain = false;
    dropView(view.id, `${fullName(table)}.${column}`);
  }

  function referrersOf(table: Table): readonly { readonly table: Table; readonly constraint: Constraint }[] {
    return table.referencedBy.length === 0 ? [] : scene.before.referencing(table);
  }

  function leansOn(table: Table, columns: readonly string[], index: ObjectId | undefined): boolean {
    const [oldest] = keysFor(indexesOf(scene, table), table, columns);
    return index === undefined || oldest === undefined || oldest.id === index;
  }
}

const callsNextval = ({ default: expression }: Column): boolean => expression?.calls.some(({ name }) => name.name === 'nextval') ?? false;

const primaryKeyOf = (table: Table): readonly string[] | undefined =>
  table.constraints.flatMap(({ definition }) => (definition.type === 'primaryKey' ? [definition.columns] : []))[0];

export type AnyView = View | MaterializedView;
