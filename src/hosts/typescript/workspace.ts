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

function manifestOf(folder: string, read: (path: string) => string | undefined): Readonly<Record<string, unknown>> | undefined {
  const text = read(under(folder, 'package.json'));
  try {
    const data: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
