import type { FileTree, Framework, History } from '../frameworks/framework.ts';
import { CERTAIN, frameworkNamed, frameworks, recognise } from '../frameworks/registry.ts';
import { isOtherFolder } from '../frameworks/shared/other-files.ts';
import { isOrdered, orderOf } from '../frameworks/shared/ordered-names.ts';
import { naturalCompare } from '../frameworks/shared/order.ts';
import { ancestors, baseName, fileNames, folderNames, isCode, isSql, join, parentOf, sqlFiles } from '../frameworks/shared/paths.ts';
import sql from '../frameworks/sql/index.ts';
import { guessDialect } from './dialect.ts';
import { isMigrationsName, isPlainHistory, isSplitHistory, mayHold } from './folders.ts';
import { gitignore } from './gitignore.ts';
import { expand, isPattern } from './glob.ts';
import { relativePath } from './paths.ts';

export interface DiscoverOptions {
  /** Name of the framework to take whatever the folders look like: everywhere, or by folder. */
  readonly framework?: string | ((folder: string) => string | undefined);
  /** Files, folders and patterns to report on, absolute or relative to the root; none: the migrations of the project. */
  readonly paths?: readonly string[];
  /** Files and folders to leave out of the report; files are replayed all the same. */
  readonly ignore?: (path: string) => boolean;
  /** Also look where the .gitignore files of the tree say not to. */
  readonly everywhere?: boolean;
}

export interface Discovery {
  readonly histories: readonly History[];
  /** Files to report on; undefined: all. */
  readonly selected: ReadonlySet<string> | undefined;
  /** Paths asked for that are not there or hold no SQL. */
  readonly unmatched: readonly string[];
}

/** Finds the histories that the paths belong to. Throws a RangeError for a framework that there is not. */
export function discover(root: string, tree: FileTree, options: DiscoverOptions = {}): Discovery {
  const search = searcher(tree, forcedBy(options.framework), options);
  if (options.paths === undefined || options.paths.length === 0) {
    const histories = search.project();
    return { histories, selected: options.ignore === undefined ? undefined : notIgnored(allPaths(histories), options.ignore), unmatched: [] };
  }
  const histories = new Set<History>();
  const selected = new Set<string>();
  const unmatched: string[] = [];
  for (const given of options.paths) {
    const path = relativePath(root, given);
    const kind = kindOf(path, tree);
    if (kind === 'folder') {
      const found = search.folder(path);
      for (const history of found) histories.add(history);
      for (const file of allPaths(found)) if (path === '' || file.startsWith(`${path}/`)) selected.add(file);
      if (found.length === 0) unmatched.push(given);
      continue;
    }
    const files = kind === 'file' ? [path] : isPattern(path) ? expand(path, tree, search.mayEnter) : [];
    if (files.length === 0) unmatched.push(given);
    for (const file of files.filter((path) => isSql(path) || isCode(baseName(path)))) {
      const history = search.file(file);
      if (history === undefined) continue;
      histories.add(history);
      selected.add(file);
    }
  }
  return { histories: [...histories], selected: options.ignore === undefined ? selected : notIgnored(selected, options.ignore), unmatched };
}

type Forced = (folder: string) => Framework | undefined;

function forcedBy(framework: DiscoverOptions['framework']): Forced {
  const named = (name: string | undefined): Framework | undefined => {
    const found = name === undefined ? undefined : frameworkNamed(name);
    if (name !== undefined && found === undefined) throw new RangeError(`unknown framework "${name}"; known are ${frameworks.map((known) => known.name).join(', ')}`);
    return found;
  };
  if (typeof framework === 'function') return (folder) => named(framework(folder));
  const everywhere = named(framework);
  return () => everywhere;
}

/** Folders further down are not looked at. */
const DEEPEST = 24;

/** Scripts to be run by hand when a migration went wrong; they belong to the folder beside or above them. */
const WAY_BACK = /^(?:rollbacks?|undo|downs?|reverts?)$/i;

interface Search {
  /** All migration folders below the root, or what comes closest to one. */
  project(): readonly History[];
  folder(folder: string): readonly History[];
  file(path: string): History | undefined;
  mayEnter(folder: string): boolean;
}

