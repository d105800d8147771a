import type { Framework } from '../framework.ts';
import { mentions, sqlFiles } from '../shared/paths.ts';
import { firstLine } from '../shared/text.ts';
import { versionedHistory, versionedShare } from '../shared/versioned.ts';
import { writer } from './writer.ts';

/** Flyway's names in a .NET project. */
const framework: Framework = {
  name: 'evolve',
  title: 'Evolve (.NET)',
  checksums: true,
  recognise: (folder, tree) => (versionedShare(sqlFiles(tree, folder), 'VR') >= 0.5 && mentions(tree, folder, /\.csproj$/, /"Evolve"/) ? 90 : 0),
  read: (folder, tree) =>
    versionedHistory(folder, tree, {
      framework: framework.name,
      title: framework.title,
      kinds: 'VR',
      placeholders: [/\$\{[^{}\n]+\}/g],
      policy: (_file, text) =>
        /evolve-tx-off/i.test(firstLine(text()))
          ? { wrap: 'implicit', optOut: 'Leave the statement alone in its script, below `-- evolve-tx-off`.' }
          : { wrap: 'script', optOut: 'Put `-- evolve-tx-off` on the first line and leave the statement alone in its script.' },
    }),
  writer,
};

export default framework;
