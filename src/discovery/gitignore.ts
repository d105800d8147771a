import type { FileTree } from '../frameworks/framework.ts';
import { matchesSegment } from './glob.ts';

interface Pattern {
  readonly segments: readonly string[];
  readonly anchored: boolean;
  readonly negated: boolean;
}

/** Whether the .gitignore files of the tree leave a folder out. */
export function gitignore(tree: FileTree): (folder: string) => boolean {
  const patterns = new Map<string, readonly Pattern[]>();
  const of = (folder: string): readonly Pattern[] => {
    let own = patterns.get(folder);
    if (own === undefined) {
      const listed = tree.list(folder).some(({ name }) => name === '.gitignore');
      patterns.set(folder, (own = listed ? parse(tree.read(folder === '' ? '.gitignore' : `${folder}/.gitignore`) ?? '') : []));
    }
    return own;
  };
  return (folder) => {
    const segments = folder.split('/');
    let ignored = false;
    for (let depth = 0; depth < segments.length; depth++) {
      for (const pattern of of(segments.slice(0, depth).join('/'))) {
        if (pattern.negated === ignored && matches(pattern, segments.slice(depth))) ignored = !pattern.negated;
      }
    }
    return ignored;
  };
}

/** Patterns that can match a folder; those for file names do as well. */
const parse = (text: string): readonly Pattern[] =>
  text.split(/\r?\n/).flatMap((raw): Pattern[] => {
    const line = raw.trimEnd();
    if (line === '' || line.startsWith('#')) return [];
    const negated = line.startsWith('!');
    const body = (negated ? line.slice(1) : line).replace(/\/+$/, '');
    const segments = body.split('/').filter((segment) => segment !== '');
    return segments.length === 0 ? [] : [{ segments, anchored: body.includes('/'), negated }];
  });

function matches({ segments, anchored }: Pattern, path: readonly string[]): boolean {
  if (!anchored) return matchesSegment(segments[0] ?? '', path.at(-1) ?? '');
  return from(segments, 0, path, 0);
}

function from(pattern: readonly string[], p: number, path: readonly string[], n: number): boolean {
  for (; p < pattern.length; p++, n++) {
    const segment = pattern[p] ?? '';
    if (segment === '**') {
      for (let skip = n; skip <= path.length; skip++) if (from(pattern, p + 1, path, skip)) return true;
      return false;
    }
    if (n >= path.length || !(segment === path[n] || matchesSegment(segment, path[n] ?? ''))) return false;
  }
  return n === path.length;
}
