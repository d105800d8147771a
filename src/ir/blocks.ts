import type { Script, Statement } from './migration.ts';
import { statementAt, statementsSoFar } from './migration.ts';

/** Whether the statement commits by itself already. */
export function commitsAlone(script: Script, statement: Statement): boolean {
  const { wrap } = script.transaction;
  if (wrap === 'implicit') return statementAt(script, 1) === undefined;
  return wrap === 'none' && !isInBlock(script, statement);
}

/** Between a BEGIN and a COMMIT of the script's own, or in one string with others. */
export const isInBlock = (script: Script, statement: Statement): boolean => statement.together !== undefined || isBegun(script, statement);

/** Between a BEGIN and a COMMIT of the script's own. */
export function isBegun(script: Script, statement: Statement): boolean {
  let open = false;
  for (const other of statementsSoFar(script)) {
    if (other === statement) return open;
    for (const operation of other.operations) {
      if (operation.kind !== 'transaction') continue;
      if (operation.action === 'begin') open = true;
      else if (operation.action === 'commit' || operation.action === 'rollback') open = false;
    }
  }
  return open;
}
