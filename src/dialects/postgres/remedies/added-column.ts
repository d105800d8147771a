import type { Operation } from '../../../ir/operation.ts';
import type { PatternHandler, PatternInput, Plan, Refusal, Step } from '../../../remedy/step.ts';
import { OPEN_VALUE, openValueReminder } from '../../../ir/open-value.ts';
import { TokenKind } from '../parse/lexer.ts';
import { quote, quoteName } from '../quote.ts';
import type { AddColumn, Added } from './added-column-parts.ts';
import { bareColumn, dropAdded } from './added-column-parts.ts';
import { backfillStep } from './backfill.ts';
import { insideBlock, nameTakenAgain, ownClause, slug, takenAgain } from './clause.ts';
import { primaryKeyFromIndex, uniqueFromIndex, validateLater } from './constraints.ts';
import { notForThis, step, wanted } from './form.ts';
import { notNullSteps } from './not-null.ts';
import { generatedKeySteps } from './generated-key.ts';
import { storedSteps } from './stored.ts';
import { domainSteps } from './domain.ts';
import { typeQuestions } from './type-sql.ts';

export const requiredColumn: PatternHandler = (input) => {
  const required = op(input);
  return required?.column.notNull === true && required.column.default === undefined ? added(input, required, requiredSteps) : notForThis;
};

export const volatileDefault: PatternHandler = (input) => {
  const volatile = op(input);
  return volatile?.column.default === undefined ? notForThis : added(input, volatile, volatileSteps);
};

export const generatedKeyColumn: PatternHandler = (input) => {
  const key = op(input);
  return key?.column.serial === true || key?.column.identity !== undefined ? added(input, key, generatedKeySteps) : notForThis;
};

export const storedColumn: PatternHandler = (input) => {
  const stored = op(input);
  return stored?.column.generated?.stored === true ? added(input, stored, storedSteps) : notForThis;
};

export const constrainedDomainColumn: PatternHandler = (input) => {
  const typed = op(input);
  return typed === undefined ? notForThis : added(input, typed, domainSteps);
};

/** The column that is added, also where the finding is about a constraint written on it. */
function op(input: PatternInput): AddColumn | undefined {
  const own = wanted(input, 'addColumn');
  if (own !== undefined) return own;
  const { span } = input.operation;
  const around = input.statement.operations.find((one) => one.kind === 'addColumn' && one.span.start <= span.start && one.span.end >= span.end);
  return around?.kind === 'addColumn' ? around : undefined;
}

function added(given: PatternInput, own: AddColumn, family: (input: PatternInput, own: AddColumn) => Added | Refusal): Plan | Refusal {
  const input = { ...given, operation: own };
  const refusal = insideBlock(input) ?? notForTable(input, own) ?? notForClause(input, own) ?? (nameTakenAgain(input, own.table, own.column.name) ? takenAgain(own.column.name) : undefined);
  if (refusal !== undefined) return refusal;
  const parts = family(input, own);
  if ('refused' in parts) return parts;
  const constraints = inlineConstraints(input, own);
  const more = constraints.map((constraint) => constraintSteps({ ...input, operation: constraint }, constraint));
  const keyed = constraints.some((one) => one.kind === 'addConstraint' && one.constraint.type === 'primaryKey');
  const proofs = parts.prove && !keyed && own.column.notNull ? notNullSteps(input, own.table, own.column.name) : [];
  const steps: Step[] = [];
  for (const one of [...parts.steps, ...proofs, ...more.flat()]) {
    if ('refused' in one) return one;
    steps.push(one);
  }
  const asked = typeQuestions(own.column.type, input.before);
  return { title: parts.title, safety: 'review', covers: [own, ...constraints], steps: steps.map((one, index) => (index === 0 ? { ...one, preconditions: [...asked, ...one.preconditions] } : one)) };
}

function notForTable({ before }: PatternInput, { table: name }: AddColumn): Refusal | undefined {
  const table = before.table(name);
  if (table !== undefined && table.partitionBy === undefined && table.children.length > 0) return { refused: `${name.name} has tables that inherit from it: add the column to each of them by itself.` };
  return undefined;
}

