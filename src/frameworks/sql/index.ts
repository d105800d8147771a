import type { Framework } from '../framework.ts';
import { history } from '../shared/history.ts';
import { naturalCompare } from '../shared/order.ts';
import { isOrdered } from '../shared/ordered-names.ts';
import { isOtherFile, isOtherFolder } from '../shared/other-files.ts';
import { baseName, filesBelow, isSql, join, sqlFiles } from '../shared/paths.ts';
import { writer } from './writer.ts';

/** The only file of a folder, where its number begins an order. */
const FIRST = /^\d+[-_. ]/;

/** What nobody else recognises: plain files in natural order of their paths, each statement by itself. */
const framework: Framework = {
  name: 'sql',
  title: 'plain SQL files',
  recognise(folder, tree) {
    const names = sqlFiles(tree, folder);
    return names.length === 0 ? 0 : isOrdered(names) ? 5 : 1;
  },
  read(folder, tree) {
    const all = filesBelow(tree, folder).filter(isSql);
    const own = all.filter((relative) => !isOtherFile(baseName(relative)) && !relative.split('/').slice(0, -1).some(isOtherFolder));
    const files = (own.length > 0 ? own : all).sort(naturalCompare);
    const numbered = isOrdered(files.map(baseName)) || (files.length === 1 && files.every((relative) => FIRST.test(baseName(relative))));
    const drafts = files.map((relative) => {
      const file = baseName(relative);
      const number = numbered ? /^\d+/.exec(file)?.[0] : undefined;
      const version = number === undefined ? undefined : relative.slice(0, relative.length - file.length) + number;
      return {
        ...(version === undefined ? {} : { version }),
        name: file.replace(/\.\w+$/, ''),
        up: { path: join(folder, relative), direction: 'up', transaction: { wrap: 'none', assumed: true } },
      } as const;
    });
    return history({ framework: framework.name, folder, drafts, downs: 'never', guessed: true });
  },
  writer,
};

export default framework;
