import type { Writer } from '../framework.ts';
import { newVersions } from '../shared/new-versions.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { withBlocks } from '../shared/statement-blocks.ts';
import { body, changed, downBody, eachWithVersion, newFile, slugLike, wantsDown, withFirstLine } from '../shared/writing.ts';
import { downSection } from '../shared/down-writing.ts';

const OUTSIDE = '-- +goose NO TRANSACTION';
const BLOCK = { begin: '-- +goose StatementBegin', end: '-- +goose StatementEnd' };

export const writer: Writer = {
  create(migrations, after, history) {
    const folder = parentOf(after.up.path) ?? '';
    return eachWithVersion(migrations, newVersions(after, history, migrations.length), ({ slug, up, down, outsideTransaction }, version) => {
      const back = wantsDown(after) ? `\n-- +goose Down\n${withBlocks(downBody(down), BLOCK)}` : '';
      const text = `${outsideTransaction ? `${OUTSIDE}\n` : ''}-- +goose Up\n${withBlocks(body(up), BLOCK)}${back}`;
      return [newFile(join(folder, `${version}_${slugLike(slug, baseName(after.up.path))}.sql`), text)];
    });
  },
  block: BLOCK,
  runOutside: ({ path }, text) => [changed(path, text, withFirstLine(text, OUTSIDE))],
  writeDown: downSection('-- +goose Down', (sql) => withBlocks(sql, BLOCK)),
};
