import type { Refused, Writer } from '../framework.ts';
import { versionsAfter } from '../shared/new-versions.ts';
import { folderFiles } from '../shared/pair-writing.ts';
import { isRefused, refused } from '../shared/writing.ts';

export const writer: Writer = {
  create(migrations, after, history, tree, reader) {
    const names = history.migrations.flatMap(({ version }) => version ?? []);
    return folderFiles(
      (_after, name, count) => versionsIn(name, names, count),
      undefined,
      'migration.sql',
    )(migrations, after.down === undefined ? { ...after, downExpected: false } : after, history, tree, reader);
  },
  runOutside: () => [],
  oneOutside: true,
};

/** The next numbers; where they are taken, what begins with the whole name of the folder still comes right after it. */
function versionsIn(name: string, names: readonly string[], count: number): readonly string[] | Refused {
  const number = (one: string): string | undefined => /^\d+/.exec(one)?.[0];
  const own = number(name);
  if (own === undefined) return refused(`${name} has no number that a new migration could follow.`);
  const next = versionsAfter(own, names.flatMap((one) => number(one) ?? []), count);
  if (!isRefused(next)) return next;
  const [, first, last] = /^(.+)_(\d\d)_/.exec(name) ?? [];
  const follows = first !== undefined && names.includes(first);
  const from = follows ? Number(last) : 0;
  if (from + count > MOST) return next;
  return Array.from({ length: count }, (_, index) => `${follows ? first : name}_${String(from + index + 1).padStart(2, '0')}`);
}

const MOST = 99;
