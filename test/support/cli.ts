import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { scratchFolder } from './folders.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Cli {
  /** Runs the built program in a folder. */
  run(folder: string, args: readonly string[], options?: { readonly input?: string | Buffer; readonly env?: Readonly<Record<string, string>> }): Ran;
  readonly path: string;
}

let built: string | undefined;

/** The program as users get it, built into a folder of its own when it is first needed. */
export const cli: Cli = {
  get path() {
    built ??= build();
    return built;
  },
  run(folder, args, { input, env = {} } = {}) {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !['NO_COLOR', 'FORCE_COLOR', 'CI'].includes(name)));
    const result = spawnSync(process.execPath, [cli.path, ...args], { cwd: folder, input: input ?? '', encoding: 'utf8', env: { ...clean, ...env }, maxBuffer: 1 << 28 });
    return { code: result.status, out: result.stdout, err: result.stderr };
  },
};

function build(): string {
  const dist = join(scratchFolder(), 'dist');
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs', '--out', dist], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return join(dist, 'cli.js');
}
