#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { complain, print } from './commands/terminal.ts';
import { isUserError } from './config/errors.ts';
import { version } from './version.ts';

async function start(argv: readonly string[]): Promise<number> {
  try {
    const [first] = argv;
    if (first === '--version' || first === '-v' || first === '-V') {
      print(`${version}\n`);
      return 0;
    }
    warmUp(first);
    const { main } = await import('./commands/main.ts');
    return await main(argv);
  } catch (error) {
    if (isUserError(error)) for (const line of error.lines) complain(`lockkeeper: ${line}`);
    else complain(crash(error));
    return 2;
  }
}

/** Commands that parse no SQL. */
const WITHOUT_PARSER: readonly (string | undefined)[] = ['rules', 'explain', 'completion', 'help', '--help', '-h'];

/** By the major version of V8: one that does not know a flag says so on standard error. */
const FLAGS: { readonly [v8: number]: string } = {
  11: '--no-wasm-tier-up --no-wasm-dynamic-tiering --interrupt-budget=1600000 --max-inlined-bytecode-size-cumulative=150 --max-inlined-bytecode-size=100',
  12: '--no-wasm-tier-up --no-wasm-dynamic-tiering --invocation-count-for-turbofan=20000',
  13: '--no-wasm-tier-up --no-wasm-dynamic-tiering --invocation-count-for-turbofan=20000',
  14: '--no-wasm-tier-up --no-wasm-dynamic-tiering',
};

/**
 * The parser's WASM is compiled in the background while the rest is loaded.
 *
 * The flags keep V8 from optimising what does not run for long. Of the parser nothing: its largest functions take longer, and in
 * Node 24 half a gigabyte, than any run gets back. Of our own code little, and late: no function of a run is so hot that
 * compiling hundreds of them pays, and some are compiled several times; on two cores that takes from the run more than it
 * gives. Measured over a history of 2,364 files: a fifth of the time in Node 20, a tenth in 22 and 24, nothing in 26.
 * The flags are for all commands because V8's code cache is only good for the flags that it was made with.
 */
function warmUp(command: string | undefined): void {
  const flags = FLAGS[Number.parseInt(process.versions.v8, 10)];
  if (flags !== undefined) setFlagsFromString(flags);
  // What is wrong with it will be reported where it is needed.
  if (!WITHOUT_PARSER.includes(command)) import('libpg-query').catch(() => undefined);
}

/** A mistake of ours: everything that helps to find it, causes included. */
function crash(error: unknown): string {
  const parts: string[] = [];
  for (let current: unknown = error; current !== undefined && parts.length < 5; current = current instanceof Error ? current.cause : undefined) {
    parts.push(current instanceof Error ? (current.stack ?? current.message) : String(current));
  }
  return `lockkeeper crashed. This is a bug: please report it with the lines below and, if you can, the migration.\n${parts.join('\ncaused by: ')}`;
}

void start(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
