import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, History, HistoryProblem, ScriptSource } from '../framework.ts';
import { history } from './history.ts';
import type { Draft } from './history.ts';
import { lexicalCompare, numericCompare, normalNumber } from './order.ts';
import { spread } from './sample.ts';
import { baseName, filesBelow, isSql, join } from './paths.ts';

/** `V1.2__name.sql` and its relatives: V versioned, U undo, R repeatable, B baseline. */
const NAME = /^(?<kind>[VURB])(?<version>\d[\d._]*?)?(?:__(?<name>.*))?\.sql$/i;

/** Where the settings take the V away. */
const BARE = /^(?<version>\d[\d._]*?)__(?<name>.*)\.sql$/i;

export interface VersionedFile {
  readonly path: string;
  readonly kind: 'V' | 'U' | 'R' | 'B';
  /** Empty for repeatable ones. */
  readonly version: string;
  readonly name: string;
}

export interface Versioned {
  readonly framework: string;
  readonly title: string;
  /** Kinds that the tool knows; other files are not its own. */
  readonly kinds: string;
  /** U stands for versions like V does, not for undo. */
  readonly noUndo?: boolean;
  /** Versions have no letter in front. */
  readonly bare?: boolean;
  /** Migrations in another language, named in the same way. */
  readonly unread?: readonly string[];
  policy(file: VersionedFile, text: () => string): TransactionPolicy;
  readonly placeholders?: readonly RegExp[];
  problems?(file: VersionedFile, text: () => string): readonly HistoryProblem[];
}

export function parseVersioned(path: string, kinds: string, bare = false): VersionedFile | undefined {
  const plain = bare ? BARE.exec(baseName(path))?.groups : undefined;
  if (plain !== undefined) return { path, kind: 'V', version: plain['version'] ?? '', name: plain['name'] ?? '' };
  const groups = NAME.exec(baseName(path))?.groups;
  const kind = groups?.['kind'];
  if (groups === undefined || kind === undefined || !kinds.includes(kind)) return undefined;
  const { version = '', name = '' } = groups;
  if ((version === '') !== (kind === 'R') || (kind === 'R' && name === '') || /[._]{2}|[._]$/.test(version)) return undefined;
  return { path, kind: kind as VersionedFile['kind'], version, name };
}

export const versionedShare = (names: readonly string[], kinds: string, bare = false): number => {
  const some = spread(names, 100);
  return some.length === 0 ? 0 : some.filter((name) => parseVersioned(name, kinds, bare) !== undefined).length / some.length;
};

export function versionedHistory(folder: string, tree: FileTree, tool: Versioned): History {
  const files: VersionedFile[] = [];
  const problems: HistoryProblem[] = [];
  for (const relative of filesBelow(tree, folder).filter(isSql)) {
    const path = join(folder, relative);
    const file = parseVersioned(path, tool.kinds, tool.bare);
    if (file !== undefined) files.push(tool.noUndo === true && file.kind === 'U' ? { ...file, kind: 'V' } : file);
    else if (/^[VURB]\d/i.test(baseName(path))) problems.push({ problem: 'ignored-file', path, detail: `${tool.title} ignores it: the name is not V<version>__<description>.sql.` });
  }
  const script = (file: VersionedFile, direction: 'up' | 'down'): ScriptSource => ({
    path: file.path,
    direction,
    transaction: tool.policy(file, () => tree.read(file.path) ?? ''),
    ...(tool.placeholders === undefined ? {} : { placeholders: tool.placeholders }),
  });
  const unread = (tool.unread ?? []).filter((path) => versionOf(path, tool) !== undefined);
  const undo = new Map(files.filter(({ kind }) => kind === 'U').map((file) => [versionKey(file.version), file]));
  const drafts = inOrder(files).map((file): Draft => {
    const back = file.kind === 'V' ? undo.get(versionKey(file.version)) : undefined;
    problems.push(...(tool.problems?.(file, () => tree.read(file.path) ?? '') ?? []));
    return {
      ...(file.version === '' ? {} : { version: file.version }),
      name: file.name.replaceAll('_', ' ') || file.version,
      up: script(file, 'up'),
      ...(back === undefined ? {} : { down: script(back, 'down') }),
      ...(file.kind === 'V' ? {} : { oneWay: true }),
    };
  });
  return history({ framework: tool.framework, folder, drafts, downs: 'used', problems, sameVersion: versionKey, ...(unread.length > 0 && { unread, order: (a, b) => versionOrder(versionOf(a, tool), versionOf(b, tool)) }) });
}

/** Empty for repeatable ones. */
const versionOf = (path: string, { kinds, bare }: Versioned): string | undefined => parseVersioned(path.replace(/\.\w+$/, '.sql'), kinds, bare)?.version;

/** Those without a version run last. */
function versionOrder(a: string | undefined = '', b: string | undefined = ''): number {
  if (a === '' || b === '') return Number(a === '') - Number(b === '');
  return compareVersions(a, b);
}

/** `1`, `01` and `1.0` are one version. */
export const versionKey = (version: string): string => version.split(/[._]/).map(normalNumber).join('.').replace(/(?:\.0)+$/, '');

export function compareVersions(a: string, b: string): number {
  const left = a.split(/[._]/);
  const right = b.split(/[._]/);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = numericCompare(left[i] ?? '0', right[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** Versions first; a baseline only where it stands for migrations that are gone; repeatables last, by description. */
function inOrder(files: readonly VersionedFile[]): readonly VersionedFile[] {
  const versioned = files.filter(({ kind }) => kind === 'V');
  const baselines = files.filter(({ kind, version }) => kind === 'B' && !versioned.some((file) => compareVersions(file.version, version) <= 0));
  const numbered = [...versioned, ...baselines].sort((a, b) => compareVersions(a.version, b.version) || lexicalCompare(a.path, b.path));
  return [...numbered, ...files.filter(({ kind }) => kind === 'R').sort((a, b) => lexicalCompare(a.name, b.name))];
}
