import type { FileChange, FileTree, History, MigrationSource } from '../frameworks/framework.ts';
import { renamedFiles } from '../discovery/overlay.ts';
import { successor } from '../frameworks/shared/new-versions.ts';
import { numericCompare } from '../frameworks/shared/order.ts';
import { baseName, join, parentOf } from '../frameworks/shared/paths.ts';
import type { FixOptions, FixResult } from './engine.ts';
import { fix } from './engine.ts';
import type { Workshop } from './lint-run.ts';
import type { Short } from './model.ts';
import { reread } from './world.ts';

/** What files are called on the disk, by the names that they get. */
type Names = ReadonlyMap<string, string>;

/** What comes of fixing under these names. */
interface Under {
  readonly names: Names;
  readonly result: FixResult;
}

/** Each makes room for what the last one could not write; more are never needed. */
const MOST_ROUNDS = 5;

/**
 * Puts findings right, and where the numbers of a history leave no room for new migrations gives those behind them higher numbers, as
 * long as all of these may be edited. Changes nothing on the disk.
 */
export async function fixWithRoom(workshop: Workshop, options: FixOptions): Promise<FixResult> {
  const under = async (names: Names): Promise<Under> => ({ names, result: await fix(renamedIn(workshop, names), { ...options, mayEdit: (path) => options.mayEdit(names.get(path) ?? path) }) });
  let now: Under = { names: new Map(), result: await fix(workshop, options) };
  let best = now;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const wider = withRoom(now, workshop.tree, options.mayEdit);
    if (wider === undefined) break;
    now = await under(wider);
    if (fixedBy(now) > fixedBy(best)) best = now;
  }
  const closer = closedUp(best, workshop.tree);
  now = closer === undefined ? best : await under(closer);
  const { result, names } = fixedBy(now) >= fixedBy(best) ? now : best;
  const roomBehind = heldBack(result);
  return { ...result, files: withOldNames(result.files, names, workshop.tree), ...(roomBehind !== undefined && { roomBehind }) };
}

/** What was refused for want of room that renumbering makes, had it been allowed: the migration before the first of them; undefined: nothing was. */
function heldBack({ refused, before: { histories } }: FixResult): string | null | undefined {
  const shorts = refused.flatMap(({ short }) => short ?? []);
  for (const { history } of histories) {
    const own = shorts.filter(({ framework, folder }) => framework === history.framework && folder === history.folder);
    const at = history.migrations.findIndex(({ up }) => own.some(({ behind }) => behind === up.path));
    if (at < 0 || movedUp(history, own, () => true) === undefined) continue;
    const last = history.migrations[at - 1];
    return last === undefined ? null : (last.version ?? last.name);
  }
  return undefined;
}

const fixedBy = ({ result: { sets } }: Under): number => sets.reduce((sum, { proposals }) => sum + proposals.length, 0);

function renamedIn(workshop: Workshop, names: Names): Workshop {
  const { tree, together, baseline } = workshop;
  const now = new Map([...names].map(([to, from]) => [from, to]));
  return {
    ...workshop,
    tree: renamedFiles(tree, names),
    ...(together !== undefined && { together: (source) => together({ ...source, up: { ...source.up, path: names.get(source.up.path) ?? source.up.path } }) }),
    ...(baseline !== undefined && { baseline: { findings: baseline.findings.map((entry) => ({ ...entry, path: now.get(entry.path) ?? entry.path })) } }),
  };
}

/** Undefined where no room can be made. */
function withRoom({ names, result: { refused, before: { histories } } }: Under, disk: FileTree, mayEdit: FixOptions['mayEdit']): Names | undefined {
  const shorts = refused.flatMap(({ short }) => short ?? []);
  const moved = new Map<string, string>();
  for (const { history } of histories) {
    const own = shorts.filter(({ framework, folder }) => framework === history.framework && folder === history.folder);
    const renamed = own.length === 0 ? undefined : movedUp(history, own, (path) => mayEdit(names.get(path) ?? path));
    if (renamed !== undefined && runsAlike(history, composed(names, renamed), names, disk)) for (const [from, to] of renamed) moved.set(from, to);
  }
  return moved.size === 0 ? undefined : composed(names, moved);
}

