import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import { userError } from '../config/errors.ts';

const run = promisify(execFile);

/** Files that are new or changed since the branch left `ref`, committed or not; paths relative to `root`. Reads only. */
export async function changedSince(ref: string, root: string): Promise<ReadonlySet<string>> {
  const top = (await git(['rev-parse', '--show-toplevel'], root, 'This is no git repository')).trim();
  const commit = (await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], root, `git knows no commit "${ref}"`)).trim();
  const base = (await git(['merge-base', commit, 'HEAD'], root, `HEAD and ${ref} have no common ancestor`)).trim();
  const [tracked, untracked] = await Promise.all([
    git(['diff', '--name-only', '--no-renames', '--diff-filter=AM', '-z', base, '--'], top, 'git cannot tell what has changed'),
    git(['ls-files', '--others', '--exclude-standard', '--full-name', '-z'], top, 'git cannot tell what is new'),
  ]);
  const below = relative(top, root).replaceAll('\\', '/');
  const prefix = below === '' || below.startsWith('..') ? '' : `${below}/`;
  const paths = `${tracked}${untracked}`.split('\0').filter((path) => path !== '' && path.startsWith(prefix));
  return new Set(paths.map((path) => path.slice(prefix.length)));
}

async function git(args: readonly string[], cwd: string, otherwise: string): Promise<string> {
  try {
    const { stdout } = await run('git', ['--no-optional-locks', ...args], { cwd, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, windowsHide: true });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw userError('git is needed for --since, and was not found.');
    throw userError(`${otherwise}.`);
  }
}
