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

/**
 * The parser's WASM is compiled in the background while the rest is loaded. Without the flag V8 would start to optimise it
 * after a few statements, and the process could not end before that is done: 50 ms that only a long run gets back.
 * Nor does V8 optimise our own code as early as it would: no function of a run is so hot that compiling hundreds of them
 * pays, and some are compiled several times. That is a fifth of the time of a run over thousands of files. What it does
 * optimise it need not put half a program into: on two cores compiling that takes from the run more than it gives.
 * Later versions of V8 have no such flag, and say so on standard error.
 * The flags are for all commands because V8's code cache is only good for the flags that it was made with.
 */
function warmUp(command: string | undefined): void {
  setFlagsFromString('--wasm-tiering-budget=50000000');
  if (Number.parseInt(process.versions.v8, 10) < 12) setFlagsFromString('--interrupt-budget=1600000 --max-inlined-bytecode-size-cumulative=150 --max-inlined-bytecode-size=100');
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
