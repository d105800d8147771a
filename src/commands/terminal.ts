import { closeSync, fstatSync, openSync, writeFileSync, writeSync } from 'node:fs';
import pc from 'picocolors';
import { reason, userError } from '../config/errors.ts';

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
export function print(text: string | Iterable<string>): void {
  for (const chunk of chunks(text)) if (!write(1, chunk)) return;
}

export function save(file: string, text: string | Iterable<string>): void {
  try {
    const descriptor = openSync(file, 'w');
    for (const chunk of chunks(text)) writeFileSync(descriptor, chunk);
    closeSync(descriptor);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw userError(`Cannot write ${file}: ${reason(error)}.`);
  }
}

/** Small pieces put together, as few large writes are cheaper; large ones as they are, as they may come again. */
function* chunks(text: string | Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of typeof text === 'string' ? [text] : text) {
    if (piece.length < LARGE && chunk.length < CHUNK) {
      chunk += piece;
      continue;
    }
    yield chunk;
    chunk = '';
    if (piece.length < LARGE) chunk = piece;
    else yield piece;
  }
  yield chunk;
}

const CHUNK = 1 << 18;
const LARGE = 1 << 14;

/** One line on standard error. */
export function complain(line: string): void {
  write(2, `${line}\n`);
}

/** False: nobody reads any more. */
function write(descriptor: 1 | 2, text: string): boolean {
  let bytes = Buffer.from(text, 'utf8');
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(descriptor, bytes));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE' || code === 'EBADF') return false;
      if (code !== 'EAGAIN') {
        if (descriptor === 2) return false;
        throw userError(`Cannot write to standard output: ${reason(error)}.`);
      }
      // A full pipe that does not wait: give its reader a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
  return true;
}
