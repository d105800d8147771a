import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type Files = Readonly<Record<string, string>>;

export interface Scratch {
  readonly folder: string;
  git(...args: readonly string[]): string;
  put(files: Files): void;
  /** Writes, stages and commits everything. */
  commit(files: Files): void;
  remove(): void;
}

/** A git repository on the branch `main` with one commit of these files; independent of the configuration of the machine. */
export function scratch(files: Files, parent = tmpdir()): Scratch {
  const folder = mkdtempSync(join(parent, 'lockkeeper-repository-'));
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
    remove() {
      rmSync(folder, { recursive: true, force: true });
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

export function putFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
