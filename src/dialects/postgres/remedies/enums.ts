import type { PatternHandler, PatternInput, Plan, Step } from '../../../remedy/step.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import { BATCH_NOTES, batchBlock } from './batches.ts';
import { insideBlock, slug, wholeStatement } from './clause.ts';
import { tableNameSql } from './names.ts';
import { firedByFilling } from './fired.ts';
import { step, wanted } from './form.ts';
import { keyOf, sightQuestions } from './keys.ts';

/** ADD VALUE on its own, or what uses a new value after it. */
export const enumValueApart: PatternHandler = (input) => {
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const op = wanted(input, 'addEnumValue');
  if (op === undefined) return useLater(input);
  return {
    title: `Add ${op.value} in a step of its own, before anything uses it`,
    safety: 'safe',
    covers: input.statement.operations,
    steps: [
      step({
        title: `Add ${op.value} to ${op.type.name}`,
        slug: slug('add', op.type.name, op.value),
        up: [wholeStatement(input).text],
        down: null,
        downLoses: 'A value cannot be removed from an enum.',
        transaction: input.version < 12 ? 'outside' : 'either',
      }),
    ],
  };
};

/** What uses a value that its own transaction has added moves behind the commit. */
function useLater(input: PatternInput): Plan {
  const last = input.script.statements.at(-1) === input.statement;
  const title = 'Use the new value in a later transaction';
  return {
    title,
    safety: last ? 'safe' : 'review',
    covers: input.statement.operations,
    steps: [step({ phase: 'migrate', title, slug: slug('use_new_value'), up: [wholeStatement(input).text], down: null, transaction: 'either', apart: true })],
  };
}

/** Renaming a value: the new one beside the old one, and the rows moved over in batches. */
export const replaceEnum: PatternHandler = (input) => {
  const op = wanted(input, 'renameEnumValue');
  if (op === undefined) return { refused: 'A value of an enum cannot be removed in place: make a new type without it and give the columns that type, each by a new column that takes the place of the old one.' };
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const { before } = input;
  const type = before.type(op.type);
  if (type?.kind !== 'enum') return { refused: `The history does not say which columns have the type ${op.type.name}.` };
  const moves: Step[] = [];
  const columns = before.columnsOfType(type).filter(({ table, column }) => column.inherited !== true && table.partitionOf === undefined);
  if (columns.some(({ column }) => column.type.dimensions > 0)) return { refused: `There are arrays of ${op.type.name}, in which values have to be replaced by hand.` };
  for (const { table, column } of columns) {
    const name = { schema: table.schema, name: table.name };
    const key = keyOf(input, name);
    if ('refused' in key) return key;
    const target = tableNameSql(table, before);
    const of = table.schema === before.searchPath[0] ? { name: table.name } : name;
    const renewed = column.default?.literal === op.value ? [`ALTER TABLE ${target} ALTER COLUMN ${quote(column.name)} SET DEFAULT ${quoteLiteral(op.newValue)}`] : [];
    if (renewed.length > 0) {
      moves.push(step({ phase: 'migrate', title: `Let ${column.name} of ${table.name} start as ${op.newValue}`, slug: slug('default', table.name, column.name), up: renewed, down: [`ALTER TABLE ${target} ALTER COLUMN ${quote(column.name)} SET DEFAULT ${quoteLiteral(op.value)}`], transaction: 'either' }));
    }
    const fired = firedByFilling(input, name, [column.name]);
    const change = (from: string, to: string): string =>
      batchBlock(before, { table: of, key, size: input.batchSize, work: (range) => `UPDATE ${target} SET ${quote(column.name)} = ${quoteLiteral(to)} WHERE ${range} AND ${quote(column.name)} = ${quoteLiteral(from)}` });
    moves.push(
      step({
        phase: 'migrate',
        title: `Replace ${op.value} by ${op.newValue} in ${column.name} of ${table.name}`,
        slug: slug('replace', table.name, column.name, op.newValue),
        up: [change(op.value, op.newValue)],
        down: [change(op.newValue, op.value)],
        transaction: 'outside',
        preconditions: [...sightQuestions(input, name), ...fired.preconditions],
        verification: [{ title: `No row has ${op.value} any more`, sql: `SELECT * FROM ${target} WHERE ${quote(column.name)} = ${quoteLiteral(op.value)} LIMIT 100` }],
        notes: [...BATCH_NOTES, ...fired.notes],
        ...(fired.obstacle === undefined ? {} : { obstacle: fired.obstacle }),
      }),
    );
  }
  const deploy = `All code understands both ${op.value} and ${op.newValue}, and writes ${op.newValue}.`;
  return {
    title: `Add ${op.newValue} beside ${op.value} and move the rows over`,
    safety: 'review',
    covers: [op],
    steps: [
      step({
        title: `Add ${op.newValue} to ${op.type.name}`,
        slug: slug('add', op.type.name, op.newValue),
        up: [`ALTER TYPE ${quoteName(op.type)} ADD VALUE IF NOT EXISTS ${quoteLiteral(op.newValue)} AFTER ${quoteLiteral(op.value)}`],
        down: null,
        downLoses: 'A value cannot be removed from an enum.',
        transaction: input.version < 12 ? 'outside' : 'either',
        notes: [`${op.value} stays in the type, unused: PostgreSQL cannot remove it.`],
      }),
      ...moves.map((one, i) => (i === 0 ? { ...one, deploy } : one)),
    ],
  };
};
