import type { Writer } from '../framework.ts';
import { baseName } from '../shared/paths.ts';
import { changed, refused, withFirstLine } from '../shared/writing.ts';

/** Committed migrations carry hashes of each other, and there is one current one. */
export const writer: Writer = {
  create: () => refused('Graphile Migrate commits one migration at a time: commit this one first, then write the next step as the current migration.'),
  runOutside: ({ path }, text) =>
    /^current/.test(baseName(path)) ? [changed(path, text, withFirstLine(text, '--! no-transaction'))] : refused('A committed migration of Graphile Migrate carries its own hash.'),
  oneOutside: true,
};
