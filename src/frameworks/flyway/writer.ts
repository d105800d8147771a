import type { Writer } from '../framework.ts';
import { changed, newFile } from '../shared/writing.ts';
import { versionedFiles } from '../shared/versioned-writing.ts';
import { downFile } from '../shared/down-writing.ts';

const OUTSIDE = 'executeInTransaction=false';
const conf = (path: string): string => `${path}.conf`;

export const writer: Writer = {
  create: versionedFiles({ beside: (path) => newFile(conf(path), `${OUTSIDE}\n`), undo: true }),
  runOutside({ path }, _text, tree) {
    const file = conf(path);
    const text = tree.read(file);
    if (text === undefined) return [newFile(file, `${OUTSIDE}\n`)];
    const said = /^[ \t]*executeInTransaction[ \t]*=.*$/im;
    return [changed(file, text, said.test(text) ? text.replace(said, OUTSIDE) : `${text.replace(/(?<!\n)$/, text === '' ? '' : '\n')}${OUTSIDE}\n`)];
  },
  notes: { outside: 'Flyway keeps a lock of its own in a transaction, for which CONCURRENTLY waits for ever: set flyway.postgresql.transactional.lock=false.' },
  writeDown: downFile((path) => path.replace(/(^|\/)V([^/]*)$/, '$1U$2')),
};
