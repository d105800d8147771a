import type { PlanDocument } from './plan-document.ts';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
const SCHEMA_VERSION = 1;

/** For programs. */
export const planJson = (document: PlanDocument): string =>
  `${JSON.stringify(
    {
      schemaVersion: SCHEMA_VERSION,
      ...document,
      items: document.items.map((item) => ({
        ...item,
        steps: item.steps.map((step) => ({ ...step, locks: step.locks.map((lock) => ({ ...lock, relation: `${lock.relation.schema}.${lock.relation.name}`, because: lock.because ?? null, released: lock.released ?? false })) })),
      })),
    },
    null,
    2,
  )}\n`;
