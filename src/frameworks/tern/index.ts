import type { TransactionPolicy } from '../../ir/migration.ts';
import type { Framework, HistoryProblem } from '../framework.ts';
import { history, twoWay } from '../shared/history.ts';
import { readNumbered } from '../shared/numbered.ts';
import { normalNumber, numericCompare } from '../shared/order.ts';
import { hasFile, mentions, parentOf, sqlFiles } from '../shared/paths.ts';
import { carries, share } from '../shared/sample.ts';
import { writer } from './writer.ts';

const FILE = /^(?<version>\d+)_(?<name>.+)\.sql$/;
const SEPARATOR = '---- create above / drop below ----';
/** Not where the line ends with CRLF. */
const OUTSIDE = /(?<![^\n])---- tern: disable-tx ----(?![^\n])/;
const OPT_OUT = 'Put the line `---- tern: disable-tx ----` into that half of the file.';

/** Up above the separator, down below it; a file without one cannot be undone. Versions count from 1 without a gap. */
const framework: Framework = {
  name: 'tern',
  title: 'tern',
  session: 'reset',
  recognise(folder, tree) {
    if (carries(folder, tree, /^---- create above \/ drop below ----/m)) return 92;
    const uses = hasFile(tree, folder, 'tern.conf') || hasFile(tree, parentOf(folder) ?? folder, 'tern.conf') || mentions(tree, folder, 'go.mod', /\bjackc\/tern\b/);
    return uses && share(sqlFiles(tree, folder), FILE) >= 0.5 ? 70 : 0;
  },
  read(folder, tree) {
    const { files, problems } = readNumbered(folder, tree, FILE, numericCompare, 'tern ignores it: the name is not <number>_<name>.sql.');
    const gaps: HistoryProblem[] = [];
    const drafts = files.map((file, index) => {
      const before = Number(files[index - 1]?.version ?? 0);
      if (file.version !== undefined && Number(file.version) > before + 1) {
        gaps.push({ problem: 'missing-file', path: file.path, detail: `There is no migration ${String(before + 1)} before ${file.version}, so tern stops.` });
      }
      const text = tree.read(file.path) ?? '';
      const at = text.indexOf(SEPARATOR);
      const up = { start: 0, end: at < 0 ? text.length : at };
      const down = at < 0 ? undefined : { start: at + SEPARATOR.length, end: text.length };
      const policy = (half: string): TransactionPolicy => ({ wrap: OUTSIDE.test(half.trim()) ? 'none' : 'script', optOut: OPT_OUT });
      const transaction = { up: policy(text.slice(up.start, up.end)), down: policy(text.slice(down?.start ?? text.length)) };
      return twoWay({ ...file, text, up: [up], ...(down === undefined ? {} : { down: [down] }), transaction });
    });
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems: [...problems, ...gaps], sameVersion: normalNumber });
  },
  writer,
};

export default framework;
