import type { PatternInput } from '../../../remedy/step.ts';
import { OPEN_PARENTHESIS, closing, find } from '../parse/tokens.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import type { AddColumn, Added } from './added-column-parts.ts';
import { bareColumn, dropAdded } from './added-column-parts.ts';
import { backfillStep } from './backfill.ts';
import { ownClause, slug } from './clause.ts';
import { step } from './form.ts';
import { freshName } from './names.ts';
import { notNullSteps } from './not-null.ts';

/** `serial` and identity: the sequence first, then the numbers, then what makes it required. */
export function generatedKeySteps(input: PatternInput, own: AddColumn): Added {
  const { column, table } = own;
  const identity = column.identity !== undefined;
  const sequence = quoteName({ ...(table.schema === undefined ? {} : { schema: table.schema }), name: freshName(input.before, table, identity ? `${table.name}_${column.name}_numbers` : `${table.name}_${column.name}_seq`) });
  const target = quoteName(table);
  const name = quote(column.name);
  const next = `nextval(${quoteLiteral(sequence)})`;
  const options = identity ? sequenceOptions(input) : '';
  const fill = backfillStep(input, {
    table,
    values: [{ column: column.name, value: next }],
    pending: `${name} IS NULL`,
    title: `Number the rows that exist`,
    notes: ['Numbers that a batch has drawn when it is interrupted are not given again: they leave a gap.'],
  });
  const first = step({
    title: `Add ${column.name}, numbered for new rows`,
    slug: slug('add', table.name, column.name),
    up: [
      bareColumn(input, own, column.type.name),
      `CREATE SEQUENCE ${sequence} AS ${column.type.name}${options === '' ? '' : ` ${options}`} OWNED BY ${target}.${name}`,
      `ALTER TABLE ${target} ALTER COLUMN ${name} SET DEFAULT ${next}`,
    ],
    down: [dropAdded(own)],
    downLoses: `The numbers are lost.`,
    transaction: 'inside',
    notes: [`Until the rows that exist are numbered, code finds NULL in ${column.name}. Rows are numbered in the order of the primary key.`],
  });
  if (!identity) return { title: `Add ${column.name} empty with its sequence, number the rows that exist, then set NOT NULL`, prove: true, steps: [first, fill] };
  return {
    title: `Add ${column.name} empty, number the rows that exist from a sequence, then make it an identity that goes on from there`,
    prove: false,
    steps: [first, fill, ...notNullSteps(input, table, column.name), identitySwap(own, sequence, options)],
  };
}

/** The identity takes over where the sequence stands; nothing can be inserted in between. */
function identitySwap({ table, column }: AddColumn, sequence: string, options: string): ReturnType<typeof step> {
  const target = quoteName(table);
  const name = quote(column.name);
  const own = `pg_get_serial_sequence(${quoteLiteral(target)}, ${quoteLiteral(column.name)})`;
  return step({
    phase: 'switch',
    title: `Make ${column.name} an identity column that goes on counting`,
    slug: slug('add_identity', table.name, column.name),
    up: [
      `ALTER TABLE ${target} ALTER COLUMN ${name} DROP DEFAULT`,
      `ALTER SEQUENCE ${sequence} OWNED BY NONE`,
      `ALTER TABLE ${target} ALTER COLUMN ${name} ADD GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${options === '' ? '' : ` (${options})`}`,
      `SELECT setval(${own}, last_value, is_called) FROM ${sequence}`,
      `DROP SEQUENCE ${sequence}`,
    ],
    down: [
      `CREATE SEQUENCE ${sequence} AS ${column.type.name}${options === '' ? '' : ` ${options}`}`,
      `SELECT setval(${quoteLiteral(sequence)}, nextval(${own}), false)`,
      `ALTER TABLE ${target} ALTER COLUMN ${name} DROP IDENTITY`,
      `ALTER TABLE ${target} ALTER COLUMN ${name} SET DEFAULT nextval(${quoteLiteral(sequence)})`,
      `ALTER SEQUENCE ${sequence} OWNED BY ${target}.${name}`,
    ],
    transaction: 'inside',
  });
}

/** What stands in parentheses behind IDENTITY. */
function sequenceOptions(input: PatternInput): string {
  const { tokens, text } = ownClause(input);
  const at = find(tokens, 0, tokens.count, 'identity');
  if (tokens.code(at + 1) !== OPEN_PARENTHESIS) return '';
  return text.slice(tokens.end(at + 1), tokens.start(closing(tokens, at + 1, tokens.count))).trim();
}
