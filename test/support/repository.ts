import { execFileSync } from 'node:child_process';
import type { Files } from './folders.ts';
import { putFiles, scratchFolder } from './folders.ts';

export interface Scratch {
  readonly folder: string;
  git(...args: readonly string[]): string;
  put(files: Files): void;
  /** Writes, stages and commits everything. */
  commit(files: Files): void;
}

/** A git repository on the branch `main` with one commit of these files; independent of the configuration of the machine. */
export function scratch(files: Files, parent?: string): Scratch {
  const folder = scratchFolder(parent);
  const own: Scratch = {
    folder,
    git: (...args) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd: folder, encoding: 'utf8', env: gitEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] }),
    put(changed) {
      putFiles(folder, changed);
    },
    commit(changed) {
      own.put(changed);
      own.git('add', '--all');
      own.git('commit', '-qm', 'change');
    },
  };
  own.git('init', '-q', '-b', 'main');
  own.commit(files);
  return own;
}

/** Neither the user's git configuration nor what a surrounding hook has set. */
export const gitEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
});
