import { join } from 'node:path/posix';
import { isIgnored, scopeFor } from '../config/config.ts';
import { userError } from '../config/errors.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { discover } from '../discovery/discover.ts';
import { isPattern } from '../discovery/glob.ts';
import { relativePath } from '../discovery/paths.ts';
import type { Unread } from '../discovery/unread.ts';
import type { History } from '../frameworks/framework.ts';
import { frameworkNamed, frameworks } from '../frameworks/registry.ts';
import type { LintHistory } from '../replay/history.ts';
import { DIALECTS } from '../names.ts';
import { counted } from '../source/words.ts';
import type { Project } from './project.ts';
import { pathFromHere } from './project.ts';

export interface Located {
  readonly histories: readonly LintHistory[];
  readonly selected: ReadonlySet<string> | undefined;
  /** One line each about what is left out, and why. */
  readonly notices: readonly string[];
  /** One line for each pattern that nothing matches. */
  readonly missing: readonly string[];
}

/** Discovers the histories of a project and finds the engine of each. */
export async function locate(project: Project): Promise<Located> {
  const { config, paths, root, tree } = project;
  checkFramework(config.scope.framework);
  const options = {
    framework: (folder: string) => scopeFor(config, join(folder, 'migration')).framework,
    ...(config.ignore.length > 0 && { ignore: (path: string) => isIgnored(config, path) }),
  };
  const found = discover(root, tree, { ...options, paths });
  const histories: LintHistory[] = [];
  const shown = pathFromHere(root);
  const without = found.unmatched.filter((path) => !isPattern(path));
  const notices = without.map((path) => `Nothing to lint in ${shown(path)}: it holds no migrations.`);
  const missing = found.unmatched.filter(isPattern).map((path) => `No migration matches ${shown(path)}`);
  for (const history of found.histories) {
    const { dialect } = scopeFor(config, history.migrations[0]?.up.path ?? history.folder);
    const name = dialect?.name ?? history.dialect ?? 'postgres';
    const engine = Object.hasOwn(DIALECTS, name) ? DIALECTS[name] : undefined;
    const version = dialect?.version ?? engine?.versions.find((each) => each === config.measuredVersion);
    if (engine === undefined) notices.push(leftOut(history, name));
    else histories.push({ history, ...versioned(engine, version), versionAssumed: version === undefined });
    if (engine !== undefined && (history.unread?.length ?? 0) > 0) notices.push(unread(history));
  }
  if (found.histories.length === 0) {
    const { unreadBelow } = await import('../discovery/unread.ts');
    const others = (paths.length === 0 ? [''] : without.map((path) => relativePath(root, path))).flatMap((path) => unreadBelow(path, tree));
    if (others.length > 0) notices.push(notRead(others, shown));
    else if (paths.length === 0) notices.push(...hidden(discover(root, tree, { ...options, everywhere: true }).histories, shown));
  }
  await Promise.all([...new Set(histories.map(({ dialect }) => dialect))].map((dialect) => dialect.load()));
  return { histories, selected: found.selected, notices, missing };
}

/** Refuses a `--dialect` that there is not, before anything is read. */
export function checkDialect(text: string | undefined): void {
  if (text === undefined) return;
  const match = /^([a-z]+)(?:@(\d+)(?:\.\d+)*)?$/i.exec(text);
  if (match === null) throw userError(`--dialect must be an engine with or without a version, as in postgres@15, not "${text}".`);
  const name = match[1] ?? '';
  if (!Object.hasOwn(DIALECTS, name)) throw userError(`There is no dialect "${name}".${didYouMean(name, Object.keys(DIALECTS)) || ` There is ${Object.keys(DIALECTS)[0] ?? ''}.`}`);
}

function checkFramework(name: string | undefined): void {
  if (name === undefined || frameworkNamed(name) !== undefined) return;
  const names = frameworks.map((framework) => framework.name);
  throw userError(`There is no framework "${name}".${didYouMean(name, names) || ` There are ${names.join(', ')}.`}`);
}

function versioned(dialect: Dialect, version: number | undefined): { dialect: Dialect; version: number } {
  if (version === undefined || dialect.versions.includes(version)) return { dialect, version: version ?? dialect.defaultVersion };
  const [lowest = 0, highest = 0] = [Math.min(...dialect.versions), Math.max(...dialect.versions)];
  throw userError(`${dialect.name}@${String(version)} is not supported: versions ${String(lowest)} to ${String(highest)} are.`);
}

const leftOut = ({ folder, framework, migrations }: History, dialect: string): string =>
  `Left out ${folderOf(folder)} (${framework}, ${counted(migrations.length, 'migration')}): it is for ${dialect}, which is not supported. If it is not, say so with --dialect.`;

const unread = ({ folder, unread: files = [] }: History): string =>
  files.length === 1
    ? `${files[0] ?? ''} is a migration that is not SQL and was not read: what it changes is unknown here.`
    : `${counted(files.length, 'migration')} in ${folderOf(folder)} are not SQL and were not read, as ${files[0] ?? ''}: what they change is unknown here.`;

const notRead = (others: readonly Unread[], shown: (path: string) => string): string => {
  const named = others.slice(0, NAMED).map(({ tool, folder, count }) => `${folder === '' ? 'this folder' : shown(folder)} (${tool}, ${counted(count, 'migration')})`);
  const more = others.length - named.length;
  return `Found, but not read: ${named.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}. Lockkeeper reads SQL, and migrations in JavaScript and TypeScript.`;
};

const hidden = (histories: readonly History[], shown: (path: string) => string): readonly string[] =>
  histories.slice(0, 1).map(({ folder, framework, migrations }) => `Left out ${shown(folder)} (${framework}, ${counted(migrations.length, 'migration')}): .gitignore names it. If those are yours: lockkeeper lint ${shown(folder)}`);

/** Folders that a line names. */
const NAMED = 5;

const folderOf = (folder: string): string => (folder === '' ? 'this folder' : folder);
