import type { Extension, ObjectId, Relation, Routine, UserType } from '../schema.ts';
import type { CatalogSemantics } from '../semantics.ts';
import type { Setting } from '../view.ts';
import type { Shadow } from './assumptions.ts';
import type { Journal } from './journal.ts';
import { emptyJournal, write } from './journal.ts';

export interface SchemaState {
  readonly comment?: string;
}

/** All state of a catalog: maps of immutable values, changed through `write` only. */
export interface Store {
  readonly semantics: CatalogSemantics;
  readonly journal: Journal;
  readonly relations: Map<ObjectId, Relation>;
  readonly relationNames: Map<string, ObjectId>;
  readonly types: Map<ObjectId, UserType>;
  readonly typeNames: Map<string, ObjectId>;
  readonly routines: Map<ObjectId, Routine>;
  /** Overloads share a name. */
  readonly routineNames: Map<string, readonly ObjectId[]>;
  readonly extensions: Map<string, Extension>;
  readonly schemas: Map<string, SchemaState>;
  readonly settings: Map<string, Setting>;
  /** Settings at the end of the session before. */
  readonly left: Map<string, Setting>;
  /** What SET LOCAL has covered up; null: nothing was set. */
  readonly covered: Map<string, Setting | null>;
  /** How often a name is in use among the constraints of a schema. */
  readonly constraintNames: Map<string, number>;
  /** Tables and sequences by what they use: `type:7`, `sequence:3`, `owner:12`, `function:public\0f`. */
  readonly uses: Map<string, readonly ObjectId[]>;
  /** Relations, types and routines that the history has dropped or renamed away, by name. */
  readonly gone: Map<string, true>;
  readonly shadows: Map<string, Shadow>;
  /** Objects that must be there, but of which the catalog has nothing but the label. */
  readonly ghosts: Map<string, ObjectId>;
  readonly temporaries: Map<ObjectId, true>;
  /** `skippedColumn`: the last ADD COLUMN did nothing, and so do the constraints written on its column. */
  readonly counters: Map<'opaque' | 'skippedColumn', number>;
  /** Answers with an identity that nothing here has had before. */
  readonly ids: { next: () => ObjectId };
  /** What `nameKey` has made, by schema and name. */
  readonly keys: Map<string, Map<string, string>>;
  readonly pathCache: { value: string | undefined; path: readonly string[] };
}

export function createStore(semantics: CatalogSemantics): Store {
  return {
    semantics,
    journal: emptyJournal(),
    relations: new Map(),
    relationNames: new Map(),
    types: new Map(),
    typeNames: new Map(),
    routines: new Map(),
    routineNames: new Map(),
    extensions: new Map(),
    schemas: new Map(),
    settings: new Map(),
    left: new Map(),
    covered: new Map(),
    constraintNames: new Map(),
    uses: new Map(),
    gone: new Map(),
    shadows: new Map(),
    ghosts: new Map(),
    temporaries: new Map(),
    counters: new Map(),
    ids: { next: counter() },
    keys: new Map(),
    pathCache: { value: undefined, path: semantics.searchPath },
  };
}

/** A catalog of its own in the same state; nothing can be taken back in it. */
export const copyOf = (store: Store): Store => ({
  semantics: store.semantics,
  journal: emptyJournal(),
  relations: new Map(store.relations),
  relationNames: new Map(store.relationNames),
  types: new Map(store.types),
  typeNames: new Map(store.typeNames),
  routines: new Map(store.routines),
  routineNames: new Map(store.routineNames),
  extensions: new Map(store.extensions),
  schemas: new Map(store.schemas),
  settings: new Map(store.settings),
  left: new Map(store.left),
  covered: new Map(store.covered),
  constraintNames: new Map(store.constraintNames),
  uses: new Map(store.uses),
  gone: new Map(store.gone),
  shadows: new Map(store.shadows),
  ghosts: new Map(store.ghosts),
  temporaries: new Map(store.temporaries),
  counters: new Map(store.counters),
  keys: store.keys,
  ids: { ...store.ids },
  pathCache: { ...store.pathCache },
});

/** An identity that nothing has had before, returns to earlier moments included. */
export const newId = ({ ids }: Store): ObjectId => ids.next();

function counter(): () => ObjectId {
  let last = 0;
  return () => ++last;
}

/** Key of a name inside a schema. The same string each time: putting it together costs more than to look it up. */
export function nameKey({ semantics, keys }: Store, schema: string, name: string): string {
  let known = keys.get(schema);
  if (known === undefined) keys.set(schema, (known = new Map()));
  let key = known.get(name);
  if (key === undefined) known.set(name, (key = `${semantics.key(schema)}\0${semantics.key(name)}`));
  return key;
}

/** Adds to or takes from one of the lists of `uses`. */
export function changeUse(store: Store, key: string, id: ObjectId, used: boolean): void {
  const list = store.uses.get(key) ?? [];
  if (list.includes(id) === used) return;
  const next = used ? [...list, id] : list.filter((other) => other !== id);
  write(store.journal, store.uses, key, next.length === 0 ? undefined : next);
}
