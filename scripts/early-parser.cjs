// Part of dist/cli.js and of the main program: begins to compile the parser's WASM, once, on a thread of its own.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const KEY = Symbol.for('lockkeeper.parser');

exports.compiled = () => (globalThis[KEY] ??= WebAssembly.compile(readFileSync(join(__dirname, 'libpg-query.wasm'))));
exports.compiled().catch(() => undefined);
