import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { reason, userError } from './errors.ts';
import { stripTypes } from './strip-types.ts';

/** The default export of a configuration written in JavaScript or TypeScript: the user's own code, run as such. */
export async function importModule(path: string): Promise<unknown> {
  const value = /\.m?ts$/.test(path) ? await importTypeScript(path) : await importFile(path);
  if (typeof value !== 'object' || value === null || !('default' in value)) throw userError(`${path} has no default export. Write: export default { … }`);
  const config: unknown = value.default;
  // A transpiled module seen from an ES module is wrapped twice.
  return typeof config === 'object' && config !== null && '__esModule' in config && 'default' in config ? config.default : config;
}

/** The same on every Node: what Node does itself from 22.18 on keeps the imports of types, which are not there when it runs. */
async function importTypeScript(path: string): Promise<unknown> {
  // Beside the original, so that its imports mean the same.
  const copy = `${path}.${String(process.pid)}.mjs`;
  try {
    writeFileSync(copy, stripTypes(readFileSync(path, 'utf8')));
  } catch (error) {
    throw userError(`Cannot load ${path}: ${reason(error)}. A lockkeeper.config.mjs needs no TypeScript.`);
  }
  try {
    return await importFile(copy, path);
  } finally {
    rmSync(copy, { force: true });
  }
}

/** The query keeps a second load in one process (an editor, a watcher) from seeing the first one's result. */
const importFile = (path: string, shown = path): Promise<unknown> =>
  attempt(shown, () => inTime(import(`${pathToFileURL(path).href}?${String(statSync(path).mtimeMs)}`) as Promise<unknown>));

const PATIENCE = 30;

/** A module that awaits what never comes would end the process without a word, or keep it for ever: the timer holds it until this is said. */
async function inTime(module: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it was not loaded after ${String(PATIENCE)} seconds; what is it waiting for?`));
    }, PATIENCE * 1000);
  });
  try {
    return await Promise.race([module, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(path: string, load: () => Promise<unknown>): Promise<unknown> {
  try {
    return await load();
  } catch (error) {
    throw userError(`Cannot load ${path}: ${reason(error)}${placeIn(error, path)}`);
  }
}

/** Where in the user's own file it went wrong. */
function placeIn(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const line = stack.split('\n').find((entry) => entry.includes(path));
  const place = line === undefined ? undefined : /:(\d+)(?::\d+)?\)?$/.exec(line)?.[1];
  return place === undefined ? '' : ` (line ${place})`;
}
