import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ResolvedConfig } from '../../src/config/config.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { discover } from '../../src/discovery/discover.ts';
import type { FileTree } from '../../src/frameworks/framework.ts';
import { postgres } from '../../src/dialects/postgres/index.ts';
import { lint } from '../../src/pipeline.ts';
import type { Report } from '../../src/report/model.ts';
import type { Rule } from '../../src/rule.ts';

export interface LintTextOptions {
  readonly version?: number;
  readonly framework?: string;
  readonly config?: Partial<ResolvedConfig>;
  readonly rules?: readonly Rule[];
  readonly paths?: readonly string[];
}

/** A file tree held in memory. */
export function memoryTree(files: Readonly<Record<string, string>>): FileTree {
  const paths = Object.keys(files);
  return {
    list(folder) {
      const prefix = folder === '' || folder === '.' ? '' : `${folder}/`;
      const entries = new Map<string, 'file' | 'folder'>();
      for (const path of paths) {
        if (!path.startsWith(prefix)) continue;
        const [name = '', ...rest] = path.slice(prefix.length).split('/');
        entries.set(name, rest.length > 0 ? 'folder' : 'file');
      }
      return [...entries].map(([name, type]) => ({ name, type })).sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    read: (path) => files[path],
  };
}

/** Lints files held in memory exactly as the CLI lints files on disk. */
export async function lintFiles(files: Readonly<Record<string, string>>, options: LintTextOptions = {}): Promise<Report> {
  await postgres.load();
  const tree = memoryTree(files);
  const discovery = discover('', tree, {
    ...(options.framework === undefined ? {} : { framework: options.framework }),
    ...(options.paths === undefined ? {} : { paths: options.paths }),
  });
  const batch = Object.entries(files).flatMap(([path, text]) => (/^(?:--|\/\/) lockkeeper-test:.*\bbatch\b/m.test(text) ? [path] : []));
  const rules = options.rules ?? (await import('../../rules/index.ts')).rules;
  return lint({
    histories: discovery.histories.map((history) => ({ history, dialect: postgres, version: options.version ?? postgres.defaultVersion, versionAssumed: options.version === undefined })),
    read: (path) => tree.read(path),
    config: { ...DEFAULT_CONFIG, ...options.config },
    rules,
    ...(batch.length > 0 && { batch: ({ up }) => (batch.includes(up.path) ? 'new' : undefined) }),
    ...(discovery.selected === undefined ? {} : { selected: discovery.selected }),
  });
}

/** Reads a file or folder from disk into the form `lintFiles` takes; a single file keeps its bare name. */
export function readFixture(path: string): Record<string, string> {
  if (statSync(path).isFile()) return { [path.split('/').at(-1) ?? path]: readFileSync(path, 'utf8') };
  const files: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = join(folder, entry.name);
      if (entry.isDirectory()) walk(full);
      else files[`${path.split('/').at(-1) ?? ''}/${relative(path, full).replaceAll('\\', '/')}`] = readFileSync(full, 'utf8');
    }
  };
  walk(path);
  return files;
}

/** What the leading comment of a fixture asks for. */
export function testOptions(texts: readonly string[]): LintTextOptions {
  const match = texts.map((text) => /lockkeeper-test: (.*)/.exec(text)?.[1]).find((found) => found !== undefined);
  const pairs = Object.fromEntries((match ?? '').split(/\s+/).map((pair) => pair.split('=') as [string, string]));
  const version = /^postgres@(\d+)$/.exec(pairs.dialect ?? '')?.[1];
  return { ...(version === undefined ? {} : { version: Number(version) }), ...(pairs.framework === undefined ? {} : { framework: pairs.framework }), ...(pairs.hot === undefined ? {} : { config: { tables: { [pairs.hot]: { rows: undefined, hot: true } } } }) };
}
