import type { Catalog } from '../catalog/catalog.ts';
import type { Unlike } from '../catalog/compare/alike.ts';
import { createCatalog } from '../catalog/create.ts';
import { hashed } from '../check/fingerprint.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { MigrationSource, ScriptSource } from '../frameworks/framework.ts';
import type { Script } from '../ir/migration.ts';
import type { LintHistory } from './history.ts';
import type { Files, Reader } from '../read.ts';
import { around, nothing } from '../read.ts';
import type { Place, Work } from './judge.ts';
import { judge, pass, unreadBefore } from './judge.ts';
import { rememberSources } from './sources.ts';
import type { Next, State, Way } from './states.ts';
import { createStates, numberOf } from './states.ts';
import type { Walk } from './walk.ts';

/**
 * What has been found out about histories, for runs over nearly the same files with the same configuration and rules: a migration
 * that runs in a state in which it has run before is neither replayed nor judged again.
 */
export interface Memory {
  readScript(source: ScriptSource, reader: Reader, files: Files): Script;
  readWayBack(source: MigrationSource, reader: Reader, files: Files): Script | undefined;
  /** Characters of all the texts that have been read. */
  size(): number;
  /** `asks`: what is wanted of the findings of a file besides; another answer is no answer. '': nothing. */
  walk(entry: LintHistory, work: Work, files: Files, asks: (path: string) => string): Walk;
  /** Called when all histories have been gone through. */
  forgetOld(): void;
  /** Catalogs of their own that stand before migrations of the history, asked for by position, best from the first to the last, and the number of the next script. */
  places(entry: LintHistory, config: ResolvedConfig, files: Files): (index: number) => { readonly catalog: Catalog; readonly number: number };
}

/** Runs after which a state that nobody has come past is forgotten. */
const RUNS = 8;

/** States that are compared with another one. */
const COMPARED = 2;

