// Makes the commit that a release is tagged on: HEAD and, on top of it, what is built (dist/, action/), which the hooks and the
// action run without an installation. The branch does not get it. Run after `npm run build`, in a clean checkout.
//
//   node scripts/release.mjs v1.2.3        tags v1.2.3, and v1 anew
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';

const tag = process.argv[2] ?? '';
const major = /^(v\d+)\.\d+\.\d+/.exec(tag)?.[1];
if (major === undefined) throw new Error('Which release? node scripts/release.mjs v1.2.3');

const built = ['dist', 'action'].filter((folder) => existsSync(folder));
if (!built.includes('dist')) throw new Error('There is no dist/: npm run build');

const index = `${git('rev-parse', '--absolute-git-dir')}/release-index`;
try {
  const own = { GIT_INDEX_FILE: index };
  gitWith(own, 'read-tree', 'HEAD');
  // V8's code cache is for the machine that made it.
  gitWith(own, 'add', '--force', '--', ...built, ':(exclude,glob)**/*.cache');
  const tree = gitWith(own, 'write-tree');
  const commit = git('commit-tree', tree, '-p', 'HEAD', '-m', `Release ${tag}`);
  git('tag', tag, commit);
  git('tag', '--force', major, commit);
  console.log(`${tag} and ${major} are ${commit}. Publish: git push origin ${tag} && git push --force origin ${major}`);
} finally {
  rmSync(index, { force: true });
}

function git(...args) {
  return gitWith({}, ...args);
}

function gitWith(env, ...args) {
  return execFileSync('git', args, { encoding: 'utf8', env: { ...process.env, ...env } }).trim();
}
