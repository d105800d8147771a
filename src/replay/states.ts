import type { Catalog } from '../catalog/catalog.ts';
import { speaksOf } from '../catalog/compare/speaks.ts';
import type { ObjectId } from '../catalog/schema.ts';
import type { Changes } from '../catalog/state/changes.ts';
import type { Snapshot } from '../catalog/compare/snapshot.ts';
import type { Script } from '../ir/migration.ts';
import type { Judged, Place } from './judge.ts';
import { carryOut } from './judge.ts';

/** A state of the schema, by the migrations that lead to it. */
export interface State {
  /** Undefined for the empty schema, which has a catalog. */
  readonly from: { readonly state: State; readonly way: Way } | undefined;
  readonly depth: number;
  readonly next: Map<number, Next>;
  /** Nobody may change it. */
  catalog: Catalog | undefined;
  /** One to go on with. */
  spare: Catalog | undefined;
  snapshot: Snapshot | undefined;
  /** Run in which it was last passed. */
  used: number;
}

export interface Next {
  readonly state: State;
  judged: { readonly asked: string; readonly result: Judged } | undefined;
}

/** What a migration does to the schema; undefined as long as nobody has had to know. Then there is another state in which it does the same, as far as one can tell. */
export interface Way {
  readonly key: number;
  changes: Changes | undefined;
  untried: { readonly scripts: readonly Script[]; readonly like: Like | undefined } | undefined;
}

/** The way from another state, and what is known there by other identities. */
interface Like {
  readonly way: Way;
  readonly moved: ReadonlySet<ObjectId>;
}

export interface States {
  /** A catalog that stands in a state, for the caller to keep or to give back. */
  catalogOf(state: State, how: How): Catalog;
  /** What the caller is done with, and where it stands. */
  giveBack(state: State, catalog: Catalog): void;
  /** Carries a migration out in a catalog. Whatever state it does that in, what it makes has the same identities. */
  carried<Result>(key: number, catalog: Catalog, carry: () => Result): { readonly result: Result; readonly changes: Changes };
  /** For trying things out in a catalog. */
  identifyAnew(catalog: Catalog): void;
  /** Forgets what migrations have done that lead to none of these states. */
  forgetAllBut(states: readonly State[]): void;
}

type How = Pick<Place, 'entry'> & Parameters<typeof carryOut>[2];

/** Catalogs that are kept at a time; those of other states are made again. */
const CATALOGS = 64;
const SPARES = 4;

/** Steps from one catalog that is kept to the next. */
const APART = 16;

export function createStates(): States {
  const identities = new Map<number, number[]>();
  /** What each migration has done the last time. */
  const done = new Map<number, Changes>();
  const withCatalog: State[] = [];
  const withSpare: State[] = [];
  let last = 0;

  return {
    catalogOf(state, how) {
      const way: State[] = [];
      let start = state;
      for (; start.catalog === undefined && start.spare === undefined && start.from !== undefined; start = start.from.state) way.push(start);
      const now = taken(start);
      for (const one of way.reverse()) {
        goOn(one, now, how);
        if (one.depth % APART === 0) keep(one, now.fork());
      }
      return now;
    },
    giveBack(state, catalog) {
      state.spare = catalog;
      withSpare.push(state);
      if (withSpare.length > SPARES) (withSpare.shift() as State).spare = undefined;
    },
    carried,
    identifyAnew(catalog) {
      catalog.identify(() => ++last);
    },
    forgetAllBut(states) {
      const left = new Set(states.map(({ from }) => from?.way.key));
      for (const key of done.keys()) if (!left.has(key)) done.delete(key);
    },
  };

  function taken(state: State): Catalog {
    const { spare, catalog } = state;
    if (spare === undefined) {
      if (catalog === undefined) throw new Error('Every history starts from the empty schema.');
      return catalog.fork();
    }
    state.spare = undefined;
    withSpare.splice(withSpare.lastIndexOf(state), 1);
    return spare;
  }

  /** Takes a catalog from the state before to this one. */
  function goOn({ from, depth }: State, catalog: Catalog, { entry, config }: How): void {
    if (from === undefined) return;
    const { way } = from;
    const known = changesOf(way);
    if (known !== undefined && catalog.makeAgain(known)) way.changes = known;
    else if (way.untried !== undefined) {
      const { scripts } = way.untried;
      way.changes = carried(way.key, catalog, () => {
        for (const script of scripts) carryOut(script, { catalog, entry, number: numberOf(way.key) }, { config });
      }).changes;
    } else throw new Error(`The way to state ${String(depth)} is not what it was.`);
    way.untried = undefined;
  }

  function carried<Result>(key: number, catalog: Catalog, carry: () => Result): { readonly result: Result; readonly changes: Changes } {
    const own = identities.get(key) ?? [];
    identities.set(key, own);
    let count = 0;
    catalog.forget();
    catalog.identify(() => (own[count++] ??= ++last));
    const result = carry();
    const changes = catalog.changes(done.get(key));
    done.set(key, changes);
    return { result, changes };
  }

  function keep(state: State, catalog: Catalog): void {
    state.catalog = catalog;
    withCatalog.push(state);
    if (withCatalog.length > CATALOGS) for (const one of withCatalog.splice(0, CATALOGS / 4)) one.catalog = undefined;
  }
}

/** Its own, or those of a way like it, which speak of nothing that is known by another identity here. */
function changesOf(way: Way): Changes | undefined {
  const moved: ReadonlySet<ObjectId>[] = [];
  let at = way;
  for (let like = at.untried?.like; at.changes === undefined && like !== undefined; like = at.untried?.like) {
    moved.push(like.moved);
    at = like.way;
  }
  const { changes } = at;
  return changes === undefined || moved.some((ids) => speaksOf(changes, ids)) ? undefined : changes;
}

/** Of the script `up` in replay order, wherever the migration stands: what has been made is known by it later. */
export const numberOf = (key: number): number => 2 * key;
