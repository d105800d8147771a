import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, HistoryProblem } from '../framework.ts';
import type { Half } from './history.ts';
import { join, sqlFiles } from './paths.ts';
import { naturalCompare, normalNumber } from './order.ts';

export interface HalfFiles {
  /** Matches a file's name; groups `version` and `name`, and `direction` where the name tells it. */
  readonly pattern: RegExp;
  /** The policy of a file; `text` reads it. */
  readonly transaction: (text: () => string) => TransactionPolicy;
  /** What the tool does with a file that is numbered but does not match, one sentence. */
  readonly ignores: string;
  readonly placeholders?: readonly RegExp[];
  /** Order of versions, names as they are listed among equals; absent: natural order of file names. */
  readonly compare?: (a: string, b: string) => number;
}

/** The files of one folder, each one direction of a migration, in the order in which they run. */
export function halvesOf(folder: string, tree: FileTree, spec: HalfFiles): { halves: readonly Half[]; problems: readonly HistoryProblem[] } {
  const halves: Half[] = [];
  const problems: HistoryProblem[] = [];
  const { compare } = spec;
  const files = sqlFiles(tree, folder);
  for (const file of compare === undefined ? [...files].sort(naturalCompare) : files) {
    const path = join(folder, file);
    const groups = spec.pattern.exec(file)?.groups;
    if (groups === undefined) {
      if (looksNumbered(file)) problems.push({ problem: 'ignored-file', path, detail: spec.ignores });
      continue;
    }
    const { version, name = '', direction = 'up' } = groups;
    halves.push({
      path,
      direction: /^(?:up|do|forward|apply)$/i.test(direction) ? 'up' : 'down',
      key: `${version ?? ''}\0${name}`,
      ...(version === undefined ? {} : { version }),
      name: name || version || file,
      transaction: spec.transaction(() => tree.read(path) ?? ''),
      ...(spec.placeholders === undefined ? {} : { placeholders: spec.placeholders }),
    });
  }
  if (compare !== undefined) halves.sort((a, b) => compare(a.version ?? '', b.version ?? ''));
  return { halves, problems };
}

/** For tools that pair by version whatever the names: where a version has one file each way, the two belong together. */
export function pairedByVersion(halves: readonly Half[]): readonly Half[] {
  const counts = new Map<string, { up: number; down: number }>();
  const keyed = halves.map((half) => ({ half, key: normalNumber(half.version ?? '') }));
  for (const { half, key } of keyed) {
    const count = counts.get(key) ?? { up: 0, down: 0 };
    count[half.direction]++;
    counts.set(key, count);
  }
  return keyed.map(({ half, key }) => {
    const { up, down } = counts.get(key) ?? { up: 0, down: 0 };
    return up <= 1 && down <= 1 ? { ...half, key } : half;
  });
}

/** A name that its author meant to be part of the order. */
export const looksNumbered = (file: string): boolean => /^[VvUuBb]?\d/.test(file);
