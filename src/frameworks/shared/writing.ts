import type { FileChange, FileTree, History, MigrationSource, NewMigration, Refused } from '../framework.ts';

export const refused = (reason: string): Refused => ({ refused: reason });

/** `Array.isArray` does not tell a readonly list from the rest. */
export const isRefused = <Result>(result: Result | Refused): result is Refused => typeof result === 'object' && result !== null && 'refused' in result;

export const newFile = (path: string, text: string): FileChange => ({ path, text, before: null });

export const changed = (path: string, before: string, text: string): FileChange => ({ path, text, before });

/** A script with exactly one line break at its end. */
export const body = (sql: string): string => `${sql.trimEnd()}\n`;

/** A comment would pass for a way back, and the migration for undone. */
const NO_WAY_BACK = "-- Irreversible: what this migration did cannot be undone by a script.\nDO $$ BEGIN RAISE EXCEPTION 'This migration cannot be undone.'; END $$;\n";
/** What the text of a way back says that has nothing to do. */
export const NOTHING = '-- Nothing to undo.\n';

/** The text of a way back, which says so where there is none or nothing to do. */
export const downBody = (down: string | null): string => (down === null ? NO_WAY_BACK : down.trim() === '' ? NOTHING : body(down));

/** Whether a new migration beside this one needs a way back. */
export const wantsDown = ({ down, downExpected }: MigrationSource): boolean => down !== undefined || downExpected;

/** Names as the neighbours write them: words joined with `_`, or with `-` where they do so. */
export function slugLike(slug: string, neighbour: string): string {
  const clean = slug.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, LONGEST).replace(/_+$/, '') || 'step';
  return neighbour.includes('-') && !neighbour.includes('_') ? clean.replaceAll('_', '-') : clean;
}

const LONGEST = 60;

/** The name that a file gets when others of the folder may have it already. */
export function freeName(tree: FileTree, folder: string, name: (suffix: string) => string): string {
  const names = new Set(tree.list(folder).map((entry) => entry.name));
  for (let number = 1; ; number++) {
    const candidate = name(number === 1 ? '' : `_${String(number)}`);
    if (!names.has(candidate)) return candidate;
  }
}

/** Creates the files of each migration with a version of its own; the first refusal is the answer for all. */
export function eachWithVersion(
  migrations: readonly NewMigration[],
  versions: readonly string[] | Refused,
  files: (migration: NewMigration, version: string) => readonly FileChange[],
): readonly FileChange[] | Refused {
  if (isRefused(versions)) return versions;
  return migrations.flatMap((migration, index) => files(migration, versions[index] ?? ''));
}

/** The migrations that run after this one, as far as they are read. */
export function following(after: MigrationSource, { migrations }: History): readonly MigrationSource[] {
  const index = migrations.findIndex((other) => isSame(other, after));
  return index < 0 ? [] : migrations.slice(index + 1);
}

export const isSame = (one: MigrationSource, other: MigrationSource): boolean => one.up.path === other.up.path && one.version === other.version && one.name === other.name;

/** Line breaks of a text: the first one decides. */
export const lineBreak = (text: string): '\n' | '\r\n' => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n');

/** Puts a line in front of a text. */
export const withFirstLine = (text: string, line: string): string => `${line}${lineBreak(text)}${text}`;
