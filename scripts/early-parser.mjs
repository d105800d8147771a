// Part of dist/cli.js and of the main program: begins to compile the parser's WASM, once, on a thread of its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY = Symbol.for('lockkeeper.parser');

export const compiled = () => (globalThis[KEY] ??= WebAssembly.compile(readFileSync(join(__dirname, 'libpg-query.wasm'))));
compiled().catch(() => undefined);
