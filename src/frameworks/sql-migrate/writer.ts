import type { Writer } from '../framework.ts';
import { versionsAfter } from '../shared/new-versions.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { withBlocks } from '../shared/statement-blocks.ts';
import { body, changed, downBody, eachWithVersion, newFile, refused, slugLike, wantsDown } from '../shared/writing.ts';
import { downSection } from '../shared/down-writing.ts';

const BLOCK = { begin: '-- +migrate StatementBegin', end: '-- +migrate StatementEnd' };

export const writer: Writer = {
  create(migrations, after, history) {
    const file = baseName(after.up.path);
    const [, number, separator = '_'] = /^(\d+)([-_.])?/.exec(file) ?? [];
    if (number === undefined) return refused(`${file} has no number that a new migration could follow.`);
    const taken = history.migrations.flatMap(({ version }) => /^\d+/.exec(version ?? '')?.[0] ?? []);
    const folder = parentOf(after.up.path) ?? '';
    return eachWithVersion(migrations, versionsAfter(number, taken, migrations.length), ({ slug, up, down, outsideTransaction }, version) => {
      const mode = outsideTransaction ? ' notransaction' : '';
      const back = wantsDown(after) ? `\n-- +migrate Down${mode}\n${withBlocks(downBody(down), BLOCK)}` : '';
      return [newFile(join(folder, `${version}${separator}${slugLike(slug, file)}.sql`), `-- +migrate Up${mode}\n${withBlocks(body(up), BLOCK)}${back}`)];
    });
  },
  block: BLOCK,
  runOutside({ path, direction }, text) {
    const line = direction === 'up' ? /^(-- \+migrate Up)\b(?!.*\bnotransaction\b)/m : /^(-- \+migrate Down)\b(?!.*\bnotransaction\b)/m;
    return line.test(text) ? [changed(path, text, text.replace(line, '$1 notransaction'))] : refused(`${baseName(path)} has no line "-- +migrate ${direction === 'up' ? 'Up' : 'Down'}".`);
  },
  writeDown: downSection('-- +migrate Down', (sql) => withBlocks(sql, BLOCK)),
};
