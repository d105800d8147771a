import { readsColumn } from '../../../catalog/lookups.ts';
import type { Column, Table } from '../../../catalog/schema.ts';
import type { Breakage, Failure, Loss } from '../../../effects/vocabulary.ts';
import type { DataType, Expression, Term } from '../../../ir/expressions.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, SHARE_ROW_EXCLUSIVE } from '../locks.ts';
import type { Conversion } from '../types.ts';
import { castChain, comparedAs, conversion, convertsByItself, hangsOnTimeZone, hazard, isKnownType, isText } from '../types.ts';
import type { Answer, Claim, Target } from './answer.ts';
import { fullName, lock, lockAll, sum } from './answer.ts';
import { failure } from './failures.ts';
import { lookedUp } from './foreign-keys.ts';
import { partitionKeyProblem } from './partition-key.ts';
import type { Scene } from './scene.ts';
import { columnOf, columnsOfIndex, indexesOf, isAbsent, isFresh, isStored, locate, locateById, namedSequences, partitionsOf, storedTree, tableById, treeOf } from './scene.ts';

const INTEGERS: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint']);
const SERIALS: ReadonlySet<string> = new Set(['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8']);

export function changeColumnType(op: OperationOf<'changeColumnType'>, scene: Scene): Answer {
  if (op.tableIfExists && isAbsent(scene, op.table)) return { work: 'catalog', certain: false };
  const table = scene.before.table(op.table);
  const target = locate(scene, op.table);
  const object = fullName(target);
  const breaks: readonly Breakage[] = [{ what: 'plans', object }];
  if (SERIALS.has(op.type.name)) {
    return { locks: [lock(target, ACCESS_EXCLUSIVE)], failures: [failure('serial-is-no-type', `type "${op.type.name}" does not exist`, object)] };
  }
  const column = columnOf(table, op.column);
  if (table === undefined || column === undefined) {
    const missing = table?.complete === true ? [failure('column-missing', `column "${op.column}" of relation "${table.name}" does not exist`, object)] : [];
    const stored = table === undefined ? [target] : storedTree(scene, table, op.only);
    return { locks: lockAll(table === undefined ? [target] : treeOf(scene, table, op.only), ACCESS_EXCLUSIVE), rewrites: stored, scans: stored, breaks, failures: missing, certain: false };
  }
  const asWritten = costOf(op, column, scene);
  // Servers run in UTC unless somebody sees to it that they do not: taken as that, but feared all the same.
  const zoned = asWritten.rewrite === undefined && op.using === undefined && hangsOnTimeZone(column.type, op.type, scene.before, scene.version);
  const cost = zoned ? { ...asWritten, rewrite: false } : asWritten;
  const tree = treeOf(scene, table, op.only);
  // A virtual column has no values that could be written anew.
  const stored = column.generated?.stored === false ? [] : tree.filter(isStored);
  // Unknown means rewritten: what is feared has to be said.
  const rewrites = cost.rewrite === false ? [] : stored;
  const links = linkedTables(table, op.column, cost, scene);
  const keepsCollation = (op.collation ?? undefined) === column.collation;
  const remade = new Set(tree.filter((each) => each.partitionBy !== undefined && hasIndex(each, op.column, scene)).flatMap((each) => storedTree(scene, each)));
  const rebuilt = stored.filter((each) => remade.has(each) || losesIndex(each, op.column, cost, keepsCollation, scene));
  const tested = stored.filter((each) => hasCheck(each, op.column));
  const numbering = identitySequence(column, scene);
  return sum([
    {
      locks: [...numbering.locks, ...tree.map((each) => lock(each, ACCESS_EXCLUSIVE, each === table ? undefined : `inherits from ${fullName(table)}`)), ...links.locks],
      rewrites: [...rewrites, ...numbering.rewrites],
      scans: [...rewrites, ...rebuilt, ...tested, ...links.scans],
      breaks,
      loss: cost.loss,
      failures: problems(op, table, column, scene),
      certain: asWritten.rewrite !== undefined && table.complete,
      ...(zoned && stored.length > 0 ? { work: 'rewrite', workOn: target } : rewrites.length === 0 && rebuilt.length > 0 ? { work: 'indexBuild', workOn: target } : {}),
    },
  ]);
}

/** An identity column's sequence follows its type; a default that names one names it again. */
function identitySequence(column: Column, scene: Scene): { readonly locks: readonly Claim[]; readonly rewrites: readonly Target[] } {
  const sequence = column.identity === undefined ? undefined : locateById(scene, column.sequence);
  if (sequence === undefined) return { locks: namedSequences(column.default, scene), rewrites: [] };
  return { locks: [lock(sequence, SHARE_ROW_EXCLUSIVE, 'numbers the column')], rewrites: [sequence] };
}

interface Cost extends Conversion {
  readonly loss: readonly Loss[];
}

