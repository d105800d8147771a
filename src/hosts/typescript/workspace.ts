/** Files of a name that the project's compiler or its manifest leads elsewhere, most likely first, without endings. */
export function aliased(specifier: string, from: string, read: (path: string) => string | undefined): readonly string[] {
  const found: string[] = [];
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    for (const name of ['tsconfig.json', 'tsconfig.base.json', 'jsconfig.json']) {
      const compiler = dataIn(read(under(at, name)))?.['compilerOptions'] as { readonly baseUrl?: unknown; readonly paths?: unknown } | undefined;
      const base = typeof compiler?.baseUrl === 'string' ? within(at, compiler.baseUrl) : at;
      if (base === undefined) continue;
      for (const [pattern, targets] of Object.entries(objectIn(compiler?.paths))) {
        const rest = matched(pattern, specifier);
        if (rest !== undefined) for (const target of Array.isArray(targets) ? targets : []) if (typeof target === 'string') found.push(...[within(base, target.replace('*', () => rest))].filter((path) => path !== undefined));
      }
      if (compiler?.baseUrl !== undefined && /^\w[^:]*\//.test(specifier)) found.push(under(base, specifier));
    }
    const manifest = manifestOf(at, read);
    for (const [name, target] of [...Object.entries(objectIn(manifest?.['_moduleAliases'])), ...Object.entries(objectIn(manifest?.['imports']))]) {
      const rest = matched(name, specifier) ?? matched(`${name}/*`, specifier);
      const path = rest === undefined || typeof target !== 'string' ? undefined : within(at, target.includes('*') ? target.replace('*', () => rest) : under(target.replace(/\/$/, ''), rest).replace(/\/$/, ''));
      if (path !== undefined) found.push(...sources(path));
    }
    if (at === '' || found.length > 0) return found;
  }
}

/** What stands for the `*` of a pattern; nothing where it has none. */
function matched(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === specifier ? '' : undefined;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return specifier.length >= head.length + tail.length && specifier.startsWith(head) && specifier.endsWith(tail) ? specifier.slice(head.length, specifier.length - tail.length) : undefined;
}

/** What is built is not in the repository: its source is. */
const sources = (path: string): readonly string[] => {
  const written = path.replace(/(^|\/)(?:dist|build|lib|out)(?=\/|$)/, '$1src');
  return written === path ? [path] : [written, path];
};

/** A path below a folder, with its dots; undefined where it leaves the project. */
function within(folder: string, path: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.replace(/\.[cm]?[jt]s$/, '').split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

const objectIn = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** Files of a package of the project's own, most likely first, without endings; none for what is installed. */
export function inWorkspace(specifier: string, from: string, read: (path: string) => string | undefined): readonly string[] {
  const [, name, inner = ''] = /^((?:@[\w.-]+\/)?[\w.-]+)((?:\/[\w.-]+)*)$/.exec(specifier) ?? [];
  if (name === undefined) return [];
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    for (const folder of placesIn(at, name, read)) {
      const manifest = manifestOf(folder, read);
      if (manifest?.['name'] === name) return entries(folder, manifest, inner);
    }
    if (at === '') return [];
  }
}

/** Where the packages of a repository stand, as far as its manifests say so, with the package's name in the place of the `*`. */
function placesIn(root: string, name: string, read: (path: string) => string | undefined): readonly string[] {
  const listed = manifestOf(root, read)?.['workspaces'];
  const globs = Array.isArray(listed) ? listed : Array.isArray((listed as { packages?: unknown } | undefined)?.packages) ? (listed as { packages: unknown[] }).packages : [];
  const pnpm = [...(read(under(root, 'pnpm-workspace.yaml')) ?? '').matchAll(/^[ \t]*-[ \t]*['"]?([\w@./*-]+)['"]?[ \t]*$/gm)].map(([, glob]) => glob);
  const short = name.slice(name.indexOf('/') + 1);
  const scope = name.startsWith('@') ? name.slice(1, name.indexOf('/')) : short;
  // Some have their packages there without saying so, and install them from a registry.
  return [...globs, ...pnpm, 'packages/*'].flatMap((glob) => (typeof glob === 'string' ? [short, `${scope}-${short}`].map((own) => under(root, glob.replace(/^\.\//, '').replace(/\/$/, '').replace(/\*\*?(?:\/\*)?$/, own))) : []));
}

function entries(folder: string, manifest: Readonly<Record<string, unknown>>, inner: string): readonly string[] {
  if (inner !== '') return [`${folder}/src${inner}`, `${folder}${inner}`, `${folder}/lib${inner}`];
  const main = ['source', 'main', 'module'].flatMap((key) => (typeof manifest[key] === 'string' ? [manifest[key].replace(/^\.\//, '')] : []));
  // What is built is not in the repository: its source is.
  return ['src/index', ...main, ...main.map((path) => path.replace(/^(?:dist|build|lib|out)\//, 'src/')), 'index'].map((path) => `${folder}/${path.replace(/\.[cm]?js$/, '')}`);
}

const under = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

const manifestOf = (folder: string, read: (path: string) => string | undefined): Readonly<Record<string, unknown>> | undefined => dataIn(read(under(folder, 'package.json')));

const KEPT = 32;
const kept = new Map<string, Readonly<Record<string, unknown>> | undefined>();

/** An object of JSON, in which comments and commas behind the last are allowed. */
function dataIn(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  if (kept.has(text)) return kept.get(text);
  if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? '');
  let data: unknown;
  try {
    const bare = text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (part) => (part.startsWith('"') ? part : ''));
    data = JSON.parse(bare.replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g, (part) => (part === ',' ? '' : part)));
  } catch {
    data = undefined;
  }
  const own = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : undefined;
  kept.set(text, own);
  return own;
}
