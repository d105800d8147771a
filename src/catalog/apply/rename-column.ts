import type { ConstraintDefinition } from '../../ir/constraints.ts';
import type { Expression } from '../../ir/expressions.ts';
import { columnOf, indexesOf } from '../lookups.ts';
import type { Column, Constraint, Index, MaterializedView, ObjectId, Policy, Table, View } from '../schema.ts';
import { renamePart } from '../state/learn.ts';
import { childrenBelow, editRelation, putRelation, tableById } from '../state/relations.ts';
import type { Store } from '../state/store.ts';
import { renameInExpression } from '../text.ts';
import { ownedSequences } from './column-parts.ts';
import { constraintUses, pointsTo } from './drop-column.ts';
import { indexUses } from './index-parts.ts';
import { renameUses } from './view-columns.ts';

/** Carries a new column name through everything that refers to it, here, in children and in foreign keys elsewhere. */
export function renameColumnIn(store: Store, table: Table, from: string, to: string): void {
  if (columnOf(store, table, from) === undefined) renamePart(store, table, 'column', from, to);
  for (const id of [table.id, ...childrenBelow(store, table.id)]) {
    const each = tableById(store, id);
    if (each !== undefined && (id === table.id || columnOf(store, each, from) !== undefined)) renameHere(store, each, from, to);
  }
}

export function renameViewColumn(store: Store, view: View | MaterializedView, from: string, to: string): void {
  putRelation(store, { ...view, columns: view.columns.map((column) => (column === from ? to : column)) });
}

function renameHere(store: Store, table: Table, from: string, to: string): void {
  const name = (column: string): string => (column === from ? to : column);
  const inside = (expression: Expression): Expression => renameInExpression(expression, from, to);
  for (const sequence of ownedSequences(store, table.id, from)) {
    editRelation(store, sequence, (now) => ({ ...now, ownedBy: { table: table.id, column: to } }));
  }
  for (const index of indexesOf(store, table)) if (indexUses(index, from)) editRelation(store, index, (now) => renameInIndex(now, from, to, inside));
  editRelation(store, table, (now) => ({
    ...now,
    columns: now.columns.map((column) => renameInColumn(column, name, inside)),
    constraints: now.constraints.some((constraint) => constraintUses(constraint, from))
      ? now.constraints.map((constraint) => (constraintUses(constraint, from) ? renameInConstraint(constraint, name, inside) : constraint))
      : now.constraints,
    policies: now.policies.map((policy) => renameInPolicy(policy, inside)),
    triggers: now.triggers.map((trigger) => (trigger.columns === undefined ? trigger : { ...trigger, columns: trigger.columns.map(name) })),
    ...(now.partitionBy === undefined
      ? {}
      : {
          partitionBy: {
            ...now.partitionBy,
            columns: now.partitionBy.columns.map((column) => (column === undefined ? undefined : name(column))),
            expressions: now.partitionBy.expressions.map(inside),
          },
        }),
  }));
  renameUses(store, table, from, to);
  for (const id of table.referencedBy) renameReferenced(store, id, table.id, from, name);
}

function renameReferenced(store: Store, id: ObjectId, target: ObjectId, from: string, name: (column: string) => string): void {
  const other = tableById(store, id);
  if (other?.constraints.some((constraint) => pointsTo(constraint, target, from)) !== true) return;
  editRelation(store, other, (now) => ({
    ...now,
    constraints: now.constraints.map((constraint) =>
      pointsTo(constraint, target, from) && constraint.definition.type === 'foreignKey'
        ? { ...constraint, definition: { ...constraint.definition, referencedColumns: constraint.definition.referencedColumns.map(name) } }
        : constraint,
    ),
  }));
}

type Rename = (column: string) => string;
type RenameInside = (expression: Expression) => Expression;

function renameInColumn(column: Column, name: Rename, inside: RenameInside): Column {
  const renamed = name(column.name);
  if (column.generated === undefined) return renamed === column.name ? column : { ...column, name: renamed };
  return { ...column, name: renamed, generated: { ...column.generated, expression: inside(column.generated.expression) } };
}

function renameInIndex(index: Index, from: string, to: string, inside: RenameInside): Index {
  const name: Rename = (column) => (column === from ? to : column);
  return {
    ...index,
    formerNames: { ...index.formerNames, [to]: index.formerNames?.[from] ?? from },
    include: index.include.map(name),
    keys: index.keys.map((key) => ({
      ...key,
      ...(key.column === undefined ? {} : { column: name(key.column) }),
      ...(key.expression === undefined ? {} : { expression: inside(key.expression) }),
    })),
    ...(index.where === undefined ? {} : { where: inside(index.where) }),
  };
}

const renameInPolicy = (policy: Policy, inside: RenameInside): Policy => ({
  ...policy,
  ...(policy.using === undefined ? {} : { using: inside(policy.using) }),
  ...(policy.check === undefined ? {} : { check: inside(policy.check) }),
});

const renameInConstraint = (constraint: Constraint, name: Rename, inside: RenameInside): Constraint => ({
  ...constraint,
  definition: renameInDefinition(constraint.definition, name, inside),
});

function renameInDefinition(definition: ConstraintDefinition, name: Rename, inside: RenameInside): ConstraintDefinition {
  switch (definition.type) {
    case 'check':
      return { ...definition, expression: inside(definition.expression) };
    case 'notNull':
      return { ...definition, column: name(definition.column) };
    case 'exclusion':
      return {
        ...definition,
        columns: definition.columns.map((column) => (column === undefined ? undefined : name(column))),
        expressions: definition.expressions.map(inside),
        ...(definition.where === undefined ? {} : { where: inside(definition.where) }),
      };
    case 'foreignKey':
      return { ...definition, columns: definition.columns.map(name) };
    default:
      return { ...definition, columns: definition.columns.map(name), ...(definition.include === undefined ? {} : { include: definition.include.map(name) }) };
  }
}
