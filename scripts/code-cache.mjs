// Part of what dist begins with, which is CommonJS: runs a program of dist from V8's code cache, which saves a third of the start. Like
// Python's __pycache__ the cache lies beside the code, one per version and flags of V8, is made by the first run of which
// `worked` says so, again by the first one that is long, and a folder that cannot be written does without.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';

/** Of files that have a hash of their content in their names, as V8 itself compares little more than lengths. */
const CACHED = /^\.\/[\w-]+-[0-9a-f]{16}\.js$/;
const loaded = {};
const others = require;

/** Microseconds of processor time after which a run has come past most of what such runs need: over a real history that saves a tenth. */
const LONG = 400_000;

/** What the program exports; the pieces that it requires are run alike. `worked`: the functions that a run needs have been compiled. */
export function runCached(name, worked) {
  const file = join(__dirname, name);
  const stem = `${file}.${cachedDataVersionTag().toString(36)}`;
  const [ofLong, ofShort] = [`${stem}.cache`, `${stem}.short.cache`];
  const whole = read(ofLong);
  const cachedData = whole ?? read(ofShort);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`, { filename: file, cachedData });
  const program = { exports: {} };
  script.runInThisContext()(program.exports, (id) => (CACHED.test(id) ? (loaded[id] ??= runCached(id, () => true)) : others(id)), program, file, __dirname);
  const isKnown = cachedData !== undefined && !script.cachedDataRejected;
  if (!isKnown || whole === undefined) {
    process.once('exit', () => {
      const isLong = process.cpuUsage().user > LONG;
      if (worked(program.exports) && (isLong || !isKnown)) save(script, isLong ? ofLong : ofShort);
    });
  }
  return program.exports;
}

function save(script, cache) {
  if (!process.getBuiltinModule('node:worker_threads').isMainThread) return;
  try {
    const half = `${cache}.${process.pid}`;
    writeFileSync(half, script.createCachedData());
    renameSync(half, cache);
  } catch {
    // A folder that is not ours: every run starts like the first.
  }
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
