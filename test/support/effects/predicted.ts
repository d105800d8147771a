import { createCatalog } from '../../../src/catalog/create.ts';
import type { Dialect } from '../../../src/dialects/dialect.ts';
import type { Prediction } from '../../../src/servers/prediction.ts';
import { predict } from '../../../src/servers/prediction.ts';
import { plannerDecides } from '../../../src/servers/planner.ts';
import type { Values } from './compare.ts';
import { differences, expectedValues, printLocks, printNames } from './compare.ts';
import type { EffectCase, Section } from './fixture.ts';
import { includes, release, releasesOf } from './fixture.ts';

/** Predicts every case of a section for a major version and says how each prediction differs from what is expected. */
export function judgeSection(section: Section, version: number, dialect: Dialect): ReadonlyMap<EffectCase, readonly string[]> {
  const catalog = createCatalog(dialect.catalog);
  const carryOut = (text: string, migration: number): void => {
    const origin = { migration, unit: null };
    for (const statement of dialect.parse(text).statements) {
      for (const operation of dialect.unfold(statement, { catalog, version, origin, text }).operations) catalog.apply(operation, origin);
    }
  };
  carryOut(section.setup, 0);
  const start = catalog.moment();
  const judged = new Map<EffectCase, readonly string[]>();
  for (const one of section.cases) {
    if (!includes(one.versions, release(version, 99)) || one.unforeseen) continue;
    carryOut(one.session, 1);
    const [statement] = dialect.parse(one.statement).statements;
    if (statement === undefined) throw new Error(`Not a statement: ${one.statement}`);
    const unit = one.outside ? null : { id: 'case', explicit: true };
    const prediction = predict(statement, catalog, { dialect, version, migration: 1, unit, text: one.statement });
    catalog.returnTo(start);
    judged.set(one, judge(one, version, prediction));
  }
  return judged;
}

/** Minor releases can differ; a major version's prediction holds for one of them. */
function judge(one: EffectCase, version: number, prediction: Prediction): readonly string[] {
  if (one.uncertain) return prediction.certain ? ['expected an uncertain prediction'] : [];
  const found = releasesOf(version, one.expectations).map((at) => {
    const expected = expectedValues(one, at);
    return differences(expected, valuesOf(one, prediction, expected));
  });
  return found.some((list) => list.length === 0) ? [] : (found[0] ?? []);
}

function valuesOf(one: EffectCase, prediction: Prediction, expected: Values): Values {
  return {
    error: errorOf(prediction, expected.error),
    locks: printLocks(prediction.locks),
    'index locks': printLocks(prediction.indexLocks),
    scans: plannerDecides(one.statement) ? 'planner' : printNames(prediction.scans),
    rewrites: printNames(prediction.rewrites),
    'index rewrites': printNames(prediction.indexRewrites),
  };
}

/** A failure that the rows decide need not happen; one that always happens must. */
function errorOf({ failures }: Prediction, expected: string | undefined): string {
  const foreseen = failures.find(({ code }) => code === expected)?.code;
  return foreseen ?? failures.find(({ when }) => when === 'always')?.code ?? 'none';
}
