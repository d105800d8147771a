import type { Writer } from '../framework.ts';
import { pairFiles } from '../shared/pair-writing.ts';
import { downFile } from '../shared/down-writing.ts';

export const writer: Writer = {
  create: pairFiles(() => ({ up: (version, slug) => `${version}.do.${slug}.sql`, down: (version, slug) => `${version}.undo.${slug}.sql` })),
  runOutside: () => [],
  oneOutside: true,
  writeDown: downFile((path) => path.replace(/\.do\.((?:[^/]*\.)?sql)$/, '.undo.$1')),
};
