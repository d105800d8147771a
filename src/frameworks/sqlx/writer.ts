import type { Writer } from '../framework.ts';
import { baseName } from '../shared/paths.ts';
import { pairFiles } from '../shared/pair-writing.ts';
import { changed, withFirstLine } from '../shared/writing.ts';
import { downFile } from '../shared/down-writing.ts';

const LINE = '-- no-transaction';

/** Either all migrations of a folder have a way back or none has. */
export const writer: Writer = {
  create: pairFiles(({ up }) => {
    if (!/\.up\.sql$/.test(baseName(up.path))) return { up: (version, slug) => `${version}_${slug}.sql`, outsideLine: LINE };
    return { up: (version, slug) => `${version}_${slug}.up.sql`, down: (version, slug) => `${version}_${slug}.down.sql`, outsideLine: LINE };
  }),
  runOutside: ({ path }, text) => [changed(path, text, withFirstLine(text, LINE))],
  oneOutside: true,
  writeDown: downFile((path) => path.replace(/\.up\.sql$/, '.down.sql')),
};
