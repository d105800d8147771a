import { applyOperation } from './apply/handlers.ts';
import { endTransaction, newSession } from './apply/session.ts';
import type { Catalog } from './catalog.ts';
import { unlike } from './compare/alike.ts';
import { differencesSince } from './compare/differences.ts';
import { snapshot } from './compare/snapshot.ts';
import { createView } from './lookups.ts';
import type { CatalogSemantics } from './semantics.ts';
import { changesIn, makeAgain } from './state/changes.ts';
import { forget, mark, redo, undo } from './state/journal.ts';
import type { Store } from './state/store.ts';
import { copyOf, createStore } from './state/store.ts';
import type { CatalogView } from './view.ts';

/** Most statements that one statement may set off through the routines that it calls. */
const CALLED = 500;

/** An empty catalog: nothing is known, as nothing has been replayed. */
export const createCatalog = (semantics: CatalogSemantics): Catalog => over(createStore(semantics));

const STORES = new WeakMap<Catalog, Store>();

function over(store: Store): Catalog {
  const catalog: Catalog = Object.assign(createView(store), {
    apply(operation, origin) {
      applyOperation(operation, { store, origin, budget: { left: CALLED } });
    },
    moment: () => mark(store.journal),
    returnTo: (moment) => undo(store.journal, moment),
    redo(undone) {
      redo(store.journal, undone);
    },
    forget() {
      forget(store.journal);
    },
    differencesSince: (moment) => differencesSince(store, moment),
    snapshot: () => snapshot(store),
    newSession() {
      newSession(store);
    },
    endTransaction() {
      endTransaction(store);
    },
    fork: () => over(copyOf(store)),
    identify(next) {
      store.ids.next = next;
    },
    changes: (like) => changesIn(store, like),
    makeAgain: (changes) => makeAgain(store, changes),
    unlike(other) {
      const theirs = STORES.get(other);
      return theirs === undefined ? undefined : unlike(store, theirs);
    },
  } satisfies Omit<Catalog, keyof CatalogView>);
  STORES.set(catalog, store);
  return catalog;
}
