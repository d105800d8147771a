import { setFlagsFromString } from 'node:v8';

// As in cli.ts, and for the reasons given there: nothing of ours is so hot that V8 should compile hundreds of functions for it. But the
// process is ESLint's: what V8 does with its code, and whether a code cache fits the flags, must stay as they are. So a flag holds while
// we work, and what it is put back to is what V8 itself has in this version of Node; others go without. The budget is asked for by the
// thread that runs the program and by nobody else: limits that V8's compiling threads ask for, as for inlining, can only be set before
// anything has run, for a change in the middle of their work ends the process.

const OURS = '--interrupt-budget=1600000';
const ITS_OWN = '--interrupt-budget=67584';
const IS_KNOWN = process.versions.v8.startsWith('11.3.') && ![...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((option) => /--(?:interrupt-budget|wasm-tiering)/.test(option));

export function unhurried<T>(work: () => T): T {
  if (!IS_KNOWN) return work();
  setFlagsFromString(OURS);
  try {
    return work();
  } finally {
    setFlagsFromString(ITS_OWN);
  }
}

/** The parser's WASM takes its share of it when it is compiled. */
export async function unhurriedParser(load: () => Promise<void>): Promise<void> {
  if (!IS_KNOWN) {
    await load();
    return;
  }
  setFlagsFromString('--wasm-tiering-budget=50000000');
  try {
    await load();
  } finally {
    setFlagsFromString('--wasm-tiering-budget=1800000');
  }
}
