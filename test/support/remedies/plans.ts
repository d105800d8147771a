import { createCatalog } from '../../../src/catalog/create.ts';
import { load, parse } from '../../../src/dialects/postgres/parse/parse.ts';
import { patterns } from '../../../src/dialects/postgres/remedies/index.ts';
import { postgresSemantics } from '../../../src/dialects/postgres/semantics.ts';
import type { OperationKind } from '../../../src/ir/operation.ts';
import type { Script } from '../../../src/ir/migration.ts';
import type { Pattern, PatternInput, Plan, Refusal } from '../../../src/remedy/step.ts';

await load();

export interface PlanOptions {
  readonly version?: number;
  readonly sync?: PatternInput['sync'];
  readonly batchSize?: number;
  readonly back?: NonNullable<PatternInput['back']>;
  /** Asks about the first statement instead of the last. */
  readonly first?: true;
  /** The operation of the last statement that the finding is about; its first one when absent. */
  readonly kind?: OperationKind;
}

/** What a pattern says to the last statement of a script, after a setup that ran earlier. */
export function planFor(pattern: Pattern, setup: string, sql: string, { version = 17, sync = 'trigger', batchSize = 3, back, kind, first }: PlanOptions = {}): Plan | Refusal {
  const catalog = createCatalog(postgresSemantics);
  for (const statement of parse(setup).statements) for (const operation of statement.operations) catalog.apply(operation, { migration: 0, unit: null });
  catalog.newSession();
  const { statements, comments } = parse(sql);
  const script: Script = { path: '2.sql', direction: 'up', text: sql, statements, comments, transaction: { wrap: 'script' } };
  const statement = statements.at(first === true ? 0 : -1);
  if (statement === undefined) throw new Error('There is no statement');
  for (const earlier of first === true ? [] : statements.slice(0, -1)) for (const operation of earlier.operations) catalog.apply(operation, { migration: 1, unit: 'u' });
  const operation = statement.operations.find((one) => kind === undefined || one.kind === kind);
  if (operation === undefined) throw new Error(`There is no ${String(kind)}`);
  return patterns[pattern]({ operation, statement, script, before: catalog, version, sync, batchSize, ...(back !== undefined && { back }) });
}

export function planned(...given: Parameters<typeof planFor>): Plan {
  const plan = planFor(...given);
  if ('refused' in plan) throw new Error(`Refused: ${plan.refused}`);
  return plan;
}
