import { fstatSync, writeSync } from 'node:fs';
import pc from 'picocolors';

/** Where a command writes, and how. */
export interface Terminal {
  readonly color: ReturnType<typeof pc.createColors>;
  readonly colorful: boolean;
  readonly width: number;
}

const PLAIN_WIDTH = 100;

/** `color`: what the command line says, undefined when it says nothing. */
export function terminalFor(color: boolean | undefined): Terminal {
  const interactive = isTerminal(1);
  const colorful = color ?? environmentColor() ?? interactive;
  return { color: pc.createColors(colorful), colorful, width: interactive ? process.stdout.columns || PLAIN_WIDTH : PLAIN_WIDTH };
}

/** The conventions of no-color.org and force-color.org; on GitHub logs are colourful. */
function environmentColor(): boolean | undefined {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return TERM === 'dumb' ? false : undefined;
}

/** Asks the file system first: process.stdout loads half of the network code, which a pipe does not need. */
export function isTerminal(descriptor: 1 | 2): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && (descriptor === 1 ? process.stdout : process.stderr).isTTY;
  } catch {
    return false;
  }
}

/** Writes everything to standard output. A reader that has gone away (`| head`) ends the output, not the program. */
export function print(text: string): void {
  write(1, text);
}

/** One line on standard error. */
export function complain(line: string): void {
  write(2, `${line}\n`);
}

function write(descriptor: 1 | 2, text: string): void {
  let bytes = Buffer.from(text, 'utf8');
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(descriptor, bytes));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE' || code === 'EBADF') return;
      if (code !== 'EAGAIN') throw error;
      // A full pipe that does not wait: give its reader a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
