import type { FileTree } from '../frameworks/framework.ts';

/** Characters that make an argument a pattern; a file of that very name comes first. */
export const isPattern = (path: string): boolean => /[*?{[]/.test(path);

/** Files that match a pattern of `*`, `?`, `[a-z]`, `{a,b}` and `**`, read folder by folder: only where it can match. */
export function expand(pattern: string, tree: FileTree, enter: (folder: string) => boolean): readonly string[] {
  const found = new Set<string>();
  for (const alternative of alternatives(pattern)) {
    const segments = alternative.split('/').filter((segment) => segment !== '' && segment !== '.');
    walk('', segments.filter((segment, index) => segment !== '**' || segments[index - 1] !== '**'), 0);
  }
  return [...found].sort();

  function walk(folder: string, segments: readonly string[], depth: number): void {
    const [segment, ...rest] = segments;
    if (segment === undefined || depth > 40) return;
    if (segment === '**') walk(folder, rest, depth + 1);
    for (const { name, type } of tree.list(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (segment === '**') {
        if (type === 'file' && rest.length === 0) found.add(path);
        else if (type === 'folder' && !name.startsWith('.') && enter(path)) walk(path, segments, depth + 1);
      } else if (matchesSegment(segment, name)) {
        if (rest.length > 0) {
          if (type === 'folder') walk(path, rest, depth + 1);
        } else if (type === 'file') found.add(path);
        else for (const file of all(path)) found.add(file);
      }
    }
  }

  function all(folder: string): readonly string[] {
    return tree.list(folder).flatMap(({ name, type }) => {
      const path = `${folder}/${name}`;
      return type === 'file' ? [path] : name.startsWith('.') || !enter(path) ? [] : all(path);
    });
  }
}

const MOST_ALTERNATIVES = 256;

/** `a{b,c}d` → `abd`, `acd`; braces without a comma or an end are themselves. */
export function alternatives(pattern: string): readonly string[] {
  let open = [pattern];
  for (let round = 0; round < 16; round++) {
    const next = open.flatMap((one) => {
      const match = /\{([^{}]*,[^{}]*)\}/.exec(one);
      if (match === null) return [one];
      return (match[1] ?? '').split(',').map((choice) => one.slice(0, match.index) + choice + one.slice(match.index + match[0].length));
    });
    if (next.length === open.length || next.length > MOST_ALTERNATIVES) return open;
    open = next;
  }
  return open;
}

/** One name against one segment of a pattern, in time proportional to the product of their lengths. */
export function matchesSegment(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  let p = 0;
  let n = 0;
  let star = -1;
  let retry = 0;
  while (n < name.length) {
    const step = p < pattern.length && pattern.charAt(p) !== '*' ? one(pattern, p, name.charAt(n)) : 0;
    if (step > 0) {
      p += step;
      n++;
    } else if (pattern.charAt(p) === '*') {
      star = p++;
      retry = n;
    } else if (star >= 0) {
      p = star + 1;
      n = ++retry;
    } else return false;
  }
  while (pattern.charAt(p) === '*') p++;
  return p === pattern.length;
}

/** Length of the pattern's element at `at` if it takes the character, else 0. */
function one(pattern: string, at: number, char: string): number {
  const element = pattern.charAt(at);
  if (element === '?') return 1;
  if (element === '\\' && at + 1 < pattern.length) return pattern.charAt(at + 1) === char ? 2 : 0;
  const close = element === '[' ? pattern.indexOf(']', at + 2) : -1;
  if (close < 0) return element === char ? 1 : 0;
  const negated = /[!^]/.test(pattern.charAt(at + 1));
  const set = pattern.slice(at + (negated ? 2 : 1), close);
  return inSet(set, char) !== negated ? close - at + 1 : 0;
}

function inSet(set: string, char: string): boolean {
  for (let i = 0; i < set.length; i++) {
    if (set.charAt(i + 1) === '-' && i + 2 < set.length) {
      if (char >= set.charAt(i) && char <= set.charAt(i + 2)) return true;
      i += 2;
    } else if (set.charAt(i) === char) return true;
  }
  return false;
}
