import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where tests keep what they install, outside of the checkout. */
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'lockkeeper-tests');

/** Folder of programs from PyPI in an environment of their own; a string says why there is none. */
export function pythonTool(name: string, version: string): { readonly bin: string } | string {
  const python = ['python3', 'python'].find((command) => spawnSync(command, ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0);
  if (python === undefined) return `${name} needs Python 3 with its venv module (Debian: apt-get install python3-venv), and there is none on this machine`;
  const bin = process.platform === 'win32' ? 'Scripts' : 'bin';
  const folder = installed(`${name}-${version}`, (own) => {
    execFileSync(python, ['-m', 'venv', own], { stdio: 'ignore' });
    execFileSync(join(own, bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}==${version}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  }, true);
  return { bin: join(folder, bin) };
}

/** `node_modules` with packages from npm that are of no use to the project itself. */
export function npmTools(packages: Readonly<Record<string, string>>): string {
  const key = Object.entries(packages).map((pair) => pair.join('-')).join('-');
  const folder = installed(key, (own) => {
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
    // Some of them put hooks into the repository that they are installed in.
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel', 'error'], { cwd: own, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  });
  return join(folder, 'node_modules');
}

/** `fixed`: it cannot be moved afterwards; then a mark says that it is complete. */
function installed(name: string, install: (folder: string) => void, fixed = false): string {
  const folder = join(CACHE, name);
  const done = fixed ? join(folder, '.complete') : folder;
  if (existsSync(done)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const place = fixed ? folder : `${folder}.${String(process.pid)}`;
  rmSync(place, { recursive: true, force: true });
  install(place);
  if (fixed) writeFileSync(done, '');
  else if (!existsSync(folder)) renameSync(place, folder);
  return folder;
}
