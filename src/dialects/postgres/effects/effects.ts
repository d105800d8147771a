import { isBarrenBlock } from '../../../catalog/rows.ts';
import type { Effects, Failure } from '../../../effects/vocabulary.ts';
import type { Statement } from '../../../ir/migration.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { isTemplateName } from '../../../ir/names.ts';
import type { Operation } from '../../../ir/operation.ts';
import { handle } from '../../../ir/operation.ts';
import { recently } from '../../../source/recent.ts';
import type { EffectContext } from '../../dialect.ts';
import { OPEN } from '../parse/routines/hole.ts';
import type { Answer } from './answer.ts';
import { fullName, perhaps, settle, sum } from './answer.ts';
import { newEnumValueFailures } from './enum-values.ts';
import { failure } from './failures.ts';
import { handlers } from './handlers.ts';
import { pendingEventFailures } from './pending-events.ts';
import type { Scene } from './scene.ts';
import { createdBefore } from './scene.ts';
import { transactionFailures } from './transactions.ts';

/** What the server does with one operation. */
export function effects(operation: Operation, context: EffectContext): Effects {
  const { before, version, statement, unit, migration } = context;
  const scene: Scene = { before, version, statement, unit, migration, followed: new Set(), answer };
  const own = answer(operation, scene);
  const refused = transactionFailures(operation, version, unit !== null).concat(newEnumValueFailures(operation, scene), pendingEventFailures(operation, scene));
  return settle(refused.length === 0 ? own : sum([own, { failures: refused }]), createdBefore(scene, operation));
}

const SKIPPED: Answer = { work: 'none', certain: false, skipped: true };

function answer(operation: Operation, scene: Scene): Answer {
  if (isBarrenBlock(operation.within, scene.before)) return { work: 'none' };
  const missing = absence(operation, scene) ?? wrongKind(operation, scene);
  const all = withoutGuesses(missing ?? handle(handlers, operation, scene), operation);
  // There can be many relations of a name with an open part: that one is there already says nothing.
  const own = hasOpenName(operation) ? { ...all, failures: [], certain: false } : all.certain === false && isOptional(operation) ? perhaps(all) : all;
  const { within } = operation;
  const failures = own.failures ?? [];
  const isSpared = operation.alternative === true || (operation.passedOver === true && (scene.unit === null || scene.unit.sentAs !== undefined));
  if (isSpared && failures.some(isCertain)) return SKIPPED;
  if (failures.some(isCertain) && isDoubtful(operation, scene)) return { ...own, failures: failures.filter((each) => !isCertain(each)), certain: false };
  if (within === undefined) return own;
  // What would fail for sure stands behind a condition, or a handler that undoes it: it is not what happens.
  if ((within.conditional || within.caught === true) && failures.some(isCertain)) return SKIPPED;
  const kept = failures.some(isCertain) && followsUnread(operation, scene) ? failures.filter((each) => !isCertain(each)) : failures;
  return within.conditional || within.loop ? perhaps({ ...own, failures: kept, certain: false }) : { ...own, failures: kept };
}

/** What it is about may have become something else, or have gone. */
function isDoubtful(operation: Operation, { before }: Scene): boolean {
  const names = [...('table' in operation ? [operation.table] : []), ...(operation.kind === 'addConstraint' && operation.constraint.type === 'foreignKey' ? [operation.constraint.references] : [])];
  return names.some((name) => {
    const relation = name === undefined ? undefined : before.relation(name);
    return relation?.kind === 'table' && relation.doubtful === true;
  });
}

/** Written for what may not be there. */
const isOptional = (operation: Operation): boolean => ('ifExists' in operation && operation.ifExists) || ('tableIfExists' in operation && operation.tableIfExists === true);

/** Of the catalog or the form alone, whatever the rows are. */
const isCertain = ({ when }: Failure): boolean => when === 'always' || when === 'existing' || when === 'missing' || when === 'dependents';

const firstUnread = recently(({ operations }: Statement) => operations.findIndex(({ kind }) => kind === 'opaque'));

/** Something in the same block that could not be read runs before it: what the catalog has may be gone. */
function followsUnread(operation: Operation, { statement }: Scene): boolean {
  const first = firstUnread(statement);
  return first >= 0 && statement.operations.indexOf(operation) > first;
}

