import type { Writer } from '../framework.ts';
import { newVersions } from '../shared/new-versions.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { body, changed, downBody, eachWithVersion, following, lineBreak, newFile, refused, slugLike, wantsDown } from '../shared/writing.ts';
import { downSection } from '../shared/down-writing.ts';

const SEPARATOR = '---- create above / drop below ----';
const OUTSIDE = '---- tern: disable-tx ----';

/** It refuses a way forward that is comments alone. */
const withStatement = (sql: string): string => (sql.split('\n').every((line) => line.trim() === '' || line.trim().startsWith('--')) ? `${sql}SELECT 1;\n` : sql);

export const writer: Writer = {
  lineFeeds: true,
  create(migrations, after, history) {
    if (following(after, history).length > 0) return refused('tern counts its migrations without a gap: a new one can only come last.');
    const folder = parentOf(after.up.path) ?? '';
    return eachWithVersion(migrations, newVersions(after, history, migrations.length), ({ slug, up, down, outsideTransaction }, version) => {
      const line = outsideTransaction ? `${OUTSIDE}\n` : '';
      const back = wantsDown(after) ? `\n${SEPARATOR}\n\n${line}${downBody(down)}` : '';
      return [newFile(join(folder, `${version}_${slugLike(slug, baseName(after.up.path))}.sql`), `${line}${withStatement(body(up))}${back}`)];
    });
  },
  runOutside({ path, sections }, text) {
    const start = sections?.[0]?.start ?? 0;
    const line = lineBreak(text);
    return [changed(path, text, `${text.slice(0, start)}${start > 0 ? line : ''}${OUTSIDE}\n${text.slice(start)}`)];
  },
  writeDown: downSection(`${SEPARATOR}\n`),
};
