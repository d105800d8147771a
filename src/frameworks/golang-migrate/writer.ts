import type { Writer } from '../framework.ts';
import { pairFiles } from '../shared/pair-writing.ts';
import { downFile } from '../shared/down-writing.ts';

export const writer: Writer = {
  create: pairFiles(() => ({ up: (version, slug) => `${version}_${slug}.up.sql`, down: (version, slug) => `${version}_${slug}.down.sql` })),
  runOutside: () => [],
  oneOutside: true,
  writeDown: downFile((path) => path.replace(/\.up\.sql$/, '.down.sql')),
};
