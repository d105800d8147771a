import type { TransactionPolicy } from '../../ir/migration.ts';
import type { Framework } from '../framework.ts';
import { history } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { lexicalCompare } from '../shared/order.ts';
import { hasFile, join, sqlFiles } from '../shared/paths.ts';
import { share } from '../shared/sample.ts';
import { header } from '../shared/text.ts';
import { checkSums } from './sums.ts';
import { writer } from './writer.ts';

const OPT_OUT = 'Put `-- atlas:txmode none` at the top of the file, followed by an empty line.';

/** A transaction around each file. A checkpoint sums up what came before and is run on empty databases only, so it is no migration. */
const framework: Framework = {
  name: 'atlas',
  title: 'Atlas',
  checksums: true,
  recognise(folder, tree) {
    const names = sqlFiles(tree, folder);
    if (!hasFile(tree, folder, 'atlas.sum') || names.length === 0) return 0;
    // Atlas also keeps the sums of folders that another tool runs.
    return share(names, /\.(?:up|down)\.sql$|^[VURB][\d._]*__/) >= 0.3 ? 40 : 84;
  },
  read(folder, tree) {
    const files = [...sqlFiles(tree, folder)].sort(lexicalCompare);
    const drafts = files.flatMap((file): Draft[] => {
      const path = join(folder, file);
      const text = header(tree.read(path) ?? '');
      if (/^--[ \t]*atlas:checkpoint\b/m.test(text)) return [];
      const mode: TransactionPolicy = { wrap: /^--[ \t]*atlas:txmode[ \t]+none\b/m.test(text) ? 'none' : 'script', optOut: OPT_OUT };
      const [version = file, ...name] = file.replace(/\.sql$/, '').split('_');
      return [{ version, name: name.join('_') || version, up: { path, direction: 'up', transaction: mode } }];
    });
    return history({ framework: framework.name, folder, drafts, downs: 'never', problems: checkSums(folder, files, tree) });
  },
  writer,
};

export default framework;
