import { applyOperation } from './apply/handlers.ts';
import { endTransaction, newSession } from './apply/session.ts';
import type { Catalog } from './catalog.ts';
import { unlike } from './compare/alike.ts';
import { areApart } from './compare/apart.ts';
import { differencesSince } from './compare/differences.ts';
import { snapshot } from './compare/snapshot.ts';
import { createView } from './lookups.ts';
import type { CatalogSemantics } from './semantics.ts';
import { changesFrom, changesIn, makeAgain, takeBack } from './state/changes.ts';
import { forget, mark, redo, undo } from './state/journal.ts';
import { createStore } from './state/store.ts';
import type { CatalogView } from './view.ts';

/** Most statements that one statement may set off through the routines that it calls. */
const CALLED = 500;

/** An empty catalog: nothing is known, as nothing has been replayed. */
export function createCatalog(semantics: CatalogSemantics): Catalog {
  const store = createStore(semantics);
  return Object.assign(createView(store), {
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
    changes: () => changesIn(store.journal),
    changesFrom: (back, forth) => changesFrom(store, back, forth),
    takeBack(changes) {
      takeBack(changes);
    },
    makeAgain(changes) {
      makeAgain(changes);
    },
    differencesSince: (moment) => differencesSince(store, moment),
    snapshot: () => snapshot(store),
    newSession() {
      newSession(store);
    },
    endTransaction() {
      endTransaction(store);
    },
    areApart: (one, other) => areApart(store, one, other),
    unlike: (changes) => unlike(store, changes),
  } satisfies Omit<Catalog, keyof CatalogView>);
}
