// Builds dist/. For start-up the program is CommonJS in few pieces: cli.js (first look at the arguments, first step of the
// parser), main-<hash>.js (all the rest, run from V8's code cache where there is one), and what only some runs need.
// The ESLint plugin is the same way eslint.js, with plugin-<hash>.js behind it. reader-<hash>.js is the thread that both read large histories with.
// action/, for GitHub, is one piece beside dist/; no package has it.
// Options: --action (also action/, as is done for dist itself), --types (also the type declarations, as for a package), --out <folder> instead of dist.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeRulesIndex } from './rules-index.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = process.argv.includes('--out') ? resolve(process.argv[process.argv.indexOf('--out') + 1]) : join(root, 'dist');
// Built beside the old one and then swapped in, so that somebody who uses it meanwhile sees one or the other.
const dist = `${target}.${process.pid}.tmp`;
const require = createRequire(import.meta.url);
const parser = dirname(require.resolve('libpg-query'));
const packing = ['pack', 'publish'].includes(process.env.npm_command ?? '');

/** Pieces that others load when they need them: name → entry, and how others import it. */
const PIECES = {
  yaml: ['yaml', /^yaml$/],
  'postgres-remedies': ['src/dialects/postgres/remedies/index.ts', /\/remedies\/index\.ts$/],
};

const BUNDLED = ['libpg-query', 'yaml', 'picocolors', '@babel/parser', 'inflection'];

const base = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // Optional peers: what talks to a server asks for them by name.
  external: ['@electric-sql/pglite', '@electric-sql/pglite/*', 'pg'],
  // Names stay: a crash report has to say where.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'import.meta.dirname': '__dirname' },
  // Code from V8's cache cannot import(); what it loads is CommonJS.
  supported: { 'dynamic-import': false },
};

/** `files`: what the pieces are called in dist. */
const pieces = (files) => ({
  name: 'pieces',
  setup({ onResolve }) {
    for (const [name, [, filter]] of Object.entries(PIECES)) onResolve({ filter }, () => ({ path: files[name], external: true }));
    onResolve({ filter: /\/load-module\.ts$/ }, () => ({ path: './load-module.js', external: true }));
  },
});

const alone = (filter, file) => ({
  name: 'alone',
  setup({ onResolve }) {
    onResolve({ filter }, () => ({ path: file, external: true }));
  },
});

/** Hashing is for few migrations, and loading it costs every run 5 ms. */
const lateCrypto = {
  name: 'late-crypto',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:crypto$/ }, ({ namespace }) => (namespace === 'late' ? { path: 'node:crypto', external: true } : { path: 'node:crypto', namespace: 'late' }));
    onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      contents: Object.keys(require('node:crypto')).map((name) => `Object.defineProperty(exports, '${name}', { get: () => require('node:crypto').${name}, enumerable: true });`).join('\n'),
    }));
  },
};

/** The parser of JavaScript and TypeScript, for those who have migrations in them. */
const lateBabel = (file) => ({
  name: 'late-babel',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@babel\/parser$/ }, () => ({ path: 'parser', namespace: 'babel' }));
    onResolve({ filter: /^\./, namespace: 'babel' }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'babel' }, () => ({ contents: `Object.defineProperty(exports, 'parse', { get: () => require('${file}').parse, enumerable: true });` }));
  },
});

/** The parser of JavaScript, without making a property of each place in a file one that is not enumerated: that takes a tenth of its time. */
const quickBabel = {
  name: 'quick-babel',
  setup({ onLoad }) {
    onLoad({ filter: /@babel[\\/]parser[\\/]lib[\\/]index\.js$/ }, ({ path }) => ({
      contents: replaced(path, [['toUnenumerable(node.loc.start, "index");', ''], ['toUnenumerable(node.loc.end, "index");', '']]),
    }));
  },
};

