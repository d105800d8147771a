// Part of dist/cli.js: the main program, from V8's code cache. The first run that parses SQL fills it.
import { runCached } from './code-cache.mjs';

export const { main } = runCached(MAIN, () => globalThis[Symbol.for('lockkeeper.parser')] !== undefined);
