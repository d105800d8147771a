import type { FileTree } from '../frameworks/framework.ts';

/** A server version that some file of the project names. */
export interface VersionHint {
  readonly file: string;
  readonly engine: string;
  /** Undefined: it names the engine only. */
  readonly version: number | undefined;
}

const PLACES = ['', '.github/workflows', '.circleci', 'docker', 'deploy', 'prisma', 'supabase', 'db', 'backend', 'server', 'api'];
const FILES = /^(?:(?:docker-)?compose[\w.-]*\.ya?ml|\.gitlab-ci\.ya?ml|schema\.prisma|config\.(?:toml|ya?ml)|[\w.-]+\.ya?ml)$/;
/** Images of PostgreSQL, its own and those that build on it, with the tag's first number. */
const IMAGE = /\b(?:postgres|postgresql|postgis|pgvector|timescaledb(?:-ha)?)(?:\/[\w-]+)?:["']?(?:[\w.]*-)?(?:pg)?(\d{1,2})\b/;
const OTHER = /\bimage:\s*["']?(?:[\w./-]*\/)?(mysql|mariadb)\b/;

/** What the files around the code say of the server: compose files, CI, Prisma's datasource, Supabase's settings. */
export function versionHints(tree: FileTree): readonly VersionHint[] {
  return PLACES.flatMap((folder) =>
    tree.list(folder).flatMap(({ name, type }): VersionHint[] => {
      if (type !== 'file' || !FILES.test(name)) return [];
      const file = folder === '' ? name : `${folder}/${name}`;
      return hintsIn(file, tree.read(file) ?? '');
    }),
  );
}

function hintsIn(file: string, text: string): VersionHint[] {
  if (file.endsWith('.prisma')) {
    const provider = /\bdatasource\s+\w+\s*\{[^}]*?\bprovider\s*=\s*"(\w+)"/.exec(text.slice(0, 100_000))?.[1];
    return provider === undefined ? [] : [{ file, engine: provider === 'postgresql' ? 'postgres' : provider, version: undefined }];
  }
  if (file.endsWith('.toml')) {
    const major = /^[ \t]*major_version[ \t]*=[ \t]*(\d{1,2})/m.exec(text)?.[1];
    return major === undefined ? [] : [{ file, engine: 'postgres', version: Number(major) }];
  }
  const found = new Map<string, VersionHint>();
  for (const line of text.slice(0, 500_000).split('\n')) {
    if (line.length > 500 || line.trimStart().startsWith('#')) continue;
    const version = IMAGE.exec(line)?.[1];
    const other = OTHER.exec(line)?.[1];
    if (version !== undefined) found.set(version, { file, engine: 'postgres', version: Number(version) });
    else if (other !== undefined) found.set(other, { file, engine: other, version: undefined });
  }
  return [...found.values()];
}

/** The lowest version that a file names: what is safe there is safe everywhere. */
export const lowestOf = (hints: readonly VersionHint[], known: readonly number[]): VersionHint | undefined =>
  hints.filter(({ engine, version }) => engine === 'postgres' && version !== undefined && known.includes(version)).sort((a, b) => (a.version ?? 0) - (b.version ?? 0))[0];