/** The parser without the file system that Emscripten would set up for it, from the WASM that cli.js has begun to compile. */
const leanParser = {
  name: 'lean-parser',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^libpg-query$/ }, () => ({ path: join(parser, 'index.js') }));
    onResolve({ filter: /^@pgsql\/types$/ }, () => ({ path: 'types', namespace: 'none' }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: '' }));
    onLoad({ filter: /wasm[\\/]index\.js$/ }, ({ path }) => ({ contents: replaced(path, [['PgQueryModule()', 'PgQueryModule({ noFSInit: true, instantiateWasm })']]) + INSTANTIATE }));
    onLoad({ filter: /wasm[\\/]libpg-query\.js$/ }, ({ path }) => ({ contents: replaced(path, [['FS.staticInit();', '']]) }));
  },
};

/** The same where nobody has begun to compile it. */
const plainParser = {
  name: 'plain-parser',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^libpg-query$/ }, () => ({ path: join(parser, 'index.js') }));
    onResolve({ filter: /^@pgsql\/types$/ }, () => ({ path: 'types', namespace: 'none' }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: '' }));
  },
};

const INSTANTIATE = `
import { compiled } from ${JSON.stringify(join(root, 'scripts', 'early-parser.mjs'))};
function instantiateWasm(imports, done) {
  compiled().then((module) => WebAssembly.instantiate(module, imports)).then(done);
}`;

/** Fails when the parser's code is no longer what we know. */
function replaced(path, replacements) {
  return replacements.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`${path}: expected "${from}" once. A new version of it needs a look at scripts/build.mjs.`);
    return text.replace(from, () => to);
  }, readFileSync(path, 'utf8'));
}

writeRulesIndex();
try {
  await bundle();
  if (!packing && (target === join(root, 'dist') || process.argv.includes('--action'))) await action();
  if (packing || process.argv.includes('--types')) types();
  // The first run fills the code cache, which is of no use in a package: each machine makes its own.
  if (!packing) spawnSync(process.execPath, [join(dist, 'cli.js'), 'lint', 'fixtures/projects', '--no-config', '--no-cache'], { cwd: root, stdio: 'ignore' });
  if (existsSync(target)) renameSync(target, `${dist}.old`);
  renameSync(dist, target);
} finally {
  for (const folder of [dist, `${dist}.old`]) rmSync(folder, { recursive: true, force: true });
}

async function bundle() {
  const parts = { ...Object.fromEntries(Object.entries(PIECES).map(([name, [entry]]) => [name, entry])), 'babel-parser': '@babel/parser' };
  // What parses SQL does so with what the program has loaded.
  await build({ ...base, entryPoints: parts, external: [...base.external, 'libpg-query'], plugins: [quickBabel] });
  const files = Object.fromEntries(Object.keys(parts).map((name) => [name, `./${named(name)}`]));
  const late = [pieces(files), lateBabel(files['babel-parser'])];
  await build({ ...base, entryPoints: { 'run-programs': 'src/reading/run-programs.ts' }, plugins: late });
  const runner = alone(/\/run-programs\.ts$/, `./${named('run-programs')}`);
  await build({ ...base, entryPoints: { reader: 'src/reading/thread.ts' }, plugins: [runner, ...late, leanParser] });
  const define = { ...base.define, READER: JSON.stringify(`./${named('reader')}`) };
  await Promise.all([
    build({ ...base, entryPoints: { main: 'src/commands/main.ts' }, plugins: [...late, lateCrypto, leanParser], define }),
    build({ ...base, entryPoints: { index: 'src/index.ts' }, plugins: [lateBabel(files['babel-parser'])] }),
    build({ ...base, entryPoints: { plugin: 'src/eslint/index.ts' }, plugins: [...late, plainParser], define }),
    // It runs the users' own code, which may be an ES module.
    build({ ...base, entryPoints: { 'load-module': 'src/config/load-module.ts' }, plugins: [lateBabel(files['babel-parser'])], supported: {} }),
  ]);
  copyFileSync(join(parser, 'libpg-query.wasm'), join(dist, 'libpg-query.wasm'));
  writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
  // An import of CommonJS would have all of it searched for its exports first.
  writeFileSync(join(dist, 'eslint.mjs'), "import { createRequire } from 'node:module';\n\nconst loaded = createRequire(import.meta.url)('./eslint.js');\nawait loaded.ready;\nexport default loaded.default;\n");
  writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licenses());
  writeFileSync(join(dist, 'examples.json'), JSON.stringify(examples()));

  const [main, plugin] = ['main', 'plugin'].map(named);
  const cached = {
    name: 'cached-main',
    setup({ onResolve }) {
      onResolve({ filter: /^libpg-query$/ }, () => ({ path: join(root, 'scripts', 'early-parser.mjs') }));
      onResolve({ filter: /\/commands\/main\.ts$/ }, () => ({ path: join(root, 'scripts', 'cached-main.mjs') }));
    },
  };
  await build({ ...base, entryPoints: { cli: 'src/cli.ts' }, plugins: [cached, pieces(files)], define: { MAIN: JSON.stringify(main) } });
  chmodSync(join(dist, 'cli.js'), 0o755);
  await build({ ...base, entryPoints: { eslint: 'scripts/cached-plugin.mjs' }, define: { PLUGIN: JSON.stringify(plugin) } });
}

