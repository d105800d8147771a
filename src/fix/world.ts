import { overlayFiles } from '../discovery/overlay.ts';
import type { FileChange, FileTree, History, MigrationSource, SqlReader } from '../frameworks/framework.ts';
import { frameworkNamed } from '../frameworks/registry.ts';
import { isSame } from '../frameworks/shared/writing.ts';
import type { Statement } from '../ir/migration.ts';
import type { Reader } from '../read.ts';

/** File changes as they add up: one per path, each against what is on the disk. */
export type Changes = ReadonlyMap<string, FileChange>;

export const NO_CHANGES: Changes = new Map();

/** Later changes on top of earlier ones; a file that is as it was is none. */
export function added(changes: Changes, more: readonly FileChange[]): Changes {
  const all = new Map(changes);
  for (const change of more) {
    const before = all.has(change.path) ? (all.get(change.path)?.before ?? null) : change.before;
    if (before === change.text) all.delete(change.path);
    else all.set(change.path, { path: change.path, text: change.text, before });
  }
  return all;
}

const trees = new WeakMap<Changes, { readonly on: FileTree; readonly tree: FileTree }>();

export function treeWith(on: FileTree, changes: Changes): FileTree {
  if (changes.size === 0) return on;
  const known = trees.get(changes);
  if (known?.on === on) return known.tree;
  const tree = overlayFiles(on, new Map([...changes.values()].map(({ path, text }) => [path, text])));
  trees.set(changes, { on, tree });
  return tree;
}

const readings = new WeakMap<FileTree, Map<string, History>>();

/** The history as its framework sees it after changes; of a tree that has changes in it once. */
export function reread({ framework, folder, dialect }: History, tree: FileTree): History {
  let known = readings.get(tree);
  if (known === undefined) readings.set(tree, (known = new Map()));
  const key = `${framework}\0${folder}\0${dialect ?? ''}`;
  let history = known.get(key);
  if (history === undefined) {
    const read = frameworkNamed(framework)?.read(folder, tree) ?? { framework, folder, migrations: [], problems: [] };
    known.set(key, (history = dialect === undefined ? read : { ...read, dialect }));
  }
  return history;
}

/** The same migration in another reading of its history. */
export const again = (source: MigrationSource, { migrations }: History): MigrationSource | undefined => migrations.find((other) => isSame(other, source));

/** How the dialect of a history reads SQL, as writers ask for it: most of it time and again, as one way of writing it after the other is tried. */
export const readerOf = ({ dialect, version }: Reader): SqlReader => ({ dialect: dialect.name, version, read: (sql) => statementsIn(sql, dialect) });

const texts = new WeakMap<Reader['dialect'], Map<string, readonly Statement[]>>();

/** Texts that are remembered at a time. */
const MOST = 20_000;

function statementsIn(sql: string, dialect: Reader['dialect']): readonly Statement[] {
  let known = texts.get(dialect);
  if (known === undefined || known.size >= MOST) texts.set(dialect, (known = new Map()));
  let statements = known.get(sql);
  if (statements === undefined) known.set(sql, (statements = dialect.parse(sql).statements));
  return statements;
}
