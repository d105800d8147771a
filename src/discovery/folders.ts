import type { FileTree } from '../frameworks/framework.ts';
import { CERTAIN, recognise } from '../frameworks/registry.ts';
import { baseName, codeFiles, fileNames, folderNames, isIncluded, join, parentOf, sqlFiles } from '../frameworks/shared/paths.ts';
import { dialectNamed } from '../frameworks/shared/dialects.ts';
import { isOtherFile } from '../frameworks/shared/other-files.ts';
import { isNumbered, isOrdered, orderOf } from '../frameworks/shared/ordered-names.ts';

const MIGRATIONS = /^(?:(?:db|sql|schema|database|postgres|pg)[-_.]?)?(?:migrations?|migrates?)(?:[-_.]?(?:scripts?|files?|sql|postgres|pg))?$/i;
const CHANGES = /^(?:(?:db|sql|schema|database|postgres|pg)[-_.]?)?(?:changelogs?|changesets?|changes|patches|deltas?|upgrades?|updates?)$|^(?:sql|schemas?|db|database|databases|postgres|postgresql|pg|ddl|scripts|versions?|init)$/i;
const CODE = /^[^.].*\.(?:py|rb|php|[cm]?[jt]s|go|java|kt|cs|ex|exs|rs|scala|pl)$/;

export const isMigrationsName = (folder: string): boolean => MIGRATIONS.test(baseName(folder));

/** Whether a folder that only the plain fallback knows is a migration folder: by its name, and by names of files that tell an order. */
export function isPlainHistory(folder: string, tree: FileTree): boolean {
  const all = sqlFiles(tree, folder);
  const files = all.filter((name) => !isOtherFile(name));
  const code = fileNames(tree, folder).filter((name) => CODE.test(name));
  if (files.length === 0 || isIncluded(folder, tree) || code.filter((name) => /\d/.test(name)).length > files.length) return false;
  if (isMigrationsName(folder)) return files.some((name) => orderOf(name) !== undefined) || (code.length === 0 && files.length === all.length);
  return (isNumbered(files) || isCalledSo(files)) && (CHANGES.test(baseName(folder)) || isMigrationsName(parentOf(folder) ?? ''));
}

/** Names that say what the files are, each with its number. */
const isCalledSo = (names: readonly string[]): boolean => isOrdered(names) && names.filter((name) => CALLED.test(name)).length * 3 >= names.length * 2;

const CALLED = /^(?:migrations?|migrate|patch|delta|upgrade)[-_. ]?\d/i;

/** A migration folder, or one engine's part of it, that keeps its files in numbered subfolders, by year or release. */
export function isSplitHistory(folder: string, tree: FileTree): boolean {
  const parent = parentOf(folder);
  const named = isMigrationsName(folder) || (parent !== undefined && isMigrationsName(parent) && dialectNamed(baseName(folder)) !== undefined);
  if (!named || !sqlFiles(tree, folder).every(isOtherFile)) return false;
  const parts = folderNames(tree, folder).filter((name) => sqlFiles(tree, join(folder, name)).length > 0);
  return parts.length > 0 && parts.every((name) => orderOf(name) !== undefined && (recognise(join(folder, name), tree)?.score ?? 0) < CERTAIN);
}

/** Migrations in JavaScript or TypeScript: in a folder of that name, or in files that bear points in time. What they are is told by their contents. */
export function mayHoldCode(folder: string, tree: FileTree): boolean {
  const names = codeFiles(tree, folder);
  return names.length > 0 && (isMigrationsName(folder) || names.some((name) => CODE_VERSION.test(name)));
}

const CODE_VERSION = /^(?:\d{4}|Migration\d|[Vv]?\d+[-_.])/;

/** Whether a folder can be a migration folder at all, from its list of entries alone. */
export function mayHold(folder: string, tree: FileTree): boolean {
  if (mayHoldCode(folder, tree)) return true;
  const named = /^(?:db|migrations?|migrate|sql|flyway)$/i.test(baseName(folder)) || dialectNamed(baseName(folder)) !== undefined;
  return tree.list(folder).some(({ name, type }) =>
    type === 'file' ? /\.(?:p?sql|ddl)$|^sqitch\.(?:plan|conf)$|^migration_lock\.toml$|^atlas\.sum$/i.test(name) : named || /^\d|^(?:meta|committed|ups?|downs?|rollbacks?|undo|revert|deploy|forward|upgrade)$/i.test(name),
  );
}
