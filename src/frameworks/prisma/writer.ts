import type { Writer } from '../framework.ts';
import { versionsAfter } from '../shared/new-versions.ts';
import { folderFiles } from '../shared/pair-writing.ts';
import { refused } from '../shared/writing.ts';

export const writer: Writer = {
  create(migrations, after, history, tree, reader) {
    const number = (name: string | undefined): string | undefined => /^\d+/.exec(name ?? '')?.[0];
    return folderFiles(
      (_after, name, count) => {
        const own = number(name);
        const taken = history.migrations.flatMap(({ version }) => number(version) ?? []);
        return own === undefined ? refused(`${name} has no number that a new migration could follow.`) : versionsAfter(own, taken, count);
      },
      undefined,
      'migration.sql',
    )(migrations, after.down === undefined ? { ...after, downExpected: false } : after, history, tree, reader);
  },
  runOutside: () => [],
  oneOutside: true,
};
