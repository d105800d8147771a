import type { Writer } from '../framework.ts';
import { versionsAfter } from '../shared/new-versions.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { body, eachWithVersion, newFile, refused, slugLike } from '../shared/writing.ts';

/** Numbered files; whatever runs them, each statement is taken to stand by itself. */
export const writer: Writer = {
  bare: true,
  create(migrations, after, history) {
    const file = baseName(after.up.path);
    const folder = parentOf(after.up.path) ?? '';
    const [, letters = '', number, separator = ''] = /^([A-Za-z]{1,12}[-_ ]?)?(\d+)([-_. ]+)?/.exec(file) ?? [];
    if (number === undefined || after.version === undefined) return refused(`${file} has no number that a new file could follow.`);
    const beside = history.migrations.filter(({ up }) => (parentOf(up.path) ?? '') === folder).map(({ up }) => baseName(up.path));
    const taken = beside.flatMap((name) => /^(?:[A-Za-z]{1,12}[-_ ]?)?(\d+)/.exec(name)?.[1] ?? []);
    return eachWithVersion(migrations, versionsAfter(number, taken, migrations.length), ({ slug, up }, version) => [
      newFile(join(folder, `${letters}${version}${separator === '' ? '_' : separator}${slugLike(slug, file)}${/\.\w+$/.exec(file)?.[0] ?? '.sql'}`), body(up)),
    ]);
  },
  runOutside: () => [],
};
