import type { Operation, OperationKind, OperationOf } from '../../../ir/operation.ts';
import type { PatternHandler, PatternInput, Plan, Refusal } from '../../../remedy/step.ts';
import { notForThis } from './form.ts';
import { swapTable } from './swap-table.ts';

/** An exclusion constraint cannot adopt an index, and its own is built under a lock: only a copy of the table can be given one. */
export const exclusionConstraint: PatternHandler = (input) =>
  orSwap(input, 'An exclusion constraint has no online form: it cannot be added NOT VALID and cannot adopt an index, so it is added in a maintenance window, or to an empty copy of the table that then takes its place.');

/** A copy of the table in its place where that can be written; otherwise what there is to say, and why it cannot. */
function orSwap(input: PatternInput, reason: string): Plan | Refusal {
  const swap = swapTable(input);
  if (!('refused' in swap)) return swap;
  return swap === notForThis ? { refused: reason } : { refused: `${reason} ${swap.refused}` };
}

/** Says of each operation why there is no form that leaves the table usable meanwhile. */
export const noOnlineForm: PatternHandler = (input) => {
  const { operation } = input;
  const reason = REASONS[operation.kind] as ((operation: Operation) => string) | undefined;
  const said = reason?.(operation) ?? 'It has no online form: run it in a maintenance window.';
  return operation.kind === 'alterTable' && WRITTEN_ANEW.has(operation.change.type) ? orSwap(input, said) : { refused: said };
};

const WRITTEN_ANEW: ReadonlySet<string> = new Set(['setLogged', 'setUnlogged', 'setTablespace', 'setAccessMethod']);

const COPY = 'run it in a maintenance window, or fill a copy of the table and swap the two (pg_repack does this without a long lock)';

const REASONS: { readonly [Kind in OperationKind]?: (operation: OperationOf<Kind>) => string } = {
  maintenance: ({ action }) => {
    if (action === 'vacuumFull') return 'VACUUM FULL has no online form, as it writes the table anew under ACCESS EXCLUSIVE: plain VACUUM makes the space usable again; to give it back, run it in a maintenance window, use pg_repack, or let a copy take its place (lockkeeper plan swap-table).';
    if (action === 'cluster') return `CLUSTER has no online form, as it writes the table anew under ACCESS EXCLUSIVE: ${COPY}.`;
    return 'It has no online form: run it in a maintenance window.';
  },
  alterTable: ({ change }) => {
    if (change.type === 'setLogged' || change.type === 'setUnlogged') return `SET ${change.type === 'setLogged' ? 'LOGGED' : 'UNLOGGED'} has no online form, as it writes the table and its indexes anew under ACCESS EXCLUSIVE: ${COPY}.`;
    if (change.type === 'setTablespace') return 'SET TABLESPACE has no online form, as it copies the table under ACCESS EXCLUSIVE: run it in a maintenance window, or use pg_repack with a tablespace; indexes can be moved by building new ones concurrently there.';
    if (change.type === 'setAccessMethod') return `SET ACCESS METHOD has no online form, as it writes the table anew under ACCESS EXCLUSIVE: ${COPY}.`;
    return 'It has no online form: run it in a maintenance window, with a lock_timeout.';
  },
  alterIndex: () => 'Moving an index to another tablespace has no online form: build a new one there concurrently and drop the old one.',
  alterView: () => 'It writes the materialized view anew and has no online form: create a second one as it shall be and swap the names.',
  alterObject: () => 'It moves everything at once and has no online form: move one table after the other.',
  alterCompositeType: () => 'Changing an attribute of a type that tables use writes those tables anew and has no online form: give the tables a column of a new type instead.',
  alterDomain: () => 'A condition of a domain is checked under SHARE locks on every table that uses it, also by VALIDATE: add it as a CHECK … NOT VALID to each of the tables and validate those instead.',
  alterColumn: () => 'A new expression of a stored generated column has every row written anew and has no online form: add a second column with the new expression, kept by a trigger, and let the code move to it.',
  truncate: () => 'TRUNCATE takes ACCESS EXCLUSIVE and empties the table at once, which is what it is for: delete in batches if the table is in use.',
  lockTable: () =>
    'Nothing takes the place of LOCK TABLE: its locks are held to the end of the transaction by its own choice. If it guards nothing that the statements after it do not lock themselves, take it out; otherwise keep it alone with what needs it, with NOWAIT or a short lock_timeout and a retry around it.',
};
