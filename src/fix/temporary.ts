import type { Script, Statement } from '../ir/migration.ts';
import type { Order } from './in-order.ts';
import { isRest } from './in-order.ts';
import type { Placement } from './placement.ts';
import { namesIn } from './touching.ts';

/** What is temporary, a table or anything in pg_temp, and would be needed by statements in different migrations: only the session that makes it sees it. */
export function tornTemporary(script: Script, placement: Placement, order: Order | undefined): string | undefined {
  const made = new Set(script.statements.flatMap(({ operations }) => operations.flatMap((one) => (one.kind === 'createTable' && one.persistence === 'temporary' ? [one.table.name] : []))));
  const inSchema = (statement: Statement): boolean => /\bpg_temp\./i.test(script.text.slice(statement.span.start, statement.span.end));
  if (made.size === 0 && !script.statements.some(inSchema)) return undefined;
  const places = new Map<string, unknown>();
  for (const statement of script.statements) {
    const place = placeOf(statement, placement, order);
    const torn = (name: string): boolean => {
      const elsewhere = place === SEVERAL || (places.has(name) && places.get(name) !== place);
      places.set(name, place);
      return elsewhere;
    };
    for (const name of namesIn(statement)?.names ?? made) {
      if (made.has(name) && torn(name)) return `Only the session that makes the temporary table ${name} sees it: what uses it has to stay in one migration.`;
    }
    if (inSchema(statement) && torn('pg_temp.')) return 'Only the session that makes them sees what is in pg_temp: what uses it has to stay in one migration.';
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
