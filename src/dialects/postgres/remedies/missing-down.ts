import type { Operation, OperationKind, OperationOf } from '../../../ir/operation.ts';
import type { Statement } from '../../../ir/migration.ts';
import type { PatternHandler, PatternInput, Refusal } from '../../../remedy/step.ts';
import { slug, wholeStatement } from './clause.ts';
import { step } from './form.ts';
import type { Reverse } from './reverse.ts';
import { reverseOf } from './reverse.ts';

/** What undoes the script, last statement first; asked of its first statement it answers for all of them, of another for that one alone. */
export const missingDown: PatternHandler = (input) => {
  const { script, statement } = input;
  const down = downOf(script.statements[0] === statement ? script.statements : [statement], input);
  if ('refused' in down) return down;
  return {
    title: 'Write the way back from what the history tells',
    safety: 'review',
    covers: statement.operations,
    steps: [
      step({
        title: 'Undo the migration',
        slug: slug(input.operation.kind),
        up: [wholeStatement(input).text],
        down: down.sql,
        ...(down.loses === undefined ? {} : { downLoses: down.loses }),
        transaction: 'either',
      }),
    ],
  };
};

/** A statement of a plan that needs no other form. */
export const asWritten: PatternHandler = (input) => {
  const down = downOf([input.statement], input);
  const text = wholeStatement(input).text;
  const line = text.replace(/\s+/g, ' ');
  const title = line.length > 100 ? inWords(input.statement) : line;
  return {
    title,
    safety: 'review',
    covers: input.statement.operations,
    steps: [
      step({
        title,
        slug: slug(input.operation.kind),
        up: [text],
        down: 'refused' in down ? null : down.sql,
        ...('refused' in down || down.loses === undefined ? {} : { downLoses: down.loses }),
        transaction: 'either',
      }),
    ],
  };
};

/** A statement that is too long for a title. */
function inWords({ operations }: Statement): string {
  const said = [...new Set(operations.map((one) => SAID[one.kind]?.(one as never)))];
  if (said.includes(undefined)) return 'Run it as it is written';
  const text = said.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const SAID: { readonly [Kind in OperationKind]?: (operation: OperationOf<Kind>) => string } = {
  addColumn: ({ column, table }) => `add ${column.name} to ${table.name}`,
  dropNotNull: ({ column, table }) => `let ${column} of ${table.name} be NULL`,
  createEnum: ({ type }) => `create the type ${type.name}`,
  createTable: ({ table }) => `create ${table.name}`,
};

function downOf(statements: readonly Statement[], { before }: PatternInput): Reverse | Refusal {
  const operations = statements.flatMap((statement) => statement.operations);
  const made = madeBy(operations, before);
  const sql: string[] = [];
  const losses = new Set<string>();
  for (const operation of operations.toReversed()) {
    if (operation.within !== undefined && !isOwnEnum(operation)) return { refused: 'A block of code cannot be undone from what the history tells.' };
    if (operation.kind === 'createEnum' && operation.within?.caught === true && before.type(operation.type) !== undefined) continue;
    if (goesWithColumn(operation, operations) || goesWithObject(operation, made, before)) continue;
    const reverse = reverseOf(operation, before);
    if (typeof reverse === 'string') return { refused: reverse };
    sql.push(...reverse.sql);
    if (reverse.loses !== undefined) losses.add(reverse.loses);
  }
  return { sql, ...(losses.size === 0 ? {} : { loses: [...losses].join(' ') }) };
}

/** Sequelize creates its enums in a block that passes over those that exist. */
const isOwnEnum = ({ kind, within }: Operation): boolean => kind === 'createEnum' && within?.kind === 'do' && !within.conditional && !within.loop;

/** A constraint written on a column goes when the column does. */
const goesWithColumn = (operation: Operation, all: readonly Operation[]): boolean =>
  operation.kind === 'addConstraint' && operation.inline && all.some((one) => one.kind === 'addColumn' && one.span.start <= operation.span.start && one.span.end >= operation.span.end);

type Before = PatternInput['before'];

const fullName = (name: Parameters<Before['resolve']>[0], before: Before): string => Object.values(before.resolve(name)).join('\0');

/** Tables and types that the script itself makes. */
function madeBy(operations: readonly Operation[], before: Before): ReadonlySet<string> {
  const made = new Set<string>();
  for (const operation of operations) {
    if (operation.kind === 'createTable' && !(operation.ifNotExists && before.table(operation.table) !== undefined)) made.add(fullName(operation.table, before));
    if (operation.kind === 'createEnum') made.add(fullName(operation.type, before));
  }
  return made;
}

/** What is done to an object that the way back drops needs no undoing. */
function goesWithObject(operation: Operation, made: ReadonlySet<string>, before: Before): boolean {
  if (operation.kind === 'createTable' || operation.kind === 'createEnum' || operation.kind === 'renameTable' || operation.kind === 'dropTable') return false;
  if (operation.kind === 'comment') return made.has(fullName(operation.object, before));
  if (operation.kind === 'addEnumValue' || operation.kind === 'renameEnumValue') return made.has(fullName(operation.type, before));
  return 'table' in operation && operation.table !== undefined && made.has(fullName(operation.table, before));
}
