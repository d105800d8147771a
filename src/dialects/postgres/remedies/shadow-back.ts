import type { CatalogView } from '../../../catalog/view.ts';
import type { Column } from '../../../catalog/schema.ts';
import type { DataType } from '../../../ir/expressions.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import type { PatternInput, Step } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import { castChain, convertsByItself, isKnownType, isOtherType, isText } from '../types.ts';
import { columnComment } from './definitions.ts';
import { firedByFilling } from './fired.ts';
import { LOCK_ALL_NOTE } from './locks.ts';
import type { Parts } from './shadow-parts.ts';
import { isTold, typeSql } from './type-sql.ts';

interface Gone {
  readonly op: OperationOf<'changeColumnType'>;
  /** As it was before anything. */
  readonly column: Column;
  /** What the new column was called while it was filled, and what this one is called when it goes. */
  readonly fresh: string;
  readonly old: string;
  readonly parts: Parts;
  /** What gives other names back before it returns. */
  readonly names: readonly string[];
  /** What keeps it in step from then on. */
  readonly sync: readonly string[];
  /** Something has gone with it that cannot be made again here, or its type has another name by then. */
  readonly isGone: boolean;
}

/** How the old column comes back, with its values and all that hung on it. */
export function oldColumnAgain(input: PatternInput, { op, column, fresh, old, parts, names, sync, isGone }: Gone): Pick<Step, 'down' | 'downLoses' | 'notes'> {
  const { before } = input;
  const notes = parts.dropLocks.length === 0 ? [] : [LOCK_ALL_NOTE];
  const value = isGone || !isTold(column.type) ? undefined : (convertedBack(op, column.type, before) ?? asTheAuthor(input, op, column.type));
  if (value === undefined) return { down: null, downLoses: 'The values as they were of the old type are lost.', notes };
  const target = quoteName(op.table);
  const typed = `${typeSql(column.type, before)}${column.collation === undefined ? '' : ` COLLATE ${quote(column.collation)}`}`;
  return {
    down: [
      ...parts.dropLocks,
      ...names,
      ...parts.renamesBack,
      `ALTER TABLE ${target} ADD COLUMN ${quote(old)} ${typed}`,
      ...columnComment({ ...column, name: old }, target),
      `UPDATE ${target} SET ${quote(old)} = ${value}`,
      ...parts.restored,
      ...sync,
    ],
    downLoses: 'What the conversion has changed in a value does not come back.',
    notes: [
      ...notes,
      `The way back converts every row into the old type, and fails where a value does not fit into it; nobody can read or write ${op.table.name} meanwhile.`,
      ...firedByFilling(input, op.table, [old], [fresh, old]).notes,
    ],
  };
}

/** What the author's way back makes the old value of, where it gives the column the type that it had. */
function asTheAuthor(input: PatternInput, op: OperationOf<'changeColumnType'>, from: DataType): string | undefined {
  const [back, ...more] = undoing(input, op).filter((one) => one.kind === 'changeColumnType');
  const isSame = back !== undefined && more.length === 0 && isKnownType(back.type) && isKnownType(from) && !isOtherType(back.type, from);
  return isSame && back.using !== undefined ? `(${back.using.text})` : undefined;
}

/** The default that the author's way back gives the column, whose own is gone before its type changes. */
export const defaultGivenBack = (input: PatternInput, op: OperationOf<'changeColumnType'>): string | undefined => undoing(input, op).findLast((one) => one.kind === 'setDefault')?.default.text;

type OfColumn = OperationOf<'changeColumnType' | 'setDefault'>;

const undoing = ({ wayBack }: PatternInput, { table, column }: OperationOf<'changeColumnType'>): readonly OfColumn[] =>
  (wayBack?.()?.statements ?? []).flatMap(({ operations }) => operations.filter((one): one is OfColumn => (one.kind === 'changeColumnType' || one.kind === 'setDefault') && one.within === undefined && one.table.name === table.name && one.column === column));

/** The value of the old type, made from the new one; undefined where only the author knows how. */
function convertedBack({ column, type, using }: OperationOf<'changeColumnType'>, from: DataType, before: CatalogView): string | undefined {
  if (using !== undefined && castChain(column, using) === undefined) return undefined;
  const name = quote(column);
  // As an assignment, which fails where an explicit cast cuts off.
  if (convertsByItself(type, from, before) === true) return name;
  const cast = (text: string): string => `CAST(${text} AS ${typeSql(from, before)})`;
  if (isText(type)) return cast(name);
  if (before.enumOf(type) !== undefined && before.enumOf(from) !== undefined) return cast(`CAST(${name} AS text)`);
  const kinds = new Set([type, from].map((one) => (one.dimensions === 0 ? one.name : '[]')));
  return kinds.has('boolean') && kinds.has('integer') ? cast(name) : undefined;
}
