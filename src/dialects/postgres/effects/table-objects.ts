import type { Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { Expression } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, ACCESS_SHARE, SHARE_ROW_EXCLUSIVE } from '../locks.ts';
import type { Answer } from './answer.ts';
import { fullName, lock, lockAll, sum } from './answer.ts';
import { failure } from './failures.ts';
import { namedIn } from './query-names.ts';
import { nameExpression, readQuery } from './reading.ts';
import type { Scene } from './scene.ts';
import { columnOf, isAbsent, locate, partitionsOf } from './scene.ts';

/** Triggers, rules and policies: what hangs on one relation and has no storage. */
export const tableObjectHandlers = {
  createTrigger,
  dropTrigger,
  createRule,
  dropRule: (op, scene) => dropFrom(op.table, op.ifExists, ruleOf(op, scene), undefined, scene),
  createPolicy,
  alterPolicy,
  dropPolicy,
} satisfies Partial<OperationHandlers<Scene, Answer>>;

function createTrigger(op: OperationOf<'createTrigger'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const target = locate(scene, op.table);
  const failures: Failure[] = [];
  if (!op.replace && table?.triggers.some(({ name }) => name === op.trigger) === true) {
    failures.push(failure('trigger-exists', `trigger "${op.trigger}" for relation "${table.name}" already exists`, fullName(table)));
  }
  const functions = scene.before.routines(op.function);
  if (functions.length > 0 && functions.every((one) => one.parameters.length === 0 && one.returns !== undefined && !one.returnsTrigger)) {
    failures.push(failure('wrong-object-kind', `function ${op.function.name} must return type trigger`, fullName(target), '42P17'));
  }
  failures.push(...conditionProblems(op, table, fullName(target)));
  const view = scene.before.relation(op.table);
  if (view?.kind === 'view' && op.forEachRow && op.timing !== 'insteadOf') failures.push(failure('wrong-object-kind', `"${view.name}" is a view`, fullName(view)));
  if (table !== undefined && op.timing === 'insteadOf') failures.push(failure('wrong-object-kind', `"${table.name}" is a table`, fullName(table)));
  const absent = table?.complete === true ? op.columns.find((name) => columnOf(table, name) === undefined) : undefined;
  if (absent !== undefined) failures.push(failure('column-missing', `column "${absent}" of relation "${op.table.name}" does not exist`, fullName(target)));
  return {
    locks: [
      lock(target, SHARE_ROW_EXCLUSIVE),
      ...(table !== undefined && op.forEachRow ? lockAll(partitionsOf(scene, table), SHARE_ROW_EXCLUSIVE, `partition of ${fullName(table)}`) : []),
      ...(op.from === undefined ? [] : [lock(locate(scene, op.from), ACCESS_SHARE)]),
    ],
    failures,
  };
}

/** WHEN of a trigger looks at rows that there are then, and at columns that they have. */
function conditionProblems({ when, events, forEachRow }: OperationOf<'createTrigger'>, table: Table | undefined, object: string): readonly Failure[] {
  if (when === undefined) return [];
  const text = when.text.replace(/'(?:[^']|'')*'/g, "''");
  const [old, fresh] = [/\bold\s*\./i.test(text), /\bnew\s*\./i.test(text)];
  const refused = (what: string): readonly Failure[] => [failure('declaration-refused', what, object, '42P17')];
  if (!forEachRow && (old || fresh)) return refused("statement trigger's WHEN condition cannot reference column values");
  if (old && events.includes('insert')) return refused("INSERT trigger's WHEN condition cannot reference OLD values");
  if (fresh && events.includes('delete')) return refused("DELETE trigger's WHEN condition cannot reference NEW values");
  const absent = table?.complete === true ? namedIn(when, undefined).find((name) => columnOf(table, name) === undefined && name !== 'old' && name !== 'new') : undefined;
  return absent === undefined ? [] : [failure('column-missing', `column "${absent}" does not exist`, object)];
}

/** Whether the object is there; undefined when the catalog does not know the table well enough. */
type Presence = boolean | undefined;

function dropFrom(name: ObjectName, ifExists: boolean, present: Presence, missing: Failure | undefined, scene: Scene): Answer {
  // Of a table that the history made, what it was never given is hardly there, even if something unread has touched it since.
  const unlikely = present === undefined && (scene.before.relation(name)?.origin.migration ?? -1) >= 0;
  if (ifExists && (present === false || unlikely || isAbsent(scene, name))) return { work: 'catalog', certain: present === false };
  const failures = present === false && missing !== undefined ? [missing] : [];
  return { locks: [lock(locate(scene, name), ACCESS_EXCLUSIVE)], failures, certain: present !== undefined || !ifExists };
}

const presence = (table: Table | undefined, found: boolean): Presence => (found ? true : table?.complete === true ? false : undefined);

