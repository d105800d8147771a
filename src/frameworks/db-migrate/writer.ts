import type { Style } from '../../hosts/typescript/style.ts';
import type { NewMigration, Writer } from '../framework.ts';
import { codeWriter } from '../shared/code-writing.ts';
import { downFile } from '../shared/down-writing.ts';
import { newVersions } from '../shared/new-versions.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { body, downBody, eachWithVersion, newFile, refused, slugLike, wantsDown } from '../shared/writing.ts';
import { calls } from './calls.ts';
import { program } from './program.ts';

const OUTSIDE = 'db-migrate leaves the transaction only when it is run with `--non-transactional`.';
const outside = (migrations: readonly NewMigration[]): boolean => migrations.some(({ outsideTransaction }) => outsideTransaction);

/** Migrations in JavaScript, which is handed the driver. */
const inCode = codeWriter({
  program,
  runner: 'db',
  raw: (on, text) => [`${on}.runSql`, text],
  runnerOf: (call) => /^(?:await\s+)?([A-Za-z_$][\w$]*)\s*\./.exec(call)?.[1],
  own: {
    calls,
    seen: /\.\s*(?:createTable|dropTable|renameTable|addColumn|removeColumn|renameColumn|changeColumn|addIndex|removeIndex|addForeignKey|removeForeignKey)\s*\(/,
    rawSeen: /\.\s*runSql\s*\(/,
    unlessSeen: 'calls',
  },
  file: ({ up, down }, style) => `${fn('up', up, style)}${down === undefined ? '' : `\n${fn('down', down, style)}`}`,
  runOutside: () => refused(OUTSIDE),
});

const fn = (name: string, lines: string, { semicolon }: Style): string => `exports.${name} = async function (db) {\n${lines}}${semicolon}\n`;

export const writer: Writer = {
  create(migrations, after, history, tree, reader) {
    if (outside(migrations)) return refused(OUTSIDE);
    if (after.up.program !== undefined) return inCode.create(migrations, after, history, tree, reader);
    const folder = parentOf(after.up.path) ?? '';
    const beside = parentOf(folder) ?? '';
    const file = baseName(after.up.path);
    const model = tree.read(join(beside, file.replace(/-up\.sql$/, '.js')));
    if (model === undefined) return refused('The JavaScript that reads the SQL files is not found beside their folder.');
    return eachWithVersion(migrations, newVersions(after, history, migrations.length), ({ slug, up, down }, version) => {
      const old = file.replace(/-up\.sql$/, '');
      const name = `${version}-${slugLike(slug, 'a-b')}`;
      const back = wantsDown(after) ? [newFile(join(folder, `${name}-down.sql`), downBody(down))] : [];
      return [newFile(join(folder, `${name}-up.sql`), body(up)), ...back, newFile(join(beside, `${name}.js`), model.replaceAll(old, name))];
    });
  },
  runOutside: () => refused(OUTSIDE),
  ...(inCode.rewrite === undefined ? {} : { rewrite: inCode.rewrite }),
  ...(inCode.completeDown === undefined ? {} : { completeDown: inCode.completeDown }),
  oneOutside: true,
  writeDown: (source, down, tree, reader, history) => (source.up.program === undefined ? besideUp(source, down, tree) : (inCode.writeDown?.(source, down, tree, reader, history) ?? refused(OUTSIDE))),
};

const besideUp = downFile((path) => path.replace(/-up\.sql$/, '-down.sql'));
