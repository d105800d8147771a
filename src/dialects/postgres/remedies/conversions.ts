import type { Column } from '../../../catalog/schema.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import type { PatternInput, Step } from '../../../remedy/step.ts';
import { castChain, hazard } from '../types.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import { typeSql } from './type-sql.ts';

type ChangeType = OperationOf<'changeColumnType'>;

/** What to ask and to know before values are converted as they are written: one that cannot be is no longer refused later, but at once. */
export function conversionRisk(input: PatternInput, op: ChangeType, column: Column, isStrict: boolean): Pick<Step, 'preconditions' | 'notes'> {
  const { before } = input;
  const chain = op.using === undefined ? [] : castChain(op.column, op.using);
  const labels = before.enumOf(op.type)?.values.map(({ value }) => value);
  const known = before.enumOf(column.type)?.values.map(({ value }) => value);
  if (chain !== undefined && !fails(input, column, [...chain, op.type])) return { preconditions: [], notes: [] };
  if (chain !== undefined && labels !== undefined && known?.every((value) => labels.includes(value)) === true) return { preconditions: [], notes: [] };
  const table = quoteName(op.table);
  const name = quote(op.column);
  const type = typeSql(op.type, before);
  const [length] = op.type.modifiers;
  const isLimited = chain !== undefined && op.type.dimensions === 0 && (op.type.name === 'character varying' || op.type.name === 'character') && typeof length === 'number';
  const lacking = labels?.length === 0 ? undefined : labels?.map(quoteLiteral).join(', ');
  // An explicit cast cuts a text off without a word.
  const rows = isLimited ? `char_length(rtrim(${name}::text, ' ')) > ${String(length)}` : chain !== undefined && lacking !== undefined ? `${name}::text NOT IN (${lacking})` : undefined;
  const value = op.using === undefined ? `CAST(${name} AS ${type})` : `(${op.using.text})`;
  return {
    preconditions:
      rows !== undefined
        ? [{ title: `Every value of ${op.column} fits into ${type}`, sql: `SELECT * FROM ${table} WHERE ${rows} LIMIT 100` }]
        : isMadeHere(input, op)
          ? []
          : [{ title: `Every value of ${op.column} converts (an error names the first that does not)`, sql: `SELECT count(${value}) FROM ${table} HAVING count(${value}) < 0` }],
    notes: isStrict ? [`From here on, writing a value into ${op.column} that does not convert to ${type} fails: no code may write such values any more.`] : [],
  };
}

function fails({ before }: PatternInput, column: Column, chain: readonly ChangeType['type'][]): boolean {
  let from = column.type;
  for (const type of chain) {
    if (hazard(from, type, before).fails !== undefined) return true;
    from = type;
  }
  return false;
}

/** Before the file has run there is no such type to ask with. */
const isMadeHere = ({ script }: PatternInput, { type }: ChangeType): boolean =>
  script.statements.some(({ operations }) => operations.some((one) => (one.kind === 'createEnum' ? one.type.name : one.kind === 'createDomain' ? one.domain.name : undefined) === type.name));