function dropTrigger(op: OperationOf<'dropTrigger'>, scene: Scene): Answer {
  const relation = scene.before.relation(op.table);
  const table = relation?.kind === 'table' ? relation : undefined;
  const triggers = relation?.kind === 'table' || relation?.kind === 'view' ? relation.triggers : [];
  const trigger = triggers.find(({ name }) => name === op.trigger);
  const known = trigger !== undefined ? true : relation !== undefined && (relation.kind === 'table' || relation.kind === 'view') && relation.complete ? false : undefined;
  const missing = failure('trigger-missing', `trigger "${op.trigger}" for table "${op.table.name}" does not exist`, fullName(locate(scene, op.table)));
  const own = dropFrom(op.table, op.ifExists, known, missing, scene);
  if (trigger?.inherited === true && table !== undefined) {
    return sum([own, { failures: [failure('inherited-from-parent', `cannot drop trigger ${op.trigger} on table ${table.name} because trigger on its parent requires it`, fullName(table), '2BP01')] }]);
  }
  const below = table !== undefined && trigger?.forEachRow === true ? partitionsOf(scene, table) : [];
  return sum([own, { locks: lockAll(below, ACCESS_EXCLUSIVE, `partition of ${op.table.name}`) }]);
}

function createRule(op: OperationOf<'createRule'>, scene: Scene): Answer {
  const relation = scene.before.relation(op.table);
  const rules = relation?.kind === 'table' || relation?.kind === 'view' ? relation.rules : [];
  const clash = !op.replace && rules.some(({ name }) => name === op.rule);
  const failures = clash ? [failure('rule-exists', `rule "${op.rule}" for relation "${op.table.name}" already exists`, fullName(locate(scene, op.table)))] : [];
  return sum([{ locks: [lock(locate(scene, op.table), ACCESS_EXCLUSIVE)], failures }, ...op.actions.map((action) => readQuery(action, scene, 'named'))]);
}

function ruleOf(op: OperationOf<'dropRule'>, scene: Scene): Presence {
  const relation = scene.before.relation(op.table);
  if (relation?.kind !== 'table' && relation?.kind !== 'view') return undefined;
  return relation.rules.some(({ name }) => name === op.rule) ? true : relation.complete ? false : undefined;
}

function createPolicy(op: OperationOf<'createPolicy'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const clash = table?.policies.some(({ name }) => name === op.policy) === true;
  return {
    locks: [lock(locate(scene, op.table), ACCESS_EXCLUSIVE), ...nameExpression(op.using, scene), ...nameExpression(op.check, scene)],
    failures: clash ? [failure('policy-exists', `policy "${op.policy}" for table "${op.table.name}" already exists`, fullName(table))] : [...partProblem(op, scene), ...absentColumn([op.using, op.check], table)],
  };
}

/** New rows are only checked, old ones only filtered. */
function partProblem({ command, using, check, table }: OperationOf<'createPolicy'>, scene: Scene): readonly Failure[] {
  const object = fullName(locate(scene, table));
  if (command === 'insert' && using !== undefined) return [failure('declaration-refused', 'only WITH CHECK expression allowed for INSERT', object)];
  return (command === 'select' || command === 'delete') && check !== undefined ? [failure('declaration-refused', 'WITH CHECK cannot be applied to SELECT or DELETE', object)] : [];
}

/** A column that the expressions name and the table does not have. */
function absentColumn(expressions: readonly (Expression | undefined)[], table: Table | undefined): readonly Failure[] {
  const absent = table?.complete === true ? expressions.flatMap((expression) => namedIn(expression, table)).find((name) => columnOf(table, name) === undefined) : undefined;
  return absent === undefined ? [] : [failure('column-missing', `column "${absent}" does not exist`, table === undefined ? undefined : fullName(table))];
}

function alterPolicy(op: OperationOf<'alterPolicy'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const missing = presence(table, table?.policies.some(({ name }) => name === op.policy) === true) === false;
  return {
    locks: [lock(locate(scene, op.table), ACCESS_EXCLUSIVE), ...nameExpression(op.using, scene), ...nameExpression(op.check, scene)],
    failures: missing ? [missingPolicy(op, scene)] : absentColumn([op.using, op.check], table),
  };
}

function dropPolicy(op: OperationOf<'dropPolicy'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const present = presence(table, table?.policies.some(({ name }) => name === op.policy) === true);
  const own = dropFrom(op.table, op.ifExists, present, missingPolicy(op, scene), scene);
  return own.locks === undefined ? own : sum([own, { breaks: [{ what: 'access', object: fullName(locate(scene, op.table)) }] }]);
}

const missingPolicy = (op: { readonly policy: string; readonly table: ObjectName }, scene: Scene): Failure =>
  failure('policy-missing', `policy "${op.policy}" for table "${op.table.name}" does not exist`, fullName(locate(scene, op.table)));
