import type { Catalog } from '../catalog/catalog.ts';
import type { Origin } from '../catalog/schema.ts';
import type { Operation } from '../ir/operation.ts';

/**
 * Carries the operations of a statement out, with a look at the catalog before each, and takes them back. The steps that it
 * returns do them again, one each, in their order.
 */
export function rehearse(operations: readonly Operation[], catalog: Catalog, origin: Origin, look: (operation: Operation) => void): readonly (() => void)[] {
  const start = catalog.moment();
  const few = operations.length <= MOST_KEPT;
  const moments = operations.map((operation) => {
    look(operation);
    const moment = few ? catalog.moment() : start;
    catalog.apply(operation, origin);
    return moment;
  });
  if (few) {
    const changes = moments.toReversed().map((moment) => catalog.returnTo(moment));
    return changes.reverse().map((change) => () => { catalog.redo(change); });
  }
  catalog.returnTo(start);
  return operations.map((operation) => () => { catalog.apply(operation, origin); });
}

/** Keeping what each operation changes is cheaper than doing it twice, but thousands of versions of one table are too many. */
const MOST_KEPT = 200;
