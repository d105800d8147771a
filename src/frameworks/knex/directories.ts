import { plainPath } from '../../hosts/typescript/builtins/node.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import { entryOf, isNothing, truth } from '../../hosts/typescript/value.ts';
import type { FileTree } from '../framework.ts';
import { isRecord } from '../shared/host-values.ts';
import { isOtherFolder } from '../shared/other-files.ts';
import { ancestors, baseName, fileNames, folderNames, join } from '../shared/paths.ts';

/** Folders whose migrations are one history. */
export interface Directories {
  readonly folders: readonly string[];
  /** One folder after the other instead of by the names of the files. */
  readonly separately: boolean;
}

const KNEXFILE = /^knexfile\.[cm]?[jt]s$/;
/** A knexfile that may name more than one folder. */
const SEVERAL = /\bdirectory\s*:\s*(?!['"`])|\bdirectory\b\s*[,}]|\bmigrationSource\b/;
const SOURCE = /\bmigrationSource\b/;
const MIGRATIONS = /migrations?$/i;
const DEEPEST = 12;

/** What runs along with this folder, as the nearest knexfile says it; where that is made when it runs, all folders of migrations below it that are Knex's. */
export function directoriesWith(folder: string, tree: FileTree, isOurs: (folder: string) => boolean): Directories {
  const alone: Directories = { folders: [folder], separately: false };
  const at = ancestors(folder).find((above) => fileNames(tree, above).some((name) => KNEXFILE.test(name)));
  if (at === undefined) return alone;
  const path = join(at, fileNames(tree, at).find((name) => KNEXFILE.test(name)) ?? '');
  const text = tree.read(path) ?? '';
  if (!SEVERAL.test(text)) return alone;
  const all = (): readonly string[] => below(at, tree).filter((one) => one === folder || isOurs(one));
  const known = settingsIn(path, text, tree);
  if (known.length === 0 && SOURCE.test(text)) return withAll(all(), alone);
  for (const settings of known) {
    const directory = settings.entries.get('directory');
    const source = settings.entries.get('migrationSource');
    if ((source !== undefined && !isNothing(source)) || directory?.kind === 'unknown') {
      return withAll(all(), alone);
    }
    const folders = foldersIn(directory, at, tree);
    if (folders.length > 1 && folders.includes(folder)) return { folders, separately: truth(settings.entries.get('sortDirsSeparately') ?? { kind: 'undefined' }) === true };
  }
  return alone;
}

const withAll = (folders: readonly string[], alone: Directories): Directories => (folders.includes(alone.folders[0] ?? '') ? { folders, separately: false } : alone);

/** The settings of migrations of each environment, those of production first. */
function settingsIn(path: string, text: string, tree: FileTree): readonly RecordValue[] {
  let exported: Value | undefined;
  runProgram({ path, text, read: (other) => tree.read(other) }, ({ exports }) => {
    exported = exports;
    return {};
  });
  const whole = [exported, entryOf(exported, 'default')].filter(isRecord);
  const environments = whole.flatMap(({ entries }) => [...entries].filter(([name]) => name !== 'default').sort(([a], [b]) => Number(b === 'production') - Number(a === 'production')).map(([, value]) => value));
  return [...whole, ...environments.filter(isRecord)].flatMap((settings) => {
    const own = settings.entries.get('migrations');
    return isRecord(own) ? [own] : [];
  });
}

/** Paths count from the knexfile's folder, or, where the program has made them of its own place, from the root. */
function foldersIn(directory: Value | undefined, at: string, tree: FileTree): readonly string[] {
  const paths = directory?.kind === 'list' ? directory.items : [];
  return paths.flatMap((path) => {
    if (path.kind !== 'text') return [];
    const found = [plainPath(join(at, path.text)), plainPath(path.text)].find((folder) => tree.list(folder).length > 0);
    return found === undefined ? [] : [found];
  });
}

function below(folder: string, tree: FileTree, depth = 0): readonly string[] {
  if (depth > DEEPEST) return [];
  return folderNames(tree, folder).flatMap((name) => {
    if (name.startsWith('.') || isOtherFolder(name)) return [];
    const own = join(folder, name);
    return [...(MIGRATIONS.test(baseName(own)) ? [own] : []), ...below(own, tree, depth + 1)];
  });
}
