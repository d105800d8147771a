import type { Direction, TransactionPolicy } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';
import type { FileTree, History, HistoryProblem, MigrationSource, ScriptSource } from '../framework.ts';
import { naturalCompare } from './order.ts';
import { hasSql, saysIrreversible } from './text.ts';

/** A migration being put together; without `up` it is a way back that belongs to nothing. */
export interface Draft {
  readonly version?: string;
  readonly name: string;
  readonly up?: ScriptSource;
  readonly down?: ScriptSource;
  readonly irreversible?: boolean;
  /** Nobody can tell before it is read whether `down` is one. */
  readonly unsure?: boolean;
  /** The tool has no way back for this one, whatever the project does. */
  readonly oneWay?: boolean;
}

/**
 * When a way back is expected of a migration:
 * - `never`: the tool has none.
 * - `used`: where the project keeps them: a quarter of its migrations has one, or half of the last ten.
 * - `always`: the tool demands it.
 */
export type Downs = 'never' | 'used' | 'always';

export interface HistoryParts {
  readonly framework: string;
  readonly folder: string;
  /** In the order in which they run. */
  readonly drafts: readonly Draft[];
  readonly downs: Downs;
  readonly problems?: readonly HistoryProblem[];
  readonly dialect?: string | undefined;
  readonly unread?: readonly string[];
  /** In which order the tool runs two files, which tells when those run that are not read; absent: as their paths stand. */
  readonly order?: (a: string, b: string) => number;
  /** What the tool compares to tell two versions apart; absent: the version as written; null: two may be alike. */
  readonly sameVersion?: ((version: string) => string) | null;
  /** What stands here for versions are numbers in names; the tool that runs them is not known. */
  readonly guessed?: true;
}

export function history(parts: HistoryParts): History {
  const { drafts, downs } = parts;
  const expected = downs === 'always' || (downs === 'used' && keepsDowns(drafts.filter(({ up, oneWay }) => up !== undefined && oneWay !== true)));
  const migrations: MigrationSource[] = [];
  const problems: HistoryProblem[] = [...(parts.problems ?? [])];
  for (const draft of drafts) {
    if (draft.up !== undefined) migrations.push(migrationOf(draft, draft.up, expected));
    else if (draft.down !== undefined && draft.unsure !== true) problems.push({ problem: 'missing-up', path: draft.down.path, detail: `There is a way back for ${draft.name} but no way forward.` });
  }
  return {
    framework: parts.framework,
    folder: parts.folder,
    migrations: parts.unread === undefined ? migrations : amongUnread(migrations, parts.unread, parts.order ?? naturalCompare),
    problems: [...problems, ...(parts.sameVersion === null ? [] : duplicates(migrations, parts))],
    ...(parts.dialect === undefined ? {} : { dialect: parts.dialect }),
    ...(parts.unread === undefined || parts.unread.length === 0 ? {} : { unread: parts.unread }),
  };
}

/** Said field by field: `fix` reads a folder twice for every file that it writes, and taking fields out of an object costs more than all else there. */
function migrationOf({ version, name, down, irreversible, oneWay }: Draft, up: ScriptSource, expected: boolean): MigrationSource {
  const migration: { -readonly [K in keyof MigrationSource]: MigrationSource[K] } = { name, up, downExpected: expected && oneWay !== true };
  if (version !== undefined) migration.version = version;
  if (down !== undefined) migration.down = down;
  if (irreversible !== undefined) migration.irreversible = irreversible;
  return migration;
}

/** What is not read runs where its name puts it. */
function amongUnread(migrations: readonly MigrationSource[], paths: readonly string[], order: (a: string, b: string) => number): readonly MigrationSource[] {
  const ahead = paths.filter((path) => !/\.down\.\w+$/.test(path)).sort(order);
  let next = 0;
  return migrations.map((migration) => {
    const from = next;
    while (next < ahead.length && order(ahead[next] ?? '', migration.up.path) < 0) next++;
    return from === next ? migration : { ...migration, unread: ahead.slice(from, next).map(unreadScript) };
  });
}