function searcher(tree: FileTree, forced: Forced, { ignore, everywhere = false }: DiscoverOptions): Search {
  const ignored = everywhere ? () => false : gitignore(tree);
  const histories = new Map<string, History>();
  const contents = new Map<History, ReadonlySet<string>>();
  const around = new Map<string, readonly History[]>();

  return { project, folder: inFolder, file: ofFile, mayEnter };

  function read(framework: Framework, folder: string, from = tree, key = ''): History {
    const id = `${framework.name}\0${folder}\0${key}`;
    let history = histories.get(id);
    if (history === undefined) {
      const found = framework.read(folder, from);
      const dialect = guessDialect(found, from);
      history = dialect === undefined ? found : { ...found, dialect };
      histories.set(id, history);
    }
    return history;
  }

  function filesOf(history: History): ReadonlySet<string> {
    let files = contents.get(history);
    if (files === undefined) contents.set(history, (files = new Set(allPaths([history]))));
    return files;
  }

  function mayEnter(folder: string): boolean {
    return !isOtherFolder(baseName(folder)) && ignore?.(folder) !== true && !ignored(folder);
  }

  function project(): readonly History[] {
    const strict = below('');
    if (strict.length > 0) return strict;
    // A folder of SQL and little else, as somebody stands in it or hands it over.
    const files = fileNames(tree, '').filter((name) => !name.startsWith('.'));
    if (sqlFiles(tree, '').length * 2 >= Math.max(1, files.length)) return [read(forced('') ?? recognise('', tree)?.framework ?? sql, '')];
    const folders = folderNames(tree, '').filter((name) => mayEnter(name));
    if (!folders.every((name) => sqlFiles(tree, name).length > 0) || files.some((name) => !/\.(?:md|txt|ya?ml|json)$/i.test(name))) return [];
    return (folders.length === 1 ? folders : folders.filter((name) => isOrdered(sqlFiles(tree, name)))).map((name) => read(forced(name) ?? sql, name));
  }

  /** Folders that bear somebody's marks first; plain ones only where those leave something over. */
  function below(start: string): History[] {
    const found: History[] = [];
    const claimed = new Set<string>();
    const marked: string[] = [];
    const plain: string[] = [];
    const claim = (history: History): void => {
      const files = filesOf(history);
      if (files.size === 0 || [...files].every((path) => claimed.has(path))) return;
      for (const path of files) claimed.add(path);
      found.push(history);
    };
    const isClaimed = (folder: string): boolean => {
      const names = sqlFiles(tree, folder);
      return names.length > 0 && names.every((name) => claimed.has(join(folder, name)));
    };
    visit(start, (folder) => {
      if (!mayHold(folder, tree) || isClaimed(folder) || (folder !== start && WAY_BACK.test(baseName(folder)))) return;
      const framework = owner(folder);
      if (framework === undefined) plain.push(folder);
      else {
        marked.push(folder);
        claim(read(framework, folder));
      }
    });
    const unmarked = found.length === 0;
    for (const folder of plain) {
      // The tool that was named reads what has no marks only where nothing has.
      const named = forced(folder);
      if (named !== undefined && !unmarked) continue;
      if (marked.some((other) => isBelow(folder, other)) || !(isPlainHistory(folder, tree) || isSplitHistory(folder, tree))) continue;
      const covers = marked.some((other) => isBelow(other, folder));
      if (!covers) claim(read(named ?? sql, folder));
      else if (isOrdered(sqlFiles(tree, folder))) claim(without(read(sql, folder), claimed));
    }
    return found.sort((a, b) => naturalCompare(a.folder, b.folder));
  }

  /** Who left marks in a folder. */
  function owner(folder: string): Framework | undefined {
    const named = forced(folder);
    if (named !== undefined) return named.recognise(folder, tree) > 0 ? named : undefined;
    const best = recognise(folder, tree);
    return best !== undefined && best.score >= CERTAIN ? best.framework : undefined;
  }

  function visit(start: string, look: (folder: string) => void, depth = 0): void {
    look(start);
    if (depth >= DEEPEST) return;
    for (const name of folderNames(tree, start)) {
      const folder = join(start, name);
      if (mayEnter(folder)) visit(folder, look, depth + 1);
    }
  }

  function inFolder(folder: string): readonly History[] {
    const named = forced(folder);
    const outer = named === undefined ? enclosing(folder) : undefined;
    if (outer !== undefined) return [outer];
    const inner = below(folder);
    if (inner.length > 0) return inner;
    const plain = read(named ?? sql, folder);
    return plain.migrations.length > 0 ? [plain] : [];
  }

  /** The history of a folder above that has files of this one among its migrations. */
  function enclosing(folder: string): History | undefined {
    for (const at of ancestors(folder).slice(1, 4)) {
      const best = recognise(at, tree);
      if (best === undefined || best.score < CERTAIN) continue;
      const history = read(best.framework, at);
      if ([...filesOf(history)].some((path) => path.startsWith(`${folder}/`))) return history;
    }
    return undefined;
  }

  function ofFile(path: string): History | undefined {
    const folder = parentOf(path) ?? '';
    let candidates = around.get(folder);
    if (candidates === undefined) around.set(folder, (candidates = candidatesFor(folder)));
    const known = candidates.find((history) => filesOf(history).has(path));
    if (known !== undefined && (known.framework !== sql.name || orderOf(baseName(path)) !== undefined)) return known;
    if (!fileNames(tree, folder).includes(baseName(path)) && tree.read(path) === undefined) return undefined;
    return alone(path, folder);
  }

  /** Histories that a file of this folder may belong to, the surest first. */
  function candidatesFor(folder: string): readonly History[] {
    const above = ancestors(folder).slice(0, 4);
    const said = forced(folder);
    if (said !== undefined) return above.filter((at) => said.recognise(at, tree) > 0 || at === folder).map((at) => read(said, at));
    const sure = above.flatMap((at) => {
      const best = recognise(at, tree);
      return best === undefined || best.score < CERTAIN ? [] : [{ ...best, at }];
    });
    const found = sure.sort((a, b) => b.score - a.score).map(({ framework, at }) => read(framework, at));
    const named = above.findLast(isMigrationsName) ?? folder;
    return isOrdered(sqlFiles(tree, folder)) ? [...found, read(sql, named)] : found;
  }

  /** A file among others that have nothing to do with it. */
  function alone(path: string, folder: string): History | undefined {
    const single: FileTree = { list: (at) => (at === folder ? [{ name: baseName(path), type: 'file' }] : []), read: (at) => tree.read(at) };
    const best = forced(folder) ?? recognise(folder, single)?.framework ?? sql;
    if (best === sql && !isSql(path)) return undefined;
    const history = read(best, folder, single, path);
    return filesOf(history).has(path) ? history : read(sql, folder, single, path);
  }
}

function kindOf(path: string, tree: FileTree): 'file' | 'folder' | undefined {
  if (path === '') return 'folder';
  const listed = tree.list(parentOf(path) ?? '').find(({ name }) => name === baseName(path))?.type;
  return listed ?? (tree.list(path).length > 0 ? 'folder' : tree.read(path) !== undefined ? 'file' : undefined);
}

const isBelow = (folder: string, other: string): boolean => folder !== other && (other === '' || folder.startsWith(`${other}/`));

const without = (history: History, claimed: ReadonlySet<string>): History => ({
  ...history,
  migrations: history.migrations.filter(({ up }) => !claimed.has(up.path)),
  problems: history.problems.filter(({ path }) => !claimed.has(path)),
});

const allPaths = (histories: readonly History[]): Set<string> => {
  const paths = new Set<string>();
  for (const { migrations, problems } of histories) {
    for (const { up, down } of migrations) {
      paths.add(up.path);
      if (down !== undefined) paths.add(down.path);
    }
    for (const { path } of problems) paths.add(path);
  }
  return paths;
};

const notIgnored = (paths: ReadonlySet<string>, ignore: (path: string) => boolean): ReadonlySet<string> => new Set([...paths].filter((path) => !ignore(path)));
