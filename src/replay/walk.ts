import type { Catalog } from '../catalog/catalog.ts';
import type { Snapshot } from '../catalog/compare/snapshot.ts';
import { createCatalog } from '../catalog/create.ts';
import type { MigrationSource } from '../frameworks/framework.ts';
import type { LintHistory } from './history.ts';
import type { Judged, Place, Work } from './judge.ts';
import { judge, pass } from './judge.ts';

/** Goes through the migrations of a history in their order. */
export interface Walk {
  /** Goes past the next migration. */
  pass(): void;
  /** Goes past the next migration and says what is to be said of it. */
  judge(): Judged;
  /** As it stands now; whoever changes it cannot go on. */
  catalog(): Catalog;
  /** Of the next script in replay order. */
  number(): number;
  /** The schema as it is now, for comparison. */
  snapshot(): Snapshot;
}

export function walkThrough(entry: LintHistory, work: Work): Walk {
  const catalog = createCatalog(entry.dialect.catalog);
  let index = 0;
  const next = (): Place => ({ entry, index, number: 2 * index, source: entry.history.migrations[index++] as MigrationSource, catalog });
  return {
    pass() {
      pass(next(), work);
    },
    judge: () => judge(next(), work),
    catalog: () => catalog,
    number: () => 2 * index,
    snapshot: () => catalog.snapshot(),
  };
}
