import type { Table } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { PatternHandler, PatternInput } from '../../../remedy/step.ts';
import { defaultPartition } from '../effects/default-partition.ts';
import { find, nameEnd } from '../parse/tokens.ts';
import { quote, quoteName } from '../quote.ts';
import { boundSql } from './bounds.ts';
import { insertAfter, insideBlock, slug, wholeStatement } from './clause.ts';
import { notForThis, step, wanted } from './form.ts';
import { constraintNameOf } from './names.ts';

/** DETACH … CONCURRENTLY lets everybody go on, and then the table loses the condition that the server gives it for the purpose. */
export const detachConcurrently: PatternHandler = (input) => {
  const op = wanted(input, 'detachPartition');
  if (op === undefined || op.concurrently || op.finalize) return notForThis;
  if (input.version < 14) return { refused: 'DETACH PARTITION … CONCURRENTLY needs PostgreSQL 14.' };
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const { before } = input;
  const parent = before.table(op.table);
  const partition = before.table(op.partition);
  if (parent !== undefined && defaultPartition(parent, before) !== undefined) return { refused: `${op.table.name} has a DEFAULT partition, and then the server refuses to detach concurrently.` };
  const clause = wholeStatement(input);
  const from = find(clause.tokens, 0, clause.tokens.count, 'detach');
  const word = find(clause.tokens, from, clause.tokens.count, 'partition');
  const last = nameEnd(clause.tokens, word + 1) - 1;
  const bound = partition?.partitionOf === undefined ? undefined : boundSql(partition.partitionOf.bound);
  const title = `Detach ${op.partition.name} while ${op.table.name} is used`;
  const detach = step({
    phase: 'contract',
    title,
    slug: slug('detach', op.partition.name),
    up: [insertAfter(clause, last, 'CONCURRENTLY')],
    down: bound === undefined ? null : [`ALTER TABLE ${quoteName(op.table)} ATTACH PARTITION ${quoteName(op.partition)} ${bound}`],
    transaction: 'outside',
    notes: ['If it is interrupted, finish it with ALTER TABLE … DETACH PARTITION … FINALIZE.'],
  });
  const check = partition === undefined || parent === undefined ? undefined : leftCheck(input, partition, parent);
  if (check === undefined) return { title, safety: 'safe', covers: input.statement.operations, steps: [detach] };
  const drop = step({
    phase: 'contract',
    title: `Take off the condition that the server has given ${op.partition.name} on the way`,
    slug: slug('drop', check),
    // There is none where the table had one that says as much.
    up: [`ALTER TABLE ${quoteName(op.partition)} DROP CONSTRAINT IF EXISTS ${quote(check)}`],
    down: [],
    transaction: 'either',
    notes: [`Skip it if ${op.partition.name} may be attached again: the condition spares ATTACH PARTITION its scan.`],
  });
  return { title, safety: 'safe', covers: input.statement.operations, steps: [detach, drop] };
};

/** The name of the CHECK that says what the bound, and the bounds of what is above, said. */
function leftCheck({ before, operation }: PatternInput, partition: Table, parent: Table): string | undefined {
  const keys = above(parent, before).map(({ partitionBy }) => partitionBy);
  if (keys.some((key) => key === undefined || key.strategy === 'hash')) return undefined;
  const columns = [...new Set(keys.flatMap((key) => [...(key?.columns ?? []).filter((column) => column !== undefined), ...(key?.expressions ?? []).flatMap((one) => one.columns)]))];
  const expression = { text: '', span: operation.span, columns, calls: [], casts: [], reads: [], terms: [], termsComplete: false };
  return constraintNameOf(before, { schema: partition.schema, name: partition.name }, { type: 'check', span: operation.span, expression });
}

/** The table and all that it is a part of. */
function above(table: Table, before: CatalogView): readonly Table[] {
  const parent = table.partitionOf === undefined ? undefined : before.byId(table.partitionOf.parent);
  return parent?.kind === 'table' ? [table, ...above(parent, before)] : [table];
}
