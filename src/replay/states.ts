import type { Catalog } from '../catalog/catalog.ts';
import type { Snapshot } from '../catalog/compare/snapshot.ts';
import { createCatalog } from '../catalog/create.ts';
import type { Changes } from '../catalog/state/changes.ts';
import type { Script } from '../ir/migration.ts';
import type { LintHistory } from '../pipeline.ts';
import type { Judged, Work } from './judge.ts';
import { carryOut } from './judge.ts';

/** A state of the schema, by the migrations that lead to it. */
export interface State {
  readonly root: Root;
  /** Undefined for the empty schema. */
  readonly from: { readonly state: State; readonly up: Script; readonly entry: LintHistory; readonly work: Pick<Work, 'config'> } | undefined;
  /** Of the next script in replay order: above those of all that have led here. */
  number: number;
  /** By the number of the migration. */
  readonly next: Map<number, Next>;
  /** What the last migration makes of the catalog; undefined as long as nobody has had to know. */
  step: Changes | undefined;
  /** How the catalog gets here: from that of another state, which it knows how to get to; undefined likewise. */
  via: { readonly state: State; readonly changes: Changes; readonly length: number } | undefined;
  snapshot: Snapshot | undefined;
  /** Run in which it was last passed. */
  used: number;
}

/** All states of a history share one catalog, which goes from one to the other. */
export interface Root {
  readonly catalog: Catalog;
  readonly empty: State;
  /** Where the catalog stands, what somebody tries out on it aside. */
  at: State;
}

export interface Next {
  readonly state: State;
  judged: { readonly asked: string; readonly result: Judged } | undefined;
}

export function createRoot({ dialect }: LintHistory): Root {
  const root = { catalog: createCatalog(dialect.catalog) } as { -readonly [Field in keyof Root]: Root[Field] };
  root.empty = root.at = { root, from: undefined, number: 0, next: new Map(), step: undefined, via: undefined, snapshot: undefined, used: 0 };
  return root;
}

export const stateAfter = (state: State, up: Script, entry: LintHistory, work: Pick<Work, 'config'>, used: number): State => ({
  root: state.root,
  from: { state, up, entry, work },
  number: state.number + 2,
  next: new Map(),
  step: undefined,
  via: undefined,
  snapshot: undefined,
  used,
});

/** The catalog as it is in a state, until somebody asks for it in another one. */
export function catalogAt(state: State): Catalog {
  const { root: { catalog } } = state;
  catalog.returnTo(0);
  const unknown: State[] = [];
  let known = state;
  for (; known.via === undefined && known.from !== undefined; known = known.from.state) unknown.push(known);
  go(known);
  for (const one of unknown.reverse()) {
    if (one.from === undefined) continue;
    carryOut(one.from.up, { catalog, entry: one.from.entry, number: one.from.state.number }, one.from.work);
    arrive(one);
  }
  return catalog;
}

/** The catalog has been taken from the state before to this one. */
export function arrive(state: State): void {
  const { from, root } = state;
  if (from === undefined || state.via !== undefined || root.at !== from.state) return;
  state.step = root.catalog.changes();
  state.via = { state: from.state, changes: state.step, length: lengthOf(from.state) + 1 };
  root.catalog.forget();
  root.at = state;
}

/**
 * The migration that leads to this state does here what it does from a state beside the one before, to `there`. Answers with what leads
 * here from there, the same changes as before it, if it is about other things: then nobody needs to carry it out.
 */
export function arriveBeside(state: State, beside: { readonly state: State; readonly changes: Changes | undefined }, there: State): Changes | undefined {
  const { changes } = beside;
  if (state.via !== undefined || there.via === undefined || there.step === undefined || there.from?.state !== beside.state) return undefined;
  if (changes === undefined || !state.root.catalog.areApart(there.step, changes)) return undefined;
  state.step = there.step;
  state.number = Math.max(state.number, there.number);
  state.via = { state: there, changes, length: lengthOf(there) + 1 };
  return changes;
}

/** What leads to a state from another one. */
export function changesFrom(other: State, state: State): Changes {
  catalogAt(other);
  const catalog = catalogAt(state);
  const { back, forth } = wayBetween(state, other);
  return catalog.changesFrom(back, forth);
}

/** Both states are ones that the catalog knows how to get to. */
function go(state: State): void {
  const { root, root: { catalog } } = state;
  const { back, forth } = wayBetween(root.at, state);
  for (const changes of back) catalog.takeBack(changes);
  for (const changes of forth) catalog.makeAgain(changes);
  root.at = state;
}

/** The last changes first on the way back, the first ones first on the way forth. */
function wayBetween(one: State, other: State): { readonly back: readonly Changes[]; readonly forth: readonly Changes[] } {
  const back: Changes[] = [];
  const forth: Changes[] = [];
  for (let [here, there] = [one, other]; here !== there; ) {
    const isBack = lengthOf(here) > lengthOf(there);
    const { via } = isBack ? here : there;
    if (via === undefined) throw new Error('The catalog does not know the way.');
    (isBack ? back : forth).push(via.changes);
    if (isBack) here = via.state;
    else there = via.state;
  }
  return { back, forth: forth.reverse() };
}

/** Of the way from the empty schema. */
const lengthOf = ({ via }: State): number => via?.length ?? 0;
