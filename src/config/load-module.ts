import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { reason, userError } from './errors.ts';

/** The default export of a configuration written in JavaScript or TypeScript: the user's own code, run as such. */
export async function importModule(path: string): Promise<unknown> {
  const value = /\.m?ts$/.test(path) ? await importTypeScript(path) : await importFile(path);
  if (typeof value !== 'object' || value === null || !('default' in value)) throw userError(`${path} has no default export. Write: export default { … }`);
  const config: unknown = value.default;
  // A transpiled module seen from an ES module is wrapped twice.
  return typeof config === 'object' && config !== null && '__esModule' in config && 'default' in config ? config.default : config;
}

async function importTypeScript(path: string): Promise<unknown> {
  if ('typescript' in process.features && Boolean(process.features.typescript)) return importFile(path);
  const load = createRequire(path);
  const tsx = resolved(load, 'tsx/cjs/api');
  if (tsx !== undefined) return attempt(path, () => Promise.resolve((load(tsx) as Tsx).require(path, path)));
  const typescript = resolved(load, 'typescript');
  if (typescript !== undefined) return transpiled(load(typescript) as TypeScript, path);
  throw userError(
    `Cannot load ${path}: Node ${process.versions.node} does not run TypeScript. Use Node 22.18 or newer, or install tsx, or rename it to lockkeeper.config.mjs.`,
  );
}

/** The one function of its interface that is used. */
interface Tsx {
  require(file: string, from: string): unknown;
}

/** The one function of the compiler that is used, which all its versions have. */
interface TypeScript {
  transpileModule(text: string, options: { readonly compilerOptions: object }): { readonly outputText: string };
}

/** Beside the original, so that its imports mean the same. */
async function transpiled(typescript: TypeScript, path: string): Promise<unknown> {
  const { outputText } = typescript.transpileModule(readFileSync(path, 'utf8'), { compilerOptions: { module: 99, target: 10 } });
  const copy = `${path}.${String(process.pid)}.mjs`;
  try {
    writeFileSync(copy, outputText);
  } catch (error) {
    throw userError(`Cannot write ${copy}, which running ${path} needs: ${reason(error)}. Install tsx, or use Node 22.18 or newer.`);
  }
  try {
    return await importFile(copy, path);
  } finally {
    rmSync(copy, { force: true });
  }
}

/** The query keeps a second load in one process (an editor, a watcher) from seeing the first one's result. */
const importFile = (path: string, shown = path): Promise<unknown> =>
  attempt(shown, () => import(`${pathToFileURL(path).href}?${String(statSync(path).mtimeMs)}`) as Promise<unknown>);

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

function resolved(load: NodeJS.Require, name: string): string | undefined {
  try {
    return load.resolve(name);
  } catch {
    return undefined;
  }
}
