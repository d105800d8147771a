import type { FileChange, MigrationSource, NewMigration, Refused, Writer } from '../framework.ts';
import { newVersions } from './new-versions.ts';
import { baseName, join, parentOf } from './paths.ts';
import { body, downBody, eachWithVersion, newFile, slugLike, wantsDown } from './writing.ts';

export interface PairNames {
  up(version: string, slug: string): string;
  /** Absent: there is no way back in this form of the tool's names. */
  down?(version: string, slug: string): string;
  /** Put in front of a script that runs outside a transaction. */
  readonly outsideLine?: string;
}

/** New migrations as one file for each direction. `names` looks at the migration before. */
export function pairFiles(names: (after: MigrationSource) => PairNames): Writer['create'] {
  return (migrations, after, history) => {
    const named = names(after);
    const folder = parentOf(after.up.path) ?? '';
    return eachWithVersion(migrations, newVersions(after, history, migrations.length), (migration, version) => pairOf(migration, version, { ...named, folder, after }));
  };
}

function pairOf({ slug, up, down, outsideTransaction }: NewMigration, version: string, at: PairNames & { readonly folder: string; readonly after: MigrationSource }): readonly FileChange[] {
  const name = slugLike(slug, baseName(at.after.up.path));
  const line = outsideTransaction && at.outsideLine !== undefined ? `${at.outsideLine}\n` : '';
  return [
    newFile(join(at.folder, at.up(version, name)), line + body(up)),
    ...(at.down !== undefined && wantsDown(at.after) ? [newFile(join(at.folder, at.down(version, name)), line + downBody(down))] : []),
  ];
}

/** New migrations as one folder each with `up.sql`, perhaps `down.sql` and what else the tool wants in it. */
export function folderFiles(
  versions: (after: MigrationSource, name: string, count: number) => readonly string[] | Refused,
  more: (migration: NewMigration, folder: string) => readonly FileChange[] = () => [],
  upName = 'up.sql',
): Writer['create'] {
  return (migrations, after) => {
    const own = parentOf(after.up.path) ?? '';
    const folder = parentOf(own) ?? '';
    return eachWithVersion(migrations, versions(after, baseName(own), migrations.length), (migration, version) => {
      const at = join(folder, `${version}_${slugLike(migration.slug, baseName(own))}`);
      return [
        newFile(join(at, upName), body(migration.up)),
        ...(wantsDown(after) ? [newFile(join(at, 'down.sql'), downBody(migration.down))] : []),
        ...more(migration, at),
      ];
    });
  };
}
