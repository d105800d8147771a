import type { Routine, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { Operation, OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import type { Query } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { IMMUTABLE_FUNCTIONS, STABLE_FUNCTIONS, VOLATILE_FUNCTIONS } from '../function-volatility.ts';
import { ROW_EXCLUSIVE } from '../locks.ts';
import type { Answer } from './answer.ts';
import { fullName, lock, sum } from './answer.ts';
import { drop } from './dropping.ts';
import { failure } from './failures.ts';
import { queryProblems } from './query-problems.ts';
import { readQuery, useRelation } from './reading.ts';
import type { Scene } from './scene.ts';
import { createdNames, everyRelation, indexesOf, locate } from './scene.ts';

export const routineHandlers = {
  createRoutine,
  alterRoutine: () => ({ work: 'catalog' }),
  dropRoutine,
} satisfies Partial<OperationHandlers<Scene, Answer>>;

function createRoutine(op: OperationOf<'createRoutine'>, scene: Scene): Answer {
  const failures: Failure[] = [];
  const existing = sameRoutine(op, scene);
  if (existing !== undefined && !op.replace) failures.push(failure('routine-exists', `function "${op.routine.name}" already exists with same argument types`));
  const changed = existing === undefined || !op.replace ? undefined : signatureProblem(existing, op);
  if (changed !== undefined) failures.push(changed);
  if (op.refusal !== undefined && checksBodies(scene)) failures.push(failure('routine-body-refused', op.refusal, fullName(scene.before.resolve(op.routine))));
  return sum([{ work: 'catalog', failures }, validation(op, scene)]);
}

/** What CREATE OR REPLACE cannot change. */
function signatureProblem(existing: Routine, op: OperationOf<'createRoutine'>): Failure | undefined {
  if (existing.variety !== op.variety) return failure('function-signature-changed', 'cannot change routine kind', undefined, '42809');
  if (returnsOther(existing, op)) return failure('function-signature-changed', 'cannot change return type of existing function');
  const renamed = existing.parameterNames?.find((name, i) => name !== undefined && name !== op.parameterNames[i]);
  if (renamed !== undefined) return failure('function-signature-changed', `cannot change name of input parameter "${renamed}"`);
  return (op.optional ?? 0) < (existing.optional ?? 0) ? failure('function-signature-changed', 'cannot remove parameter defaults from existing function') : undefined;
}

export const checksBodies = ({ before }: Scene): boolean => !['off', 'false', 'no', '0'].includes(before.settings.get('check_function_bodies')?.value?.toLowerCase() ?? 'on');

/** The body of an SQL function is analysed when it is created, unless check_function_bodies is off; that of others is not. */
function validation(op: OperationOf<'createRoutine'>, scene: Scene): Answer {
  if (op.language.toLowerCase() !== 'sql' || !(checksBodies(scene) || op.sqlBody)) return {};
  const made = new Set(op.body.flatMap(createdNames).map(({ name }) => name));
  const answers = op.body.map((operation) => analysed(operation, scene));
  const problem = made.size > 0 ? undefined : op.body.flatMap((operation) => ('query' in operation && operation.query !== undefined ? queryProblems(operation.query, scene, [op.routine.name, ...op.parameterNames]) : []))[0];
  return { locks: answers.flatMap(({ locks = [] }) => locks).filter(({ on }) => !made.has(on.name)), work: 'catalog', failures: problem === undefined ? [] : [problem] };
}

function analysed(operation: Operation, scene: Scene): Answer {
  const query = (source: Query): Answer => readQuery(source, scene, 'rewritten');
  switch (operation.kind) {
    case 'select':
      return query(operation.query);
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge': {
      const access = operation.kind === 'merge' ? 'update' : operation.kind;
      const own = useRelation({ relation: operation.table, access, only: false }, scene, 'rewritten');
      return sum([{ locks: own.length > 0 ? own : [lock(locate(scene, operation.table), ROW_EXCLUSIVE)] }, query(operation.query)]);
    }
    default:
      return {};
  }
}

function sameRoutine(op: OperationOf<'createRoutine'>, scene: Scene): Routine | undefined {
  return scene.before
    .routines(scene.before.creationName(op.routine))
    .find(
      (routine) =>
        routine.parameters.length === op.parameters.length &&
        routine.parameters.every((type, i) => type.name === op.parameters[i]?.name && type.dimensions === op.parameters[i].dimensions),
    );
}

/** RETURNS of a scalar builtin type that is not the one before, or of a set where it was one. */
const returnsOther = (existing: Routine, op: OperationOf<'createRoutine'>): boolean =>
  existing.returns !== undefined &&
  op.returns !== undefined &&
  (existing.returnsSet !== op.returnsSet || (existing.returns.schema === undefined && op.returns.schema === undefined && existing.returns.name !== op.returns.name));

function dropRoutine(op: OperationOf<'dropRoutine'>, scene: Scene): Answer {
  const routines = scene.before.routines(op.routine);
  const object = fullName(scene.before.resolve(op.routine));
  if (routines.length === 0) return { work: 'catalog', certain: !op.ifExists, ...(op.ifExists ? {} : { breaks: [{ what: 'reads', object }] }) };
  const cascade = op.behavior === 'cascade';
  // Calls are known by name only: with others of that name, nobody knows whose they are.
  if (!cascade && (routines.length > 1 || isBuiltin(op.routine.name))) return { work: 'catalog', breaks: [{ what: 'reads', object }] };
  return sum([usersOf(op, cascade, scene), { work: 'catalog', breaks: [{ what: 'reads', object }] }]);
}

const isBuiltin = (name: string): boolean => [VOLATILE_FUNCTIONS, STABLE_FUNCTIONS, IMMUTABLE_FUNCTIONS].some((names) => names.has(name));

/** Triggers, defaults, policies and views that go with a function. */
function usersOf(op: OperationOf<'dropRoutine'>, cascade: boolean, scene: Scene): Answer {
  const { name } = op.routine;
  const { schema } = scene.before.routines(op.routine)[0] ?? scene.before.resolve(op.routine);
  const isIt = (other: ObjectName): boolean => other.name === name && (other.schema ?? schema) === schema;
  const walk = drop(scene, cascade);
  const goes = (what: string, go: () => void): void => {
    walk.blocks(what);
    if (cascade) go();
  };
  const calls: Calls = (expression) => expression?.calls.some((call) => isIt(call.name)) ?? false;
  for (const relation of everyRelation(scene)) {
    const because = `uses ${name}`;
    if (relation.kind === 'view' || relation.kind === 'materializedView') {
      if (calls(relation.query)) goes(`view ${relation.name}`, () => walk.relation(relation, because));
      else if (relation.kind === 'view' && relation.triggers.some((trigger) => isIt(trigger.function))) goes(`trigger on view ${relation.name}`, () => walk.lock(relation, because));
    }
    if (relation.kind !== 'table') continue;
    const generated = relation.columns.find((column) => calls(column.generated?.expression));
    if (generated !== undefined) goes(`column ${generated.name} of table ${relation.name}`, () => walk.column(relation, generated.name, { because }));
    const indexes = indexesOf(scene, relation).filter(({ keys, where }) => keys.some(({ expression }) => calls(expression)) || calls(where));
    const used = [...usersIn(relation, isIt, calls), ...indexes.map((index) => `index ${index.name}`)];
    if (used.length > 0 && cascade) walk.lock(relation, because);
    for (const what of used) walk.blocks(`${what} ${what.startsWith('default') ? 'of' : 'on'} table ${relation.name}`);
  }
  return walk.answer(`function ${name}`, name);
}

type Calls = (expression: { readonly calls: readonly { readonly name: ObjectName }[] } | undefined) => boolean;

/** What of a table needs a function, generated columns aside, in the server's words. */
const usersIn = ({ triggers, columns, policies, constraints }: Table, isIt: (name: ObjectName) => boolean, calls: Calls): readonly string[] => [
  ...triggers.flatMap((trigger) => (isIt(trigger.function) ? [`trigger ${trigger.name}`] : [])),
  ...columns.flatMap((column) => (calls(column.default) ? [`default value for column ${column.name}`] : [])),
  ...policies.flatMap(({ name, using, check }) => (calls(using) || calls(check) ? [`policy ${name}`] : [])),
  ...constraints.flatMap(({ name, definition }) => (definition.type === 'check' && calls(definition.expression) ? [`constraint ${name}`] : [])),
];
