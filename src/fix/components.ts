import type { FileChange } from '../frameworks/framework.ts';
import type { ChangeSet } from './model.ts';

export interface Component {
  readonly sets: readonly ChangeSet[];
  /** What the sets come to, one change per file. */
  readonly files: readonly FileChange[];
}

/** Change sets that touch the same files, directly or through each other, belong together. */
export function components(sets: readonly ChangeSet[], files: readonly FileChange[]): readonly Component[] {
  // Each that has got another number may have made room for any of them.
  if (sets.length > 0 && files.some(({ from }) => from !== undefined)) return [{ sets, files }];
  let found: { sets: ChangeSet[]; paths: Set<string> }[] = [];
  for (const set of sets) {
    const paths = set.files.map(({ path }) => path);
    const touching = found.filter((one) => paths.some((path) => one.paths.has(path)));
    const merged = { sets: [...touching.flatMap((one) => one.sets), set], paths: new Set([...touching.flatMap((one) => [...one.paths]), ...paths]) };
    found = [...found.filter((one) => !touching.includes(one)), merged];
  }
  return found.map(({ sets: own, paths }) => ({ sets: own, files: files.filter(({ path }) => paths.has(path)) }));
}