/** What the page of each rule shows: the unsafe statement and the safe one. */
function examples() {
  const pages = readdirSync(join(root, 'rules')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  return Object.fromEntries(
    pages.map((name) => {
      const sections = readFileSync(join(root, 'rules', name), 'utf8').split(/^## /m);
      return [name.slice(0, -3), sections.filter((section) => /^(?:What it reports|The safe way)\n/.test(section)).map((section) => section.trim())];
    }),
  );
}

/** A piece under a name that tells its content. */
function named(piece) {
  const file = join(dist, `${piece}.js`);
  const name = `${piece}-${createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16)}.js`;
  renameSync(file, join(dist, name));
  return name;
}

/** The action, with everything that it needs and nothing that would run code of the repository that it looks at. */
async function action() {
  const place = join(dirname(target), 'action');
  const half = `${place}.${process.pid}.tmp`;
  const harmless = {
    name: 'harmless',
    setup({ onResolve }) {
      onResolve({ filter: /\/load-module\.ts$/ }, () => ({ path: join(root, 'src/action/no-modules.ts') }));
    },
  };
  const { metafile } = await build({ ...base, outdir: half, metafile: true, entryPoints: { index: 'src/action/main.ts' }, plugins: [harmless, lateCrypto, leanParser] });
  copyFileSync(join(parser, 'libpg-query.wasm'), join(half, 'libpg-query.wasm'));
  writeFileSync(join(half, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(half, 'THIRD-PARTY-LICENSES.txt'), licenses(packagesIn(metafile)));
  rmSync(place, { recursive: true, force: true });
  renameSync(half, place);
}

function packagesIn({ inputs }) {
  return [...new Set(Object.keys(inputs).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))].sort();
}

/** The licences of what is bundled ask to go with it. */
function licenses(names = BUNDLED) {
  const text = (name) => {
    const folder = join(root, 'node_modules', name);
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    return file === undefined ? `Licence: ${JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).license}` : readFileSync(join(folder, file), 'utf8').trim();
  };
  return names.map((name) => `${name}\n\n${text(name)}\n`).join('\n---\n\n');
}

function types() {
  const typescript = require.resolve('typescript/bin/tsc');
  const output = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', join(dist, 'types'), '--rootDir', '.', '--ignoreConfig'];
  const same = ['--target', 'ES2023', '--module', 'NodeNext', '--moduleResolution', 'NodeNext', '--types', 'node', '--strict', '--exactOptionalPropertyTypes', '--verbatimModuleSyntax'];
  const allowed = ['--allowImportingTsExtensions', '--skipLibCheck', '--resolveJsonModule', '--noCheck'];
  execFileSync(process.execPath, [typescript, ...output, ...same, ...allowed, 'src/index.ts', 'src/eslint/public.ts'], { cwd: root, stdio: 'inherit' });
  // The plugin is an ES module, other than what stands around it.
  writeFileSync(join(dist, 'types', 'src', 'eslint', 'package.json'), '{ "type": "module" }\n');
}
