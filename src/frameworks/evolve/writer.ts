import type { Writer } from '../framework.ts';
import { versionedFiles } from '../shared/versioned-writing.ts';
import { changed, withFirstLine } from '../shared/writing.ts';

const LINE = '-- evolve-tx-off';

export const writer: Writer = {
  create: versionedFiles({ outsideLine: LINE }),
  runOutside: ({ path }, text) => [changed(path, text, withFirstLine(text, LINE))],
  oneOutside: true,
};
