import type { OperationOf } from '../../../ir/operation.ts';
import type { PatternInput, Refusal, Step } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import { alterPrefix, ownClause } from './clause.ts';

export type AddColumn = OperationOf<'addColumn'>;

/** What a family makes of an added column: the steps up to where every row has a value. */
export interface Added {
  readonly title: string;
  readonly steps: readonly (Step | Refusal)[];
  /** Whether NOT NULL is still to be proven. */
  readonly prove: boolean;
}

/** `ADD COLUMN "name" type COLLATE …` with nothing that would be checked or computed, the type as the author wrote it unless another is given. */
export function bareColumn(input: PatternInput, { column, ifNotExists, table }: AddColumn, type?: string): string {
  const written = input.script.text.slice(column.typeSpan.start, column.typeSpan.end);
  const prefix = input.statement.operations[0]?.kind === 'addColumn' ? alterPrefix(input) : `ALTER TABLE ${quoteName(table)} `;
  const collation = column.collation === undefined ? '' : ` COLLATE ${collationOf(input) ?? quote(column.collation)}`;
  return `${prefix}ADD COLUMN ${ifNotExists ? 'IF NOT EXISTS ' : ''}${quote(column.name)} ${type ?? written}${collation}`;
}

/** The collation as written, schema included. */
function collationOf(input: PatternInput): string | undefined {
  const { tokens, text } = ownClause(input);
  for (let i = 0; i < tokens.count; i++) {
    if (!tokens.is(i, 'collate')) continue;
    let end = i + 1;
    while (tokens.source(end + 1) === '.') end += 2;
    return text.slice(tokens.start(i + 1), tokens.end(end));
  }
  return undefined;
}

export function dropAdded({ table, column }: AddColumn): string {
  return `ALTER TABLE ${quoteName(table)} DROP COLUMN ${quote(column.name)}`;
}
