import type { ObjectName } from '../../../ir/names.ts';
import type { PatternHandler, PatternInput, Step } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import { insideBlock, slug } from './clause.ts';
import { notForThis, step, wanted } from './form.ts';
import { freshName } from './names.ts';

/** SET NOT NULL by way of a constraint that is validated while writes go on. */
export const proveNotNull: PatternHandler = (input) => {
  const op = wanted(input, 'setNotNull');
  if (op === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  if (input.before.isNotNull(input.before.table(op.table), op.column)) return { refused: `${op.column} is NOT NULL already: the statement changes nothing.` };
  if (input.version < 12) return { refused: 'Before PostgreSQL 12 SET NOT NULL always scans the table; a validated CHECK (… IS NOT NULL) can stand in its place for good.' };
  return { title: `Prove that ${op.column} has no NULL, then set NOT NULL`, safety: 'safe', covers: [op], steps: notNullSteps(input, op.table, op.column) };
};

/** The steps that make a column NOT NULL without holding a strong lock during a scan. */
export function notNullSteps(input: PatternInput, tableName: ObjectName, column: string): readonly Step[] {
  const { constraint, steps } = noNullProof(input, tableName, column);
  if (constraint === undefined) return steps;
  const table = quoteName(tableName);
  const name = quote(column);
  const last = step({
    phase: 'switch',
    title: `Set NOT NULL, which the constraint has proven`,
    slug: slug('set_not_null', tableName.name, column),
    // Two statements: within one the server drops the constraint first, and scans.
    up: [`ALTER TABLE ${table} ALTER COLUMN ${name} SET NOT NULL`, constraint.drop],
    down: [constraint.add, `ALTER TABLE ${table} ALTER COLUMN ${name} DROP NOT NULL`],
    transaction: 'either',
  });
  return [...steps, last];
}

export interface NoNullProof {
  readonly steps: readonly Step[];
  /** What is there for the proof only; undefined where it is the NOT NULL itself (18 and later). */
  readonly constraint: { readonly drop: string; readonly add: string } | undefined;
}

/** The steps that prove that a column has no NULL, while everybody works on. */
export function noNullProof({ before, version }: PatternInput, tableName: ObjectName, column: string): NoNullProof {
  const table = quoteName(tableName);
  const name = quote(column);
  const question = { title: `No row has NULL in ${column}`, sql: `SELECT * FROM ${table} WHERE ${name} IS NULL LIMIT 100` };
  const stays = version >= 18;
  const proof = freshName(before, tableName, `${tableName.name}_${column}_not_null${stays ? '' : '_check'}`);
  const add = `ALTER TABLE ${table} ADD CONSTRAINT ${quote(proof)} ${stays ? `NOT NULL ${name}` : `CHECK (${name} IS NOT NULL)`} NOT VALID`;
  const drop = `ALTER TABLE ${table} DROP CONSTRAINT ${quote(proof)}`;
  const first = step({
    title: `Refuse new NULLs in ${column}`,
    slug: slug('refuse_null', tableName.name, column),
    up: [add],
    down: [drop],
    transaction: 'either',
    preconditions: [question],
    notes: [`From here on, code that writes NULL into ${column} fails.`],
  });
  const second = step({
    phase: 'migrate',
    title: `Check the rows that exist, while writes go on`,
    slug: slug('validate', proof),
    up: [`ALTER TABLE ${table} VALIDATE CONSTRAINT ${quote(proof)}`],
    down: [],
    transaction: 'either',
    preconditions: [question],
  });
  return { steps: [first, second], constraint: stays ? undefined : { drop, add } };
}
