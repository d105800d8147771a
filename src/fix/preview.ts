import type { Judge } from '../check/run.ts';
import type { Effects } from '../effects/vocabulary.ts';
import type { Step } from '../remedy/step.ts';
import type { StepPreview } from './model.ts';

/** What each step would do, carried out one after the other on the catalog as it stands; the catalog is put back afterwards. */
export function previewOf(steps: readonly Step[], { catalog, dialect, number, version }: Judge): readonly StepPreview[] {
  const start = catalog.moment();
  const previews = steps.map((step): StepPreview => {
    const effects: Effects[] = [];
    for (const sql of step.up) {
      for (const statement of dialect.parse(sql).statements) {
        for (const operation of statement.operations) {
          effects.push(dialect.effects(operation, { before: catalog, version, statement, unit: null, migration: number }));
          catalog.apply(operation, { migration: number, unit: null });
        }
      }
    }
    return { step, effects: dialect.combine(effects) };
  });
  catalog.returnTo(start);
  return previews;
}
