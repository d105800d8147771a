import type { Writer } from '../framework.ts';
import { pairFiles } from '../shared/pair-writing.ts';
import { changed, lineBreak, withFirstLine } from '../shared/writing.ts';

const LINE = '-- atlas:txmode none';

export const writer: Writer = {
  create: pairFiles(() => ({ up: (version, slug) => `${version}_${slug}.sql`, outsideLine: `${LINE}\n` })),
  // Directives of the whole file end with an empty line.
  runOutside: ({ path }, text) => [changed(path, text, /^--[ \t]*atlas:/.test(text) ? withFirstLine(text, LINE) : withFirstLine(text, LINE + lineBreak(text)))],
  notes: { always: 'Run `atlas migrate hash` afterwards: atlas.sum has to name the new files.' },
};
