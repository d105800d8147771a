import type { Framework } from '../framework.ts';
import { history } from '../shared/history.ts';
import { naturalCompare } from '../shared/order.ts';
import { baseName, filesBelow, isSql, join, sqlFiles } from '../shared/paths.ts';
import { isOrdered } from './order.ts';

/** What nobody else recognises: plain files in natural order of their paths, each statement by itself. */
const framework: Framework = {
  name: 'sql',
  title: 'plain SQL files',
  recognise(folder, tree) {
    const names = sqlFiles(tree, folder);
    return names.length === 0 ? 0 : isOrdered(names) ? 5 : 1;
  },
  read(folder, tree) {
    const drafts = filesBelow(tree, folder).filter(isSql).sort(naturalCompare).map((relative) => {
      const file = baseName(relative);
      const version = /^\d+(?=[^\d])/.exec(file)?.[0];
      return {
        ...(version === undefined || !isOrdered(sqlFiles(tree, folder)) ? {} : { version }),
        name: file.replace(/\.\w+$/, ''),
        up: { path: join(folder, relative), direction: 'up', transaction: { wrap: 'none' } },
      } as const;
    });
    return history({ framework: framework.name, folder, drafts, downs: 'never' });
  },
};

export default framework;
