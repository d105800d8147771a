import type { Telling } from '../reading/v8-flags.ts';
import { withFlags } from '../reading/v8-flags.ts';

const SPARED: Telling = {
  flags: {
    11: ['--no-wasm-tier-up --no-wasm-dynamic-tiering --interrupt-budget=1600000', '--wasm-tier-up --wasm-dynamic-tiering --interrupt-budget=67584'],
    12: ['--invocation-count-for-turbofan=20000', '--invocation-count-for-turbofan=3000'],
    13: ['--no-wasm-tier-up --no-wasm-dynamic-tiering', '--wasm-tier-up --wasm-dynamic-tiering'],
    14: ['--no-wasm-tier-up --no-wasm-dynamic-tiering', '--wasm-tier-up --wasm-dynamic-tiering'],
  },
  unless: /wasm|interrupt|invocation/,
};

/**
 * Spares V8 optimising what works here once, while nothing else runs on this thread. Optimising the parser's largest functions
 * takes half a gigabyte in Node 24; what else is optimised takes the second core from the thread that reads there. Measured
 * over 1,000 migrations in SQL: a sixth of the time in Node 20 and 24, a tenth in 22 and 26.
 */
export const spared = <Result>(work: () => Result): Result => withFlags(SPARED, work);