/** A relation that is made or attached has a name of which only running tells a part. */
const hasOpenName = (operation: Operation): boolean =>
  ('table' in operation && operation.table?.name.includes(OPEN) === true) || (operation.kind === 'attachPartition' && operation.partition.name.includes(OPEN));

/** Two objects whose names come from the same template can be different ones: that one is there, or not, says nothing; nor does a value that is filled in. */
function withoutGuesses(answer: Answer, operation: Operation): Answer {
  const certain = answer.failures?.filter(isCertain) ?? [];
  if (certain.length === 0) return answer;
  const isNamed = isTemplated(operation);
  const isGuess = (one: Failure): boolean => isCertain(one) && (TEMPLATE.test(one.message) || (isNamed && (one.when === 'existing' || one.when === 'missing')));
  return certain.some(isGuess) ? { ...answer, failures: answer.failures?.filter((one) => !isGuess(one)) ?? [], certain: false } : answer;
}

/** A part that is filled in, quoted in a message of the server. */
const TEMPLATE = /\$[{(\w]|\{\{|<%|%[(s]|#\{|"[:@]\w/;

const isTemplated = (operation: Operation): boolean =>
  Object.values(operation).some((value: unknown) => (typeof value === 'string' ? value.length < LONGEST_NAME && isTemplateName(value) : typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' && isTemplateName(value.name)));

/** Other texts of an operation are bodies and comments. */
const LONGEST_NAME = 200;

/** The operation is about a relation that the history itself has dropped or renamed away. */
function absence(operation: Operation, { before, statement }: Scene): Answer | undefined {
  const name = subject(operation);
  if (name === undefined || isTemplateName(name.name) || !(before.isGone(name) || isMiswritten(name, before))) return undefined;
  // A list is dropped at once: what CASCADE takes along may be named as well.
  if (operation.kind.startsWith('drop') && statement.operations[0] !== operation) return undefined;
  return { work: 'none', failures: [failure('relation-missing', `relation "${name.name}" does not exist`, fullName(before.resolve(name)))] };
}

/** What only tables have, and the server's words for the change. */
const OF_TABLES: Readonly<Partial<Record<Operation['kind'], string>>> = {
  addColumn: 'ADD COLUMN',
  dropColumn: 'DROP COLUMN',
  changeColumnType: 'ALTER COLUMN ... SET DATA TYPE',
  setNotNull: 'ALTER COLUMN ... SET NOT NULL',
  dropNotNull: 'ALTER COLUMN ... DROP NOT NULL',
  addConstraint: 'ADD CONSTRAINT',
  dropConstraint: 'DROP CONSTRAINT',
  validateConstraint: 'VALIDATE CONSTRAINT',
};

function wrongKind(operation: Operation, { before, version }: Scene): Answer | undefined {
  const action = OF_TABLES[operation.kind];
  const relation = action === undefined || !('table' in operation) || operation.table === undefined ? undefined : before.relation(operation.table);
  if (action === undefined || relation === undefined || relation.kind === 'table') return undefined;
  const message = version >= 15 ? `ALTER action ${action} cannot be performed on relation "${relation.name}"` : `"${relation.name}" is not a table`;
  return { work: 'none', failures: [failure('wrong-object-kind', message, fullName(relation))] };
}

/** Written without the quotes that its capitals need: nothing in the history has this name, a table that it made has it in other letters. */
function isMiswritten(name: ObjectName, before: Scene['before']): boolean {
  if (before.opaqueCount > 0 || before.relation(name) !== undefined || name.name !== name.name.toLowerCase()) return false;
  const { schema } = before.resolve(name);
  for (const one of before.relations()) if (one.kind === 'table' && one.complete && one.schema === schema && one.name !== name.name && one.name.toLowerCase() === name.name) return true;
  return false;
}

/** The relation that has to be there, unless the statement says otherwise. */
function subject(operation: Operation): ObjectName | undefined {
  if (operation.kind === 'createTable' || ('ifExists' in operation && operation.ifExists) || ('tableIfExists' in operation && operation.tableIfExists)) return undefined;
  if ('table' in operation) return operation.table;
  if ('index' in operation && typeof operation.index === 'object') return operation.index;
  if (operation.kind === 'refreshMaterializedView' || operation.kind === 'alterView' || operation.kind === 'dropView' || operation.kind === 'dropMaterializedView') return operation.view;
  return operation.kind === 'alterSequence' || operation.kind === 'dropSequence' ? operation.sequence : undefined;
}