export function createMemory(): Memory {
  const sources = rememberSources();
  const roots = new Map<string, State>();
  /** States from which a migration has been carried out, by its number. */
  const before = new Map<number, State[]>();
  let states: State[] = [];
  const { carried, catalogOf, forgetAllBut, giveBack, identifyAnew } = createStates();
  let run = 0;

  return {
    readScript: (source, reader, files) => asRead(source, sources.read(source, reader, files) ?? nothing(source)),
    readWayBack({ down }, reader, files) {
      const script = down === undefined ? undefined : sources.read(down, reader, files);
      return down === undefined || script === undefined ? undefined : asRead(down, script);
    },
    size: sources.size,
    walk: start,
    forgetOld() {
      run++;
      forgetUnused();
    },
    places(entry, config, files) {
      const read = (source: ScriptSource): Script => sources.read(source, entry, files) ?? nothing(source);
      const begin = (): Walk => start(entry, { config, tables: () => new Map(), fingerprint: hashed, deploy: undefined, readScript: read, readWayBack: () => undefined }, files, () => '');
      let [walk, at] = [begin(), 0];
      return (index) => {
        if (index < at) [walk, at] = [begin(), 0];
        for (; at < index; at++) walk.pass();
        const catalog = walk.catalog().fork();
        identifyAnew(catalog);
        return { catalog, number: walk.number() };
      };
    },
  };

  function start(entry: LintHistory, work: Work, files: Files, asks: (path: string) => string): Walk {
    const { migrations } = entry.history;
    // One after the other: what a file was read into is at hand for a while only.
    const seen = new Set<number>();
    const keyAt = byPosition((at) => {
      const source = migrations[at];
      let key = source === undefined ? 0 : sources.numberOf(source, entry, files);
      while (seen.has(key)) key = sources.number(`${String(key)} again`);
      seen.add(key);
      return key;
    });
    const paths = lastPlaces(entry);
    /** What the next migration is; after the last one there is the end. */
    const ahead = byPosition((at) => sources.number(`${rootName(entry)}\0${String(keyAt(at))}`));
    let state = rootOf(entry);
    let index = 0;
    /** Stands where the state says. */
    let live: Catalog | undefined;
    /** A state of before that differs from this one in a few names, where there is one. */
    let beside: ({ readonly state: State } & Unlike) | undefined;

    const { config } = work;
    const catalog = (): Catalog => (live ??= catalogOf(state, { entry, config }));

    function leave(): void {
      if (live !== undefined) giveBack(state, live);
      live = undefined;
    }

    /** Goes on by one migration, in a way that the memory knows or by carrying it out. */
    function step(isKnown: (next: Next) => boolean, carry: (place: Place) => Next['judged']): Next['judged'] {
      const key = keyAt(index);
      const source = migrations[index];
      if (source === undefined) return undefined;
      let next = state.next.get(key);
      const there = beside?.state.next.get(key);
      if (next !== undefined && isKnown(next)) {
        leave();
        beside = undefined;
      } else if (beside !== undefined && there !== undefined && isKnown(there) && !sources.mentions(source, entry, files, beside.names)) {
        const { from } = there.state;
        next = after(there.judged, { key, changes: undefined, untried: { scripts: [...unreadBefore(source, entry, work), work.readScript(source.up, entry)], like: from?.state === beside.state && from.way.key === key ? { way: from.way, moved: beside.moved } : undefined } });
        leave();
        beside = { ...beside, state: there.state };
      } else {
        const now = catalog();
        const { result: judged, changes } = carried(key, now, () => carry({ entry, index, number: numberOf(key), source, catalog: now }));
        if (next === undefined) {
          next = after(judged, { key, changes, untried: undefined });
          beside = besides(now, index + 1);
          if (beside?.names.size === 0) {
            state.next.set(key, (next = { ...next, state: beside.state }));
            live = undefined;
            beside = undefined;
          }
        } else {
          next.judged = judged ?? next.judged;
          live = undefined;
        }
      }
      ({ state } = next);
      index++;
      touch(state);
      return next.judged;
    }

    function after(judged: Next['judged'], way: Way): Next {
      const known = state.next.get(way.key);
      if (known !== undefined) {
        known.judged = judged ?? known.judged;
        return known;
      }
      const fresh: State = { from: { state, way }, depth: state.depth + 1, next: new Map(), catalog: undefined, spare: undefined, snapshot: undefined, used: run };
      states.push(fresh);
      const next: Next = { state: fresh, judged };
      state.next.set(way.key, next);
      return next;
    }

    /** The state from which the next migration has been carried out before that is most like this one. */
    function besides(now: Catalog, at: number): typeof beside {
      // Another part of the same file is still to come: to it, where something comes from is not all the same.
      if ((paths.get(migrations[at - 1]?.up.path ?? '') ?? 0) >= at) return undefined;
      let best: typeof beside;
      for (const one of (before.get(ahead(at)) ?? []).slice(-COMPARED).reverse()) {
        const other = catalogOf(one, { entry, config });
        const found = now.unlike(other);
        giveBack(one, other);
        if (found !== undefined && (best === undefined || found.names.size < best.names.size)) best = { state: one, ...found };
        if (found?.names.size === 0) break;
      }
      return best;
    }

    function touch(at: State): void {
      at.used = run;
      const list = before.get(ahead(index));
      if (list === undefined) before.set(ahead(index), [at]);
      else if (!list.includes(at)) list.push(at);
    }

    touch(state);
    return {
      pass() {
        step(
          () => true,
          (place) => {
            pass(place, work);
            return undefined;
          },
        );
      },
      judge() {
        const asked = asks(migrations[index]?.up.path ?? '');
        const done = step(
          ({ judged }) => judged !== undefined && (asked === '' || judged.asked === asked),
          (place) => ({ asked, result: judge(place, work) }),
        );
        if (done === undefined) throw new Error('There are no more migrations.');
        return done.result;
      },
      catalog,
      number: () => numberOf(keyAt(index)),
      snapshot: () => (state.snapshot ??= catalog().snapshot()),
    };
  }

  function rootOf(entry: LintHistory): State {
    const name = rootName(entry);
    let root = roots.get(name);
    if (root === undefined) roots.set(name, (root = { from: undefined, depth: 0, next: new Map(), catalog: createCatalog(entry.dialect.catalog), spare: undefined, snapshot: undefined, used: 0 }));
    return root;
  }

  function forgetUnused(): void {
    const old = (one: State): boolean => one.used < run - RUNS;
    if (!states.some(old)) return;
    for (const one of states) for (const [key, next] of one.next) if (old(next.state)) one.next.delete(key);
    for (const root of roots.values()) for (const [key, next] of root.next) if (old(next.state)) root.next.delete(key);
    states = states.filter((one) => !old(one));
    forgetAllBut(states);
    for (const [key, list] of before) {
      const left = list.filter((one) => one.from === undefined || !old(one));
      if (left.length === 0) before.delete(key);
      else if (left.length < list.length) before.set(key, left);
    }
  }
}

/** Rules and effects keep by script and statement what they have found out in one run. */
const asRead = (source: ScriptSource, script: Script): Script => ({ ...script, ...around(source), statements: script.statements.map((statement) => ({ ...statement })) });

const rootName = ({ dialect, version, history: { framework, folder } }: LintHistory): string => [framework, folder, dialect.name, String(version)].join('\0');

/** What is found out once for each position, when somebody asks. */
function byPosition(find: (at: number) => number): (at: number) => number {
  const found: (number | undefined)[] = [];
  return (at) => (found[at] ??= find(at));
}

/** Where each file stands for the last time in the history. */
function lastPlaces({ history: { migrations } }: LintHistory): ReadonlyMap<string, number> {
  return new Map(migrations.map(({ up: { path } }, index) => [path, index]));
}
