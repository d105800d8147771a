import type { Writer } from '../framework.ts';
import { newVersions } from '../shared/new-versions.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { lineAt } from '../shared/text.ts';
import { body, changed, downBody, eachWithVersion, newFile, refused, slugLike } from '../shared/writing.ts';
import { downSection } from '../shared/down-writing.ts';

export const writer: Writer = {
  create(migrations, after, history) {
    const folder = parentOf(after.up.path) ?? '';
    return eachWithVersion(migrations, newVersions(after, history, migrations.length), ({ slug, up, down, outsideTransaction }, version) => {
      const mode = outsideTransaction ? ' transaction:false' : '';
      const text = `-- migrate:up${mode}\n${body(up)}\n-- migrate:down${mode}\n${downBody(down)}`;
      return [newFile(join(folder, `${version}_${slugLike(slug, baseName(after.up.path))}.sql`), text)];
    });
  },
  runOutside({ path, sections = [] }, text) {
    const [section, ...others] = sections;
    const mark = section === undefined ? undefined : lineAt(text, Math.max(0, section.start - 1));
    if (mark === undefined || others.length > 0 || !/^--\s*migrate:(?:up|down)\b/.test(mark.text)) return refused(`${baseName(path)} has no single block that could be taken out of its transaction.`);
    return [changed(path, text, `${text.slice(0, mark.end)} transaction:false${text.slice(mark.end)}`)];
  },
  oneOutside: true,
  writeDown: downSection('-- migrate:down'),
};
