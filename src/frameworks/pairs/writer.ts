import type { FileChange, MigrationSource, NewMigration, Writer } from '../framework.ts';
import { versionsAfter } from '../shared/new-versions.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { body, downBody, eachWithVersion, newFile, refused, slugLike } from '../shared/writing.ts';
import { downFile } from '../shared/down-writing.ts';

/** The two files are named after those of the migration before. */
export const writer: Writer = {
  bare: true,
  create(migrations, after, history) {
    const folders = /^(?:up|down)\.sql$/i.test(baseName(after.up.path));
    const name = folders ? baseName(parentOf(after.up.path) ?? '') : after.name;
    const [, number, separator = ''] = /^(\d+)([-_. ]+)?/.exec(name) ?? [];
    if (number === undefined) return refused(`${name} has no number that a new migration could follow.`);
    const taken = history.migrations.flatMap(({ version }) => /^\d+/.exec(version ?? '')?.[0] ?? []);
    return eachWithVersion(migrations, versionsAfter(number, taken, migrations.length), (migration, version) => {
      const fresh = `${version}${separator === '' ? '_' : separator}${slugLike(migration.slug, name)}`;
      return files(migration, after, (path) => renamed(path, name, fresh, folders));
    });
  },
  runOutside: () => [],
  writeDown: downFile((path) => (/(^|\/)up\.sql$/i.test(path) ? path.replace(/up\.sql$/i, 'down.sql') : path.replace(/([._-])up\.(\w+)$/i, '$1down.$2').replace(/(^|\/)up\/(?=[^/]*$)/i, '$1down/'))),
};

function files({ up, down }: NewMigration, after: MigrationSource, rename: (path: string) => string): readonly FileChange[] {
  return [newFile(rename(after.up.path), body(up)), ...(after.down === undefined ? [] : [newFile(rename(after.down.path), downBody(down))])];
}

function renamed(path: string, name: string, fresh: string, folders: boolean): string {
  const folder = parentOf(path) ?? '';
  if (folders) return join(join(parentOf(folder) ?? '', fresh), baseName(path));
  return join(folder, baseName(path).replace(name, () => fresh));
}