/** Settings of the column's storage would be lost. */
function notForClause(input: PatternInput, { column }: AddColumn): Refusal | undefined {
  const { tokens } = ownClause(input);
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kind(i) === TokenKind.word && (tokens.is(i, 'storage') || tokens.is(i, 'compression'))) return { refused: `${column.name} is given a STORAGE or COMPRESSION: set that apart from adding it.` };
  }
  return undefined;
}

/** Constraints that stand in the same clause. */
function inlineConstraints({ statement }: PatternInput, own: AddColumn): readonly Operation[] {
  return statement.operations.filter((one) => one !== own && one.span.start >= own.span.start && one.span.end <= own.span.end);
}

function constraintSteps(input: PatternInput, constraint: Operation): readonly (Step | Refusal)[] {
  if (constraint.kind !== 'addConstraint') return [notForThis];
  const handlers = { unique: uniqueFromIndex, primaryKey: primaryKeyFromIndex, foreignKey: validateLater, check: validateLater, exclusion: undefined, notNull: undefined };
  const handler = handlers[constraint.constraint.type];
  if (handler === undefined) return [{ refused: 'The column has a constraint that cannot be added apart from it.' }];
  const plan = handler(input);
  return 'refused' in plan ? [plan] : plan.steps;
}

function requiredSteps(input: PatternInput, own: AddColumn): Added {
  const { column, table } = own;
  const name = quote(column.name);
  const given = input.value;
  const missing = openValueReminder(column.name.replaceAll("'", "''").replaceAll('%', '%%'));
  const reminder = `IF EXISTS (SELECT FROM ${quoteName(table)} WHERE ${name} IS NULL) THEN\n    RAISE EXCEPTION '${missing}';\n  END IF;`;
  const fill = backfillStep(input, {
    table,
    values: [{ column: column.name, value: given === undefined ? OPEN_VALUE : `(${given})` }],
    pending: `${name} IS NULL`,
    title: `Give ${column.name} a value in the rows that exist`,
    deploy: `Every INSERT into ${table.name} writes ${column.name}.`,
    ...(given === undefined ? { first: reminder, notes: [`What the rows that exist shall have in ${column.name} is for you to say, with --value or here: replace ${OPEN_VALUE}. Until then the step refuses to run where there are any.`] } : {}),
  });
  return {
    title: `Add ${column.name} without NOT NULL, fill it, then set NOT NULL`,
    prove: true,
    steps: [
      step({
        title: `Add ${column.name} as a column that may be NULL`,
        slug: slug('add', table.name, column.name),
        up: [bareColumn(input, own)],
        down: [dropAdded(own)],
        downLoses: `The values of ${column.name} are lost.`,
        transaction: 'either',
        notes: [`With a constant default, or one like now(), ADD COLUMN … NOT NULL DEFAULT … is instant from PostgreSQL 11 on: if such a value fits, write that instead.`],
      }),
      fill,
    ],
  };
}

function volatileSteps(input: PatternInput, own: AddColumn): Added | Refusal {
  const { column, table } = own;
  const name = quote(column.name);
  const value = column.default?.text ?? 'NULL';
  const fill = backfillStep(input, {
    table,
    values: [{ column: column.name, value: 'DEFAULT' }],
    pending: `${name} IS NULL`,
    title: `Give the rows that exist a value in ${column.name} of their own`,
  });
  return {
    title: `Add ${column.name} empty, give it its default for new rows, then fill the rows that exist`,
    prove: true,
    steps: [
      step({
        title: `Add ${column.name}, with its default for new rows only`,
        slug: slug('add', table.name, column.name),
        up: [bareColumn(input, own), `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${name} SET DEFAULT ${value}`],
        down: [dropAdded(own)],
        downLoses: `The values of ${column.name} are lost.`,
        transaction: 'inside',
        notes: [`Until the rows that exist are filled, code finds NULL in ${column.name}.`],
      }),
      fill,
    ],
  };
}
