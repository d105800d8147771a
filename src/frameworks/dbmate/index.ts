import type { TransactionPolicy } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';
import type { Framework, HistoryProblem } from '../framework.ts';
import { history, twoWay, withSql } from '../shared/history.ts';
import { readNumbered } from '../shared/numbered.ts';
import { lexicalCompare } from '../shared/order.ts';
import { carries } from '../shared/sample.ts';
import { hasSql } from '../shared/text.ts';
import { writer } from './writer.ts';

const BLOCK = /^--[^\S\n]*migrate:(up|down)(?=\s|$)[^\n]*/gm;

/** A file may hold several up and down blocks; each is sent as one string, in a transaction unless its line says `transaction:false`. */
const framework: Framework = {
  name: 'dbmate',
  title: 'dbmate',
  session: 'kept',
  recognise: (folder, tree) => (carries(folder, tree, /^--[^\S\n]*migrate:up(?=\s|$)/m) ? 90 : 0),
  read(folder, tree) {
    const { files, problems } = readNumbered(folder, tree, /^(?<version>\d+)(?<name>.*)\.sql$/, () => 0, 'dbmate ignores it: the name does not start with a number.');
    const complaints: HistoryProblem[] = [...problems];
    const drafts = [...files].sort((a, b) => lexicalCompare(a.path, b.path)).map((file) => {
      const text = tree.read(file.path) ?? '';
      const blocks = [...text.matchAll(BLOCK)];
      const of = (direction: 'up' | 'down'): readonly Span[] =>
        blocks.flatMap((block, i) => (block[1] === direction ? [{ start: spanOf(block).end, end: blocks[i + 1]?.index ?? text.length }] : []));
      const complain = (detail: string, span?: Span): void => {
        complaints.push({ problem: 'bad-annotation', path: file.path, detail: `${detail}, so dbmate stops at this file.`, ...(span === undefined ? {} : { span }) });
      };
      const up = of('up');
      const lead = { start: 0, end: blocks[0]?.index ?? 0 };
      const first = blocks[0];
      if (up.length === 0) complain('There is no `-- migrate:up` line');
      else if (of('down').length === 0) complain('There is no `-- migrate:down` line');
      else if (first?.[1] === 'down') complain('`-- migrate:down` comes before `-- migrate:up`', spanOf(first));
      if (hasSql(text, lead)) complain('SQL stands before the first `-- migrate:up` line', lead);
      return twoWay({
        ...file,
        name: file.name.replace(/^[_-]/, ''),
        text,
        up: up.length > 0 ? withSql(text, up) : [{ start: 0, end: first?.index ?? text.length }],
        ...(of('down').length > 0 ? { down: withSql(text, of('down')) } : {}),
        transaction: { up: policy('up', blocks), down: policy('down', blocks) },
      });
    });
    return history({ framework: framework.name, folder, drafts, downs: 'always', problems: complaints });
  },
  writer,
};

function policy(direction: 'up' | 'down', blocks: readonly RegExpExecArray[]): TransactionPolicy {
  const off = blocks.some((block) => block[1] === direction && /\stransaction:false(?=\s|$)/.test(block[0]));
  if (off) return { wrap: 'implicit', optOut: `Leave the statement alone in its \`-- migrate:${direction} transaction:false\` block.` };
  return { wrap: 'script', optOut: `Write \`-- migrate:${direction} transaction:false\` and leave the statement alone in that block.` };
}

const spanOf = (match: RegExpExecArray): Span => ({ start: match.index, end: match.index + match[0].length });

export default framework;
