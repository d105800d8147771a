import type { Script, Statement } from '../ir/migration.ts';
import type { Order } from './in-order.ts';
import { isData } from './pieces.ts';
import type { Placement } from './placement.ts';
import { isControl, isSetting, replacedStatements, shown } from './placement.ts';

/** Where a LOCK TABLE would be left with nothing behind it in its transaction, or without the change of rows that it keeps others out of. */
export function leftAlone(script: Script, { parts }: Placement, order: Order | undefined): string | undefined {
  const locks = script.statements.filter(({ operations }) => operations.some(({ kind, within }) => kind === 'lockTable' && within === undefined));
  if (locks.length === 0) return undefined;
  const going = parts.filter(({ stays }) => !stays);
  const whole = replacedStatements(going);
  const goes = (statement: Statement): boolean => whole.has(statement) || order?.gone.has(statement) === true;
  const rows = going.filter(({ proposal: { operation } }) => isData(operation));
  const left = locks.find((lock) => {
    const behind = script.statements.filter((one) => one.span.start > lock.span.start && !locks.includes(one) && !isSetting(one) && !isControl(one));
    const names = lock.operations.flatMap((one) => (one.kind === 'lockTable' ? [one.table.name] : []));
    const isHeld = ({ proposal: { operation }, region: { statement } }: (typeof rows)[number]): boolean => behind.includes(statement) && 'table' in operation && typeof operation.table === 'object' && names.includes(operation.table.name);
    return (behind.length > 0 && behind.every(goes)) || rows.some(isHeld);
  });
  return left === undefined ? undefined : `${shown(script, left)} holds to the end of the transaction, which what it is taken for would leave: take it out first, if nobody has to be kept out meanwhile.`;
}
