import type { FileChange, MigrationSource, Refused, Writer } from '../framework.ts';
import { noRoom, successor } from './new-versions.ts';
import { baseName, join, parentOf } from './paths.ts';
import { compareVersions } from './versioned.ts';
import { body, downBody, eachWithVersion, newFile, refused, slugLike } from './writing.ts';

export interface VersionedWriting {
  /** Only whole numbers: nothing fits between 3 and 4. */
  readonly whole?: true;
  /** First line of a script that runs outside a transaction. */
  readonly outsideLine?: string;
  /** A file beside a script that runs outside a transaction. */
  beside?(path: string): FileChange;
  /** Ways back are scripts named U. */
  readonly undo?: true;
}

/** New scripts `V<version>__<description>.sql`. */
export function versionedFiles(style: VersionedWriting): Writer['create'] {
  return (migrations, after, history) => {
    const file = baseName(after.up.path);
    const prefix = /^[Vv]/.exec(file)?.[0];
    if (prefix === undefined || after.version === undefined) return refused(`${file} is no versioned migration, so that nothing can come right after it.`);
    const folder = parentOf(after.up.path) ?? '';
    const taken = history.migrations.flatMap(({ version }) => version ?? []);
    const versions = versionsBetween(after, taken, migrations.length, style.whole === true);
    return eachWithVersion(migrations, versions, ({ slug, up, down, outsideTransaction }, version) => {
      const name = slugLike(slug, file.replace(/^[^_]*__/, ''));
      const line = outsideTransaction && style.outsideLine !== undefined ? `${style.outsideLine}\n` : '';
      const path = join(folder, `${prefix}${version}__${name}.sql`);
      const back = join(folder, `${prefix === 'v' ? 'u' : 'U'}${version}__${name}.sql`);
      const withUndo = style.undo === true && after.down !== undefined;
      const paths = withUndo ? [path, back] : [path];
      return [
        newFile(path, line + body(up)),
        ...(withUndo ? [newFile(back, downBody(down))] : []),
        ...(outsideTransaction && style.beside !== undefined ? paths.map((one) => style.beside?.(one) as FileChange) : []),
      ];
    });
  };
}

function versionsBetween({ version = '' }: MigrationSource, taken: readonly string[], count: number, whole: boolean): readonly string[] | Refused {
  const [next] = taken.filter((other) => compareVersions(other, version) > 0).sort(compareVersions);
  const fits = (versions: readonly string[]): boolean => next === undefined || compareVersions(versions.at(-1) ?? '', next) < 0;
  const counted = countUp(version, count);
  if (fits(counted)) return counted;
  const separator = version.includes('_') ? '_' : '.';
  for (let zeros = ''; !whole && zeros.length < MOST_ZEROS; zeros += `0${separator}`) {
    const nested = countUp(`${version}${separator}${zeros}0`, count);
    if (fits(nested)) return nested;
  }
  return noRoom(count, version, next ?? '');
}

const MOST_ZEROS = 8;

/** Counts on in the last part of the version. */
function countUp(version: string, count: number): readonly string[] {
  const [, head = '', last = '0'] = /^(.*?)(\d+)$/.exec(version) ?? [];
  const found: string[] = [];
  for (let at = successor(last); found.length < count; at = successor(at)) found.push(head + at);
  return found;
}
