import type { Script, Statement } from '../ir/migration.ts';
import type { Order } from './in-order.ts';
import type { Placement } from './placement.ts';
import { isControl, isSetting, replacedStatements, shown } from './placement.ts';

/** Where a LOCK TABLE would be left with nothing behind it in its transaction: some tools then send it outside of one, which the server refuses. */
export function leftAlone(script: Script, { parts }: Placement, order: Order | undefined): string | undefined {
  const locks = script.statements.filter(({ operations }) => operations.some(({ kind, within }) => kind === 'lockTable' && within === undefined));
  if (locks.length === 0) return undefined;
  const whole = replacedStatements(parts.filter(({ stays }) => !stays));
  const goes = (statement: Statement): boolean => whole.has(statement) || order?.gone.has(statement) === true;
  const left = locks.find((lock) => {
    const behind = script.statements.filter((one) => one.span.start > lock.span.start && !locks.includes(one) && !isSetting(one) && !isControl(one));
    return behind.length > 0 && behind.every(goes);
  });
  return left === undefined ? undefined : `${shown(script, left)} would be left alone, and holds no longer than its transaction: take it out first, if nobody has to be kept out.`;
}
