import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Cli {
  /** Runs the built program in a folder. */
  run(folder: string, args: readonly string[], options?: { readonly input?: string | Buffer; readonly env?: Readonly<Record<string, string>> }): Ran;
  readonly path: string;
  remove(): void;
}

/** The program as users get it, built into a folder of its own. */
export function buildCli(): Cli {
  const home = mkdtempSync(join(tmpdir(), 'lockkeeper-cli-'));
  const built = spawnSync(process.execPath, ['scripts/build.mjs', '--out', join(home, 'dist')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  const path = join(home, 'dist', 'cli.js');
  return {
    path,
    run(folder, args, { input, env = {} } = {}) {
      const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !['NO_COLOR', 'FORCE_COLOR', 'CI'].includes(name)));
      const result = spawnSync(process.execPath, [path, ...args], { cwd: folder, input: input ?? '', encoding: 'utf8', env: { ...clean, ...env }, maxBuffer: 1 << 28 });
      return { code: result.status, out: result.stdout, err: result.stderr };
    },
    remove() {
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A folder with these files; a `.git` in it keeps the search for a configuration inside. */
export function project(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-project-'));
  mkdirSync(join(folder, '.git'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
