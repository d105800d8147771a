import type { Script, Statement } from '../ir/migration.ts';
import type { Order } from './in-order.ts';
import { isRest } from './in-order.ts';
import type { Placement } from './placement.ts';
import { namesIn } from './touching.ts';

/** A temporary table of the script that statements in different migrations would need: only the session that makes it sees it. */
export function tornTemporary(script: Script, placement: Placement, order: Order | undefined): string | undefined {
  const made = new Set(script.statements.flatMap(({ operations }) => operations.flatMap((one) => (one.kind === 'createTable' && one.persistence === 'temporary' ? [one.table.name] : []))));
  if (made.size === 0) return undefined;
  const places = new Map<string, unknown>();
  for (const statement of script.statements) {
    const place = placeOf(statement, placement, order);
    for (const name of namesIn(statement)?.names ?? made) {
      if (!made.has(name)) continue;
      if (place === SEVERAL || (places.has(name) && places.get(name) !== place)) return `Only the session that makes the temporary table ${name} sees it: what uses it has to stay in one migration.`;
      places.set(name, place);
    }
  }
  return undefined;
}

const FILE = 'file';
const SEVERAL = 'several';

/** The migration that a statement would be in, whatever stands for it. */
function placeOf(statement: Statement, { parts }: Placement, order: Order | undefined): unknown {
  const own = parts.filter(({ region }) => region.statement === statement);
  const [first] = own;
  if (first !== undefined) return own.length > 1 || first.proposal.plan.steps.length > 1 ? SEVERAL : first.stays ? FILE : first;
  if (order?.gone.has(statement) !== true) return FILE;
  return order.sequence.find((one) => isRest(one) && statement.operations.some((operation) => one.operations.includes(operation))) ?? SEVERAL;
}
