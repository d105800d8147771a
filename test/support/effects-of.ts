import { createCatalog } from '../../src/catalog/create.ts';
import { postgres } from '../../src/dialects/postgres/index.ts';
import type { Effects } from '../../src/effects/vocabulary.ts';

export interface Circumstances {
  readonly version?: number;
  /** The statement is in a transaction block. */
  readonly inTransaction?: boolean;
  /** The statements before the last belong to the same transaction and script as it. */
  readonly together?: boolean;
  /** SQL of scripts before this one. */
  readonly history?: string;
}

/** What the last statement of the SQL does, those before it being history. `postgres.load()` has to be done. */
export function effectsOf(sql: string, { version = 17, inTransaction = true, together = false, history = '' }: Circumstances = {}): Effects {
  const { statements } = postgres.parse(sql);
  const last = statements.at(-1);
  if (last === undefined) throw new Error('No statement');
  const catalog = createCatalog(postgres.catalog);
  for (const { operations } of postgres.parse(history).statements) for (const operation of operations) catalog.apply(operation, { migration: 0, unit: null });
  const setup = together ? { migration: 1, unit: 'unit' } : { migration: 0, unit: null };
  for (const { operations } of statements.slice(0, -1)) for (const operation of operations) catalog.apply(operation, setup);
  const earlier = together ? statements.slice(0, -1).map((statement) => ({ statement })) : [];
  const unit = inTransaction ? { id: 'unit', explicit: true, statements: earlier } : null;
  return postgres.combine(
    last.operations.map((operation) => {
      const effects = postgres.effects(operation, { before: catalog, version, statement: last, unit, migration: 1 });
      catalog.apply(operation, { migration: 1, unit: 'unit' });
      return effects;
    }),
  );
}

export const locksOf = (effects: Effects): readonly string[] => effects.locks.map(({ relation, mode }) => `${relation.name} ${mode}`).sort();
export const namesOf = (relations: Effects['scans']): readonly string[] => relations.map(({ name }) => name).sort();
export const causesOf = (effects: Effects): readonly string[] => effects.failures.map(({ cause }) => cause);
