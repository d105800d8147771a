import { isAbsolute, relative } from 'node:path';

/** A path as the user gave it, relative to the root, `/` as separator, without `.` and trailing slashes; the root is empty. */
export function relativePath(root: string, given: string): string {
  const own = isAbsolute(given) && root !== '' ? relative(root, given) : given;
  const segments: string[] = [];
  for (const segment of own.replaceAll('\\', '/').split('/')) {
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop();
    else if (segment !== '.' && (segment !== '' || (segments.length === 0 && own.startsWith('/') && own.length > 1))) segments.push(segment);
  }
  return segments.join('/');
}
