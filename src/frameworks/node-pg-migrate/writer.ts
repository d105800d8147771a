import type { Writer } from '../framework.ts';
import { inCode } from './code-writer.ts';
import { newVersions } from '../shared/new-versions.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { body, downBody, eachWithVersion, newFile, refused, slugLike, wantsDown } from '../shared/writing.ts';
import { downSection } from '../shared/down-writing.ts';

const WRAPPED = 'node-pg-migrate runs SQL files in a transaction; only a migration in JavaScript can call `pgm.noTransaction()`.';

export const writer: Writer = {
  create(migrations, after, history, tree, reader) {
    if (after.up.program !== undefined) return inCode.create(migrations, after, history, tree, reader);
    if (migrations.some(({ outsideTransaction }) => outsideTransaction)) return refused(WRAPPED);
    const folder = parentOf(after.up.path) ?? '';
    const file = baseName(after.up.path);
    const separator = /^\d+([_-])/.exec(file)?.[1] ?? '_';
    return eachWithVersion(migrations, newVersions(after, history, migrations.length), ({ slug, up, down }, version) => {
      const back = wantsDown(after) ? `\n-- Down Migration\n${downBody(down)}` : '';
      return [newFile(join(folder, `${version}${separator}${slugLike(slug, file)}.sql`), `-- Up Migration\n${body(up)}${back}`)];
    });
  },
  optOutParts: 'own',
  outsideByDirection: true,
  runOutside: (source, text, tree) => (source.program === undefined ? refused(WRAPPED) : inCode.runOutside(source, text, tree)),
  ...(inCode.rewrite === undefined ? {} : { rewrite: inCode.rewrite }),
  ...(inCode.completeDown === undefined ? {} : { completeDown: inCode.completeDown }),
  writeDown: (source, down, tree, reader, history) => (source.up.program === undefined ? section(source, down, tree) : (inCode.writeDown?.(source, down, tree, reader, history) ?? refused(WRAPPED))),
};

const section = downSection('-- Down Migration');