function costOf(op: OperationOf<'changeColumnType'>, column: Column, scene: Scene): Cost {
  const chain = op.using === undefined ? [] : castChain(op.column, op.using);
  if (chain === undefined) return { rewrite: true, keepsIndexes: conversion(column.type, op.type, scene.before, scene.version).keepsIndexes, loss: [] };
  const steps = [...chain, op.type];
  let from = column.type;
  let rewrite: boolean | undefined = false;
  for (const step of steps) {
    const next = conversion(from, step, scene.before, scene.version).rewrite;
    rewrite = rewrite === true || next === true ? true : rewrite === undefined ? undefined : next;
    from = step;
  }
  const { loses } = hazard(column.type, op.type, scene.before);
  const object = `${fullName(locate(scene, op.table))}.${op.column}`;
  return { rewrite, keepsIndexes: conversion(column.type, op.type, scene.before, scene.version).keepsIndexes, loss: loses ? [{ what: 'values', object }] : [] };
}

/** Checks over the column are tested again although nothing is rewritten. */
const hasCheck = (table: Table, column: string): boolean =>
  table.constraints.some(({ definition, valid, enforced }) => valid && enforced && definition.type === 'check' && definition.expression.columns.includes(column));

/** The index of a partitioned table is made anew in all its partitions, even where that of a single table would be kept. */
const hasIndex = (table: Table, column: string, scene: Scene): boolean => indexesOf(scene, table).some((index) => columnsOfIndex(index).includes(column));

/** Whether an index over the column is built anew although the table is not rewritten. */
const losesIndex = (table: Table, column: string, cost: Cost, keepsCollation: boolean, scene: Scene): boolean =>
  indexesOf(scene, table).some((index) => columnsOfIndex(index).includes(column) && !keepsIndex(index, column, cost, keepsCollation));

function keepsIndex(index: ReturnType<typeof indexesOf>[number], column: string, cost: Cost, keepsCollation: boolean): boolean {
  const plain = index.where === undefined && index.keys.every((key) => key.column !== undefined);
  const isKey = index.keys.some((key) => key.column === column);
  return plain && (!isKey || (cost.keepsIndexes && keepsCollation));
}

/** Foreign keys over the column are made anew, which locks the other table, and checked again when values or operators changed. */
function linkedTables(table: Table, column: string, cost: Cost, scene: Scene): { readonly locks: readonly Claim[]; readonly scans: readonly Target[] } {
  const locks: Claim[] = [];
  const scans: Target[] = [];
  const same = cost.keepsIndexes && cost.rewrite === false;
  for (const constraint of table.constraints) {
    if (constraint.definition.type !== 'foreignKey' || !constraint.definition.columns.includes(column)) continue;
    const other = tableById(scene, constraint.references);
    if (other === undefined) continue;
    if (other.id !== table.id) locks.push(...lockAll([other, ...partitionsOf(scene, other)], ACCESS_EXCLUSIVE, `referenced by ${constraint.name}`));
    const searched = storedTree(scene, table, table.partitionBy === undefined);
    if (!same && constraint.valid) scans.push(...searched, ...lookedUp(searched, constraint.definition.columns, other, scene));
  }
  for (const { table: referrer, constraint } of scene.before.referencing(table)) {
    if (referrer.id === table.id || !referencedColumns(constraint.definition, table).includes(column)) continue;
    const family = [referrer, ...partitionsOf(scene, referrer)];
    locks.push(...lockAll(family, ACCESS_EXCLUSIVE, `references ${fullName(table)}`));
    const searched = family.filter(isStored);
    const { definition } = constraint;
    if (!same && constraint.valid && definition.type === 'foreignKey') scans.push(...searched, ...lookedUp(searched, definition.columns, table, scene));
  }
  return { locks, scans };
}

function referencedColumns(definition: Table['constraints'][number]['definition'], table: Table): readonly string[] {
  if (definition.type !== 'foreignKey') return [];
  if (definition.referencedColumns.length > 0) return definition.referencedColumns;
  return table.constraints.flatMap((constraint) => (constraint.definition.type === 'primaryKey' ? constraint.definition.columns : []));
}

