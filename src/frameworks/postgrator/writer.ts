import type { Writer } from '../framework.ts';
import { pairFiles } from '../shared/pair-writing.ts';

export const writer: Writer = {
  create: pairFiles(() => ({ up: (version, slug) => `${version}.do.${slug}.sql`, down: (version, slug) => `${version}.undo.${slug}.sql` })),
  runOutside: () => [],
  oneOutside: true,
};
