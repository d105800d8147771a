import type { Writer } from '../framework.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { versionsAfter } from '../shared/new-versions.ts';
import { body, changed, downBody, eachWithVersion, newFile, refused, slugLike, wantsDown, withFirstLine } from '../shared/writing.ts';
import { downFile } from '../shared/down-writing.ts';

const OUTSIDE = '-- transactional: false';

/** The names carry the order, and each new migration says besides what it depends on. */
export const writer: Writer = {
  create(migrations, after, { migrations: all }) {
    const [, number, separator = '.'] = /^(\d+)([._-])/.exec(after.name) ?? [];
    if (number === undefined) return refused(`The name ${after.name} has no number that a new migration could follow.`);
    const folder = parentOf(after.up.path) ?? '';
    const taken = all.flatMap(({ name }) => /^\d+/.exec(name)?.[0] ?? []);
    let previous = after.name;
    return eachWithVersion(migrations, versionsAfter(number, taken, migrations.length), ({ slug, up, down, outsideTransaction }, version) => {
      const name = `${version}${separator}${slugLike(slug, baseName(after.up.path))}`;
      const head = `-- depends: ${previous}\n${outsideTransaction ? `${OUTSIDE}\n` : ''}\n`;
      previous = name;
      const back = outsideTransaction ? `${OUTSIDE}\n\n` : '';
      return [newFile(join(folder, `${name}.sql`), head + body(up)), ...(wantsDown(after) ? [newFile(join(folder, `${name}.rollback.sql`), back + downBody(down))] : [])];
    });
  },
  runOutside: ({ path }, text) => [changed(path, text, withFirstLine(text, OUTSIDE))],
  writeDown: downFile((path) => path.replace(/\.sql$/, '.rollback.sql')),
};
