import { setFlagsFromString } from 'node:v8';

/** By the major version of V8, as one that does not know a flag says so on standard error: what it is told, and what takes that back. */
const FLAGS: { readonly [v8: number]: readonly [during: string, after: string] | undefined } = {
  11: ['--no-wasm-tier-up --no-wasm-dynamic-tiering --interrupt-budget=1600000', '--wasm-tier-up --wasm-dynamic-tiering --interrupt-budget=67584'],
  12: ['--invocation-count-for-turbofan=20000', '--invocation-count-for-turbofan=3000'],
  13: ['--no-wasm-tier-up --no-wasm-dynamic-tiering', '--wasm-tier-up --wasm-dynamic-tiering'],
  14: ['--no-wasm-tier-up --no-wasm-dynamic-tiering', '--wasm-tier-up --wasm-dynamic-tiering'],
};

/** Whoever starts Node with flags of this kind means them. */
const isOurs = !process.execArgv.some((flag) => /wasm|interrupt|invocation/.test(flag));

/**
 * Spares V8 optimising what works here once, while nothing else runs on this thread: the process has its flags back when the
 * work is done, or fails. Optimising the parser's largest functions takes half a gigabyte in Node 24; what else is
 * optimised takes the second core from the thread that reads there. Measured over 1,000 migrations in SQL: a sixth of the
 * time in Node 20 and 24, a tenth in 22 and 26.
 */
export function spared<Result>(work: () => Result): Result {
  const flags = isOurs ? FLAGS[Number.parseInt(process.versions.v8, 10)] : undefined;
  if (flags === undefined) return work();
  setFlagsFromString(flags[0]);
  try {
    return work();
  } finally {
    setFlagsFromString(flags[1]);
  }
}
