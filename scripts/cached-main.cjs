// Part of dist/cli.js: runs the main program from V8's code cache, which saves a third of the start. Like Python's __pycache__
// the cache lies beside the code, one per version of V8, is made by the first run and does without where it cannot be written.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const file = join(__dirname, MAIN);
const cache = `${file}.${process.versions.v8}-${process.arch}.cache`;
const cachedData = read(cache);
const script = new Script(`(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`, { filename: file, cachedData });
const program = { exports: {} };
script.runInThisContext()(program.exports, require, program, file, __dirname);
module.exports = program.exports;

if (cachedData === undefined || script.cachedDataRejected) process.once('exit', save);

/** At the end of the run, when the functions that a run needs have been compiled. */
function save() {
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