function problems(op: OperationOf<'changeColumnType'>, table: Table, column: Column, scene: Scene): readonly Failure[] {
  const object = fullName(table);
  const user = dependentOf(table, op.column, scene);
  if (user !== undefined) {
    const code = user === 'a generated column' && scene.version < 15 ? '42601' : '0A000';
    return [failure('type-used-by-dependents', `cannot alter type of a column used by ${user}`, object, code)];
  }
  if (op.only && table.children.length > 0) return [failure('only-on-parent', `type of inherited column "${op.column}" must be changed in child tables too`, object)];
  if (column.inherited === true) return [failure('inherited-from-parent', `cannot alter inherited column "${op.column}"`, object)];
  const key = treeOf(scene, table).flatMap((each) => partitionKeyProblem(each, op.column, 'alter')).slice(0, 1);
  if (key.length > 0) return key;
  if (column.identity !== undefined && isKnownType(op.type) && !INTEGERS.has(op.type.name)) return [failure('identity-not-possible', 'identity column type must be smallint, integer, or bigint', object, '22023')];
  const found: Failure[] = [...comparisonProblems(op, table, column, scene)];
  // A foreign table has no values here that would have to be cast.
  if (op.using === undefined && !table.foreign && convertsByItself(column.type, op.type, scene.before) === false) {
    found.push(failure('type-needs-using', `column "${op.column}" cannot be cast automatically to type ${op.type.name}`, object));
  }
  if (defaultIsStuck(column, op, scene)) found.push(failure('default-needs-drop', `default for column "${op.column}" cannot be cast automatically to type ${op.type.name}`, object));
  const { fails } = op.using === undefined || castChain(op.column, op.using) !== undefined ? hazard(column.type, op.type, scene.before) : {};
  if (found.length === 0 && fails !== undefined && !isFresh(scene, table)) {
    found.push(failure('unconvertible-values', `a value of "${op.column}" cannot be converted to type ${op.type.name}`, object, fails));
  }
  return found;
}

/** Checks and predicates are made again from their text, in which literals have the type that the column had. */
function comparisonProblems(op: OperationOf<'changeColumnType'>, table: Table, { type }: Column, scene: Scene): readonly Failure[] {
  const was = comparedAs(type, scene.before);
  const becomes = op.type.name === 'character varying' ? 'text' : comparedAs(op.type, scene.before);
  if (was === undefined || becomes === undefined || was === becomes) return [];
  const dropped = new Set(scene.statement.operations.flatMap((other) => (other.kind === 'dropConstraint' ? [other.name] : [])));
  const checks = table.constraints.flatMap(({ name, definition }) => (definition.type === 'check' && !dropped.has(name) ? [definition.expression] : []));
  const predicates = indexesOf(scene, table).flatMap(({ where }) => where ?? []);
  const bare = /^\(*\s*(?:not\s+)?"?\w+"?\s*\)*$/i;
  const compares = (term: Term): boolean => (term.kind === 'anyOf' ? term.choices.some(compares) : term.column === op.column && (term.kind === 'in' || (term.kind === 'compare' && term.value !== null)));
  const found = [...checks, ...predicates].find(({ terms, casts }) => casts.length === 0 && terms.some(compares));
  if (found === undefined) return [];
  return [failure('compared-with-old-type', `${found.text.trim()} does not work for type ${op.type.name}`, fullName(table), bare.test(found.text.trim()) ? '42804' : undefined)];
}

/** The default is converted apart from the column, and never by USING. */
function defaultIsStuck({ default: expression, type }: Column, op: OperationOf<'changeColumnType'>, scene: Scene): boolean {
  if (expression === undefined || expression.literal === null || dropsDefault(op, scene)) return false;
  const from = defaultType(expression, type);
  return from !== undefined && convertsByItself(from, op.type, scene.before) === false;
}

/**
 * The server forgets the casts that nobody wrote: a uuid in a text column is a uuid again. A bare literal counts as of the column's
 * type; undefined where a text column takes what a function gives.
 */
function defaultType({ literal, casts }: Expression, column: DataType): DataType | undefined {
  if (!isText(column) || column.dimensions > 0 || (typeof literal === 'string' && casts.length === 0)) return column;
  if (casts.length > 0) return casts.every(isText) ? column : undefined;
  return typeof literal === 'boolean' ? BOOLEAN : undefined;
}

const BOOLEAN: DataType = { name: 'boolean', modifiers: [], dimensions: 0 };

/** DROP DEFAULT in the same statement goes first. */
const dropsDefault = (op: OperationOf<'changeColumnType'>, scene: Scene): boolean =>
  scene.statement.operations.some((other) => (other.kind === 'dropDefault' || other.kind === 'setDefault') && other.column === op.column);

function dependentOf(table: Table, column: string, scene: Scene): string | undefined {
  for (const id of table.dependents) {
    const view = locateById(scene, id);
    if ((view?.kind === 'view' || view?.kind === 'materializedView') && readsColumn(view, table, column) === 'yes') return 'a view or rule';
  }
  if (table.columns.some(({ generated, name }) => name !== column && generated?.expression.columns.includes(column) === true)) return 'a generated column';
  if (table.policies.some((policy) => [policy.using, policy.check].some((expression) => expression?.columns.includes(column) === true && expression.reads.length === 0))) return 'a policy definition';
  return table.triggers.some(({ columns = [] }) => columns.includes(column)) ? 'a trigger definition' : undefined;
}
