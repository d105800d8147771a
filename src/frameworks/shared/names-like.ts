/** Name of a file without its ending, put together as its neighbour's is: words joined with `_` or `-`, in camel or Pascal case. */
export function namedLike(slug: string, version: string, neighbour: string): string {
  const [, separator = '_', rest = ''] = /^[\d-]*\d(?:T\d+)?([_.-]?)(.*?)(?:\.[a-z]+)*$/.exec(neighbour) ?? [];
  return `${version}${separator}${wordsLike(slug, /[A-Z_-]/.test(rest) ? rest : separator)}`;
}

/** Words of a slug, joined as those of a name are. */
export function wordsLike(slug: string, like: string): string {
  const words = (slug.toLowerCase().match(/[a-z0-9]+/g) ?? ['step']).join('_').slice(0, LONGEST).split('_').filter((word) => word !== '');
  if (like.includes('-') && !like.includes('_')) return words.join('-');
  if (like.includes('_') || !/[A-Z]/.test(like)) return words.join('_');
  const joined = pascal(words);
  return /^[A-Z]/.test(like) ? joined : joined.charAt(0).toLowerCase() + joined.slice(1);
}

export const pascal = (words: readonly string[]): string => words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');

const LONGEST = 60;