/** New names by those of now, for a history in which more migrations find their place. */
function movedUp({ migrations, unread = [] }: History, shorts: readonly Short[], mayEdit: FixOptions['mayEdit']): ReadonlyMap<string, string> | undefined {
  const renamed = new Map<string, string>();
  // What is called like the file of another migration stands in it.
  if (unread.length > 0 || new Set(migrations.map(({ up }) => up.path)).size < migrations.length) return undefined;
  let taken: string | undefined;
  for (const migration of migrations) {
    const number = numberIn(migration.up.path);
    const wanted = Math.max(0, ...shorts.flatMap(({ behind, count }) => (behind === migration.up.path ? [count] : [])));
    let own = number;
    if (taken !== undefined && (number === undefined || numericCompare(number, taken) <= 0)) {
      own = successor(taken);
      const files = number === undefined || !mayEdit(migration.up.path) ? undefined : renumbered(migration, number, own);
      if (files === undefined) return undefined;
      for (const [from, to] of files) renamed.set(from, to);
    }
    if (own === undefined || (taken === undefined && wanted === 0)) continue;
    taken = own;
    for (let place = 0; place < wanted; place++) taken = successor(taken);
  }
  return renamed;
}

const numberIn = (path: string): string | undefined => /^[Vv]?(\d+)(?=\D)/.exec(baseName(path))?.[1];

/** Undefined where more than names would have to change: a program may be named elsewhere, and what is recorded of a file may hold its name. */
function renumbered({ up, down }: MigrationSource, from: string, to: string): readonly (readonly [string, string])[] | undefined {
  const paths = [up.path, ...(down === undefined || down.path === up.path ? [] : [down.path])];
  if (up.program !== undefined || up.record !== undefined || paths.some((path) => numberIn(path) !== from)) return undefined;
  return paths.map((path) => [path, withNumber(path, to)]);
}

const withNumber = (path: string, number: string): string => join(parentOf(path) ?? '', baseName(path).replace(/\d+/, number));

/** Names on the disk by those that come after these and those. */
function composed(names: Names, moved: ReadonlyMap<string, string>): Names {
  const left = [...names].filter(([now]) => !moved.has(now));
  return new Map([...left, ...[...moved].map(([now, to]) => [to, names.get(now) ?? now] as const)]);
}

/** Whether the tool still runs the same files in the same order, and no other file has one of the names. */
function runsAlike(history: History, names: Names, before: Names, disk: FileTree): boolean {
  const away = new Set(names.values());
  const now = reread(history, renamedFiles(disk, names)).migrations.map(({ up }) => names.get(up.path) ?? up.path);
  const then = history.migrations.map(({ up }) => before.get(up.path) ?? up.path);
  return now.length === then.length && now.every((path, index) => path === then[index]) && [...names.keys()].every((path) => away.has(path) || disk.read(path) === undefined);
}

/** Names that leave no more room than was needed; undefined where these do already. */
function closedUp({ names, result: { after: { histories } } }: Under, disk: FileTree): Names | undefined {
  const closer = new Map<string, string>();
  for (const { history: { migrations } } of histories) {
    let last: string | undefined;
    for (const { up, down } of migrations) {
      const old = names.get(up.path) ?? up.path;
      const isNew = disk.read(old) === undefined;
      const number = numberIn(old);
      const own = last !== undefined && (isNew || (names.has(up.path) && numericCompare(number ?? '', last) <= 0)) ? successor(last) : number;
      for (const path of new Set([up.path, down?.path ?? up.path])) if (!isNew && own !== undefined && names.has(path) && own !== number) closer.set(withNumber(path, own), names.get(path) ?? path);
      last = own;
    }
  }
  const isSame = closer.size === names.size && [...closer].every(([to, from]) => names.get(to) === from);
  return isSame ? undefined : closer;
}

const withOldNames = (files: readonly FileChange[], names: Names, disk: FileTree): readonly FileChange[] => {
  const changed = new Set(files.map(({ path }) => path));
  const only = [...names].filter(([to]) => !changed.has(to));
  return [
    ...files.map((file) => { const from = names.get(file.path); return from === undefined ? file : { ...file, from }; }),
    ...only.map(([path, from]) => { const text = disk.read(from) ?? ''; return { path, from, text, before: text }; }),
  ];
};
