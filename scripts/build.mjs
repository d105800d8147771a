// Builds dist/: cli.js and index.js with shared, lazily loaded chunks; for a package (or with --types) the type declarations too.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });

await build({
  absWorkingDir: root,
  entryPoints: { cli: 'src/cli.ts', index: 'src/index.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  external: ['libpg-query'],
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'none',
  logLevel: 'warning',
});
chmodSync(join(dist, 'cli.js'), 0o755);

if (['pack', 'publish'].includes(process.env.npm_command ?? '') || process.argv.includes('--types')) {
  const typescript = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', 'dist/types', '--rootDir', '.', '--ignoreConfig'];
  const same = ['--target', 'ES2023', '--module', 'NodeNext', '--moduleResolution', 'NodeNext', '--types', 'node', '--strict', '--exactOptionalPropertyTypes', '--verbatimModuleSyntax'];
  const allowed = ['--allowImportingTsExtensions', '--skipLibCheck', '--resolveJsonModule'];
  execFileSync(process.execPath, [typescript, ...options, ...same, ...allowed, 'src/index.ts'], { cwd: root, stdio: 'inherit' });
}
