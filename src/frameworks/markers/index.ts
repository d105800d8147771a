import type { TransactionPolicy } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';
import type { Framework } from '../framework.ts';
import { history, twoWay } from '../shared/history.ts';
import { naturalCompare } from '../shared/order.ts';
import { baseName, filesBelow, isSql, join } from '../shared/paths.ts';
import { carries, sample } from '../shared/sample.ts';
import { hasSql } from '../shared/text.ts';
import { MARKER, isPlay, markers, withoutDoubled } from './marker.ts';
import { writer } from './writer.ts';

const POLICY: TransactionPolicy = { wrap: 'none', assumed: true };

/** Both directions in one file under comment lines such as `-- UP` and `-- DOWN`, whatever runs them. */
const framework: Framework = {
  name: 'markers',
  title: 'SQL files with up and down marks',
  recognise: (folder, tree) => (carries(folder, tree, MARKER) && sample(folder, tree).some((text) => markers(text).some(({ direction }) => direction === 'down')) ? 60 : 0),
  read(folder, tree) {
    const files = filesBelow(tree, folder).filter(isSql).sort(naturalCompare);
    const drafts = files.map((file) => {
      const path = join(folder, file);
      const text = tree.read(path) ?? '';
      const marks = markers(text);
      const sections: { up: Span[]; down: Span[] } = { up: [], down: [] };
      const joined = marks.some((mark) => isPlay(text, mark));
      const cut = (section: Span): readonly Span[] => (joined ? withoutDoubled(text, section) : [section]);
      const lead = { start: 0, end: marks[0]?.start ?? text.length };
      if (marks[0]?.direction !== 'up') sections.up.push(...cut(lead));
      marks.forEach((mark, index) => sections[mark.direction].push(...cut({ start: mark.end, end: marks[index + 1]?.start ?? text.length })));
      const version = /^\d+/.exec(baseName(file))?.[0];
      return twoWay({
        path,
        ...(version === undefined ? {} : { version }),
        name: baseName(file).replace(/\.\w+$/, ''),
        text,
        up: sections.up,
        // A way back that is only written down as a comment is none that anything could run.
        ...(sections.down.some((section) => hasSql(text, section)) ? { down: sections.down } : {}),
        transaction: { up: POLICY, down: POLICY },
        ...(joined && { joined }),
      });
    });
    return history({ framework: framework.name, folder, drafts, downs: 'used' });
  },
  writer,
};

export default framework;
