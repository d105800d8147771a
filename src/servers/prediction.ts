import type { Catalog } from '../catalog/catalog.ts';
import type { Dialect, UnitFacts } from '../dialects/dialect.ts';
import type { Effects, Failure } from '../effects/vocabulary.ts';
import type { Statement } from '../ir/migration.ts';
import type { QualifiedName } from '../ir/names.ts';
import type { ObservedLock } from './measure.ts';

/** What the dialect says of a statement, in the terms of an observation: only relations that exist before it. */
export interface Prediction {
  readonly locks: readonly PredictedLock[];
  readonly indexLocks: readonly PredictedLock[];
  readonly scans: readonly string[];
  readonly rewrites: readonly string[];
  readonly indexRewrites: readonly string[];
  readonly failures: readonly Failure[];
  /** False: the dialect says itself that it does not know. */
  readonly certain: boolean;
}

/** `otherwise` as in `LockEffect`. */
export type PredictedLock = Pick<ObservedLock, 'relation' | 'mode'> & { readonly otherwise?: string | null };

export interface PredictionContext {
  readonly dialect: Dialect;
  readonly version: number;
  /** Number of the script in replay order. */
  readonly migration: number;
  readonly unit: UnitFacts | null;
  /** Of the script. */
  readonly text: string;
}

/** Predicts one statement and carries it out on the catalog. */
export function predict(read: Statement, catalog: Catalog, { dialect, version, migration, unit, text }: PredictionContext): Prediction {
  const origin = { migration, unit: unit?.id ?? null };
  const statement = dialect.unfold(read, { catalog, version, origin, text });
  const start = catalog.moment();
  const replay = (): readonly Effects[] =>
    statement.operations.map((operation) => {
      const effects = dialect.effects(operation, { before: catalog, version, statement, unit, migration });
      catalog.apply(operation, origin);
      return effects;
    });
  const effects = dialect.combine(replay());
  // What the statement makes itself is nobody else's: judged against the catalog before it.
  catalog.returnTo(start);
  const later = dialect.laterForms(text.slice(read.span.start, read.span.end), version).map(({ what, since }): Failure => ({ when: 'always', code: '42601', cause: 'later-form', message: `${what} needs version ${String(since)}` }));
  const prediction = translate(later.length === 0 ? effects : { ...effects, failures: [...later, ...effects.failures] }, catalog);
  for (const operation of statement.operations) catalog.apply(operation, origin);
  return prediction;
}

function translate(effects: Effects, before: Catalog): Prediction {
  const exists = (name: QualifiedName): boolean => before.relation(name) !== undefined;
  const isIndex = (name: QualifiedName): boolean => before.relation(name)?.kind === 'index';
  const names = (list: readonly QualifiedName[]): readonly string[] => [...new Set(list.map(fullName))].sort();
  const locks = effects.locks.filter(({ relation }) => exists(relation));
  const rewrites = effects.rewrites.filter(exists);
  const lockList = (index: boolean): Prediction['locks'] =>
    locks.filter(({ relation }) => isIndex(relation) === index).map(({ relation, mode, otherwise }) => ({ relation: fullName(relation), mode, ...(otherwise === undefined ? {} : { otherwise }) }));
  return {
    locks: lockList(false),
    indexLocks: lockList(true),
    scans: names(effects.scans.filter(exists)),
    rewrites: names(rewrites.filter((name) => !isIndex(name))),
    indexRewrites: names(rewrites.filter(isIndex)),
    failures: effects.failures,
    certain: effects.certain,
  };
}

const fullName = ({ schema, name }: QualifiedName): string => `${schema}.${name}`;
