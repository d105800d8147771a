import type { TransactionPolicy } from '../../ir/migration.ts';
import type { Framework, HistoryProblem } from '../framework.ts';
import { annotations, readSections } from '../shared/annotations.ts';
import { history, twoWay } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { naturalCompare } from '../shared/order.ts';
import { join, sqlFiles } from '../shared/paths.ts';
import { carries } from '../shared/sample.ts';
import { writer } from './writer.ts';

const COMMANDS: Readonly<Record<string, 'up' | 'down' | 'begin' | 'end'>> = { Up: 'up', Down: 'down', StatementBegin: 'begin', StatementEnd: 'end' };

/** rubenv/sql-migrate. Files with a number come in its order, others after them by name; the file's name is the version. */
const framework: Framework = {
  name: 'sql-migrate',
  title: 'sql-migrate',
  recognise: (folder, tree) => (carries(folder, tree, /^-- \+migrate (?:Up|Down)\b/m) ? 90 : 0),
  read(folder, tree) {
    const drafts: Draft[] = [];
    const problems: HistoryProblem[] = [];
    for (const file of [...sqlFiles(tree, folder)].sort((a, b) => Number(/^\d/.test(b)) - Number(/^\d/.test(a)) || naturalCompare(a, b))) {
      const path = join(folder, file);
      const text = tree.read(path) ?? '';
      const found = annotations(text, '+migrate').filter((annotation) => !annotation.indented);
      const policy = (command: string): TransactionPolicy => ({
        wrap: found.some(({ words }) => words[0] === command && words.includes('notransaction')) ? 'none' : 'script',
        optOut: `Write \`-- +migrate ${command} notransaction\`.`,
      });
      const { problems: bad, up, down } = readSections(text, found, { path, mark: '-- +migrate', command: ({ words }) => COMMANDS[words[0] ?? ''] });
      problems.push(...bad);
      drafts.push(twoWay({ path, version: file, name: file.replace(/\.sql$/, ''), text, up, ...(down === undefined ? {} : { down }), transaction: { up: policy('Up'), down: policy('Down') } }));
    }
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems });
  },
  writer,
};

export default framework;
