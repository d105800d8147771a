import type { History, MigrationSource, Refused } from '../framework.ts';
import { normalNumber, numericCompare } from './order.ts';
import { baseName } from './paths.ts';
import { refused } from './writing.ts';

/** Versions right after `after`, before whatever follows it: a second later each for points in time, the next number else. */
export function newVersions(after: MigrationSource, history: History, count: number): readonly string[] | Refused {
  const { version } = after;
  if (version === undefined || !/^\d+$/.test(version)) return refused(`${baseName(after.up.path)} has no number that a new migration could follow.`);
  return versionsAfter(version, takenVersions(history), count);
}

/** `taken`: versions in use, in any order. */
export function versionsAfter(version: string, taken: readonly string[], count: number): readonly string[] | Refused {
  const next = taken.filter((other) => numericCompare(other, version) > 0).sort(numericCompare)[0];
  const found: string[] = [];
  for (let at = successor(version); found.length < count; at = successor(at)) {
    if (next !== undefined && numericCompare(at, next) >= 0) {
      return noRoom(count, version, next);
    }
    found.push(at);
  }
  return found;
}

export const noRoom = (count: number, version: string, next: string): Refused => ({
  refused: `There is no room for ${count === 1 ? 'a new migration' : `${String(count)} new migrations`} between ${version} and ${next}: give ${next} a higher number, as long as nobody has applied it.`,
  short: count,
});

/** Numbers in front of the names of everything that the tool runs from this folder, read or not. */
const takenVersions = ({ migrations, unread = [] }: History): readonly string[] => [
  ...migrations.flatMap((migration) => (migration.version !== undefined && /^\d+$/.test(migration.version) ? [migration.version] : [])),
  ...unread.flatMap((path) => /^(?:V(?=\d+__))?(\d+)/.exec(baseName(path))?.[1] ?? []),
];

/** Fields of a point in time by the number of digits of its version, each with the milliseconds of its smallest step. */
const CLOCKS: ReadonlyMap<number, number> = new Map([
  [12, 60_000],
  [14, 1000],
  [17, 1],
]);

/** The next point in time, or the next number with as many digits. */
export function successor(version: string): string {
  const step = CLOCKS.get(version.length);
  const instant = step === undefined ? undefined : instantOf(version);
  if (step === undefined || instant === undefined) return (BigInt(normalNumber(version)) + 1n).toString().padStart(version.length, '0');
  return new Date(instant + step).toISOString().replace(/\D/g, '').slice(0, version.length);
}

function instantOf(version: string): number | undefined {
  const fields = /^((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(\d{3})?$/.exec(version)?.slice(1);
  if (fields === undefined) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, milli = 0] = fields.map((field) => Number((field as string | undefined) ?? 0));
  const instant = Date.UTC(year, month - 1, day, hour, minute, second, milli);
  // Not every number of that length is a date: 20240199 is none.
  return new Date(instant).toISOString().replace(/\D/g, '').startsWith(version) ? instant : undefined;
}
