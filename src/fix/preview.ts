import type { Judge } from '../check/run.ts';
import type { Effects } from '../effects/vocabulary.ts';
import type { QualifiedName } from '../ir/names.ts';
import type { Step } from '../remedy/step.ts';
import type { StepPreview } from './model.ts';

/** What each step would do, carried out one after the other on the catalog as it stands; the catalog is put back afterwards. */
export function previewOf(steps: readonly Step[], { catalog, dialect, number, version }: Judge): readonly StepPreview[] {
  const start = catalog.moment();
  const previews = steps.map((step, index): StepPreview => {
    // In one transaction, where it can be.
    const unit = step.transaction === 'outside' ? null : `step ${String(index)}`;
    const isOwn = (relation: QualifiedName): boolean => unit !== null && catalog.relation(relation)?.origin.unit === unit;
    const effects: Effects[] = [];
    for (const sql of step.up) {
      for (const statement of dialect.parse(sql).statements) {
        for (const operation of statement.operations) {
          effects.push(toOthers(dialect.effects(operation, { before: catalog, version, statement, unit: unit === null ? null : { id: unit, explicit: false, statements: [] }, migration: number }), isOwn));
          catalog.apply(operation, { migration: number, unit });
        }
      }
    }
    return { step, effects: dialect.combine(effects) };
  });
  catalog.returnTo(start);
  return previews;
}

/** Nobody else knows of what the step itself has created. */
function toOthers(effects: Effects, isOwn: (relation: QualifiedName) => boolean): Effects {
  const scans = effects.scans.filter((relation) => !isOwn(relation));
  const onOwn = effects.workOn !== undefined && isOwn(effects.workOn) && scans.length === 0;
  return { ...effects, locks: effects.locks.filter(({ relation }) => !isOwn(relation)), scans, rewrites: effects.rewrites.filter((relation) => !isOwn(relation)), ...(onOwn ? { work: 'catalog' as const } : {}) };
}