const unreadScript = (path: string): ScriptSource => ({
  path,
  direction: 'up',
  transaction: { wrap: 'none' },
  program: ({ text }) => ({ emissions: [{ call: { start: 0, end: text.length }, opaque: 'unsupported', detail: text }], comments: [] }),
});

function keepsDowns(drafts: readonly Draft[]): boolean {
  const share = (some: readonly Draft[]): number => some.filter(({ down, unsure }) => down !== undefined && unsure !== true).length / Math.max(1, some.length);
  return share(drafts) >= 0.25 || share(drafts.slice(-10)) >= 0.5;
}

function duplicates(migrations: readonly MigrationSource[], { sameVersion, guessed }: HistoryParts): readonly HistoryProblem[] {
  const first = new Map<string, string>();
  const found: HistoryProblem[] = [];
  for (const { version, up } of migrations) {
    if (version === undefined) continue;
    const key = sameVersion?.(version) ?? version;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, up.path);
    else if (earlier !== up.path) found.push({ problem: 'duplicate-version', path: up.path, detail: `Version ${version} is also that of ${earlier}.`, ...(guessed && { guessed }) });
  }
  // A project that went on after it again and again is run by somebody who tells such migrations apart.
  return guessed === true && found.length >= OFTEN ? [] : found;
}

/** Collisions of versions after which a tool that minds would not have been used any longer. */
export const OFTEN = 3;

/** A file that is one direction of a migration; the two with the same key belong together. */
export interface Half {
  readonly path: string;
  readonly direction: Direction;
  readonly key: string;
  readonly version?: string;
  readonly name: string;
  readonly transaction: TransactionPolicy;
  readonly placeholders?: readonly RegExp[];
}

/** Pairs halves in the order of their first appearance; a second half of the same direction starts a migration of its own. */
export function pair(halves: readonly Half[], tree: FileTree): readonly Draft[] {
  const open = new Map<string, { version?: string; name: string; up?: ScriptSource; down?: ScriptSource; irreversible?: boolean }>();
  const drafts: Draft[] = [];
  for (const { key, direction, path, transaction, version, name, placeholders } of halves) {
    let draft = open.get(key);
    if (draft?.[direction] !== undefined || draft === undefined) {
      draft = { ...(version === undefined ? {} : { version }), name };
      open.set(key, draft);
      drafts.push(draft);
    }
    draft[direction] = { path, direction, transaction, ...(placeholders === undefined ? {} : { placeholders }) };
    if (direction === 'down' && saysIrreversible(tree.read(path) ?? '')) draft.irreversible = true;
  }
  return drafts;
}

/** A file that holds both directions. */
export interface TwoWay {
  readonly path: string;
  readonly version?: string;
  readonly name: string;
  readonly text: string;
  readonly up: readonly Span[];
  /** Absent where the file says nothing about a way back. */
  readonly down?: readonly Span[];
  readonly transaction: { readonly up: TransactionPolicy; readonly down: TransactionPolicy };
  readonly placeholders?: readonly RegExp[];
  readonly joined?: boolean;
}

export function twoWay({ path, version, name, text, up, down, transaction, placeholders, joined }: TwoWay): Draft {
  const script = (direction: Direction, sections: readonly Span[]): ScriptSource => ({
    path,
    direction,
    sections,
    transaction: transaction[direction],
    ...(placeholders === undefined ? {} : { placeholders }),
    ...(joined === true && { joined }),
  });
  return {
    ...(version === undefined ? {} : { version }),
    name,
    up: script('up', up),
    ...(down === undefined ? {} : { down: script('down', down) }),
    ...(down !== undefined && saysIrreversible(text, down) ? { irreversible: true } : {}),
  };
}

/** Sections without any SQL are kept only where nothing else stands for the direction. */
export const withSql = (text: string, sections: readonly Span[]): readonly Span[] => {
  const filled = sections.filter((section) => hasSql(text, section));
  return filled.length > 0 ? filled : sections.slice(0, 1);
};
