import type { Judge } from '../check/judge.ts';
import type { Effects } from '../effects/vocabulary.ts';
import type { Operation } from '../ir/operation.ts';
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
          effects.push(toOthers(withoutRows(operation, catalog), dialect.effects(operation, { before: catalog, version, statement, unit: unit === null ? null : { id: unit, explicit: false, statements: [] }, migration: number }), isOwn));
          catalog.apply(operation, { migration: number, unit });
        }
      }
    }
    return { step, effects: dialect.combine(effects) };
  });
  catalog.returnTo(start);
  return previews;
}

/** A question to the server or to a sequence, as for the next number, takes no longer where a table is large. */
const withoutRows = (operation: Operation, catalog: Judge['catalog']): boolean =>
  operation.kind === 'select' &&
  operation.query.reads.every(({ relation }) => catalog.relation(relation)?.kind === 'sequence') &&
  operation.query.writes.length === 0 &&
  operation.query.calls.every(({ name }) => catalog.routines(name).length === 0);

/** Nobody else knows of what the step itself has created. */
function toOthers(isInstant: boolean, effects: Effects, isOwn: (relation: QualifiedName) => boolean): Effects {
  const scans = effects.scans.filter((relation) => !isOwn(relation));
  const onOwn = effects.workOn !== undefined && isOwn(effects.workOn) && scans.length === 0;
  return { ...effects, locks: effects.locks.filter(({ relation }) => !isOwn(relation)), scans, rewrites: effects.rewrites.filter((relation) => !isOwn(relation)), ...(onOwn || (isInstant && effects.work === 'rows') ? { work: 'catalog' as const } : {}) };
}
