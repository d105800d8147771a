import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { receiveMessageOnPort as Receive, MessagePort, Worker } from 'node:worker_threads';
import type { Dialect, ParsedText, ParseOptions } from '../dialects/dialect.ts';
import type { FileTree, ScriptSource } from '../frameworks/framework.ts';
import type { LintHistory } from '../pipeline.ts';
import { textsOf } from '../read.ts';
import type { Order, Result, Text } from './reading-thread.ts';
import { READING_THREAD, State } from './reading-thread.ts';

/**
 * Has large histories parsed on a second core while the first one replays them. Each text is parsed by whichever of the two
 * comes to it first, so that nothing is waited for that has not been begun, and a thread that never comes up does no harm.
 */
export async function readAhead(histories: readonly LintHistory[], sources: (entry: LintHistory) => readonly ScriptSource[], tree: FileTree): Promise<readonly LintHistory[]> {
  if (!existsSync(PROGRAM) || availableParallelism() < 2) return histories;
  const texts: Text[] = [];
  let size = 0;
  let worker: Worker | undefined;
  for (const entry of histories) {
    for (const source of sources(entry)) {
      if (source.program !== undefined) continue;
      const read = textsFor(source, entry.dialect, tree);
      texts.push(...read);
      for (const { text } of read) size += text.length;
      // It starts while the rest is read.
      if (size >= WORTH_IT) worker ??= await startThread();
    }
  }
  if (worker === undefined) return histories;
  const jobs = grouped(texts);
  const { MessageChannel, receiveMessageOnPort } = await import('node:worker_threads');
  const { port1, port2 } = new MessageChannel();
  const states = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * jobs.length));
  worker.postMessage({ jobs, states, port: port2 } satisfies Order, [port2]);
  const take = taker(jobs, states, port1, receiveMessageOnPort);
  const helped = new Map(histories.map(({ dialect }) => [dialect, { ...dialect, parse: (text: string, options?: ParseOptions) => take(dialect.name, text, options) ?? dialect.parse(text, options) }]));
  return histories.map((entry) => ({ ...entry, dialect: helped.get(entry.dialect) ?? entry.dialect }));
}

async function startThread(): Promise<Worker> {
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(PROGRAM, { argv: [READING_THREAD] });
  // What it has not read by then is read here.
  worker.on('error', () => undefined);
  worker.unref();
  return worker;
}

/** The program in its package; from source there is no such file, and no thread. */
const PROGRAM = join(import.meta.dirname, 'cli.js');

/** Characters that take longer to parse than a thread takes to start. */
const WORTH_IT = 300_000;

function textsFor(source: ScriptSource, dialect: Dialect, tree: FileTree): readonly Text[] {
  const text = tree.read(source.path);
  return text === undefined ? [] : textsOf(source, text).map((part) => ({ dialect: dialect.name, ...part }));
}

/** Small texts go together: a message each would cost more than the smallest of them. */
const SMALLEST_JOB = 10_000;

function grouped(texts: readonly Text[]): readonly (readonly Text[])[] {
  const jobs: Text[][] = [];
  let room = 0;
  for (const text of texts) {
    if (room <= 0) {
      jobs.push([]);
      room = SMALLEST_JOB;
    }
    jobs.at(-1)?.push(text);
    room -= text.text.length;
  }
  return jobs;
}

type Take = (dialect: string, text: string, options: ParseOptions | undefined) => ParsedText | undefined;

/** Answers with what the thread has made of a text, once for each time that it was ordered; undefined: whoever asks has to read it. */
function taker(jobs: readonly (readonly Text[])[], states: Int32Array, port: MessagePort, receive: typeof Receive): Take {
  const places = new Map<string, { job: number; index: number }[]>();
  jobs.forEach((texts, job) => {
    texts.forEach(({ dialect, text, options }, index) => {
      const key = keyOf(dialect, text, options);
      const same = places.get(key);
      if (same === undefined) places.set(key, [{ job, index }]);
      else same.push({ job, index });
    });
  });
  const received = new Map<number, (ParsedText | undefined)[]>();

  return (dialect, text, options) => {
    const place = places.get(keyOf(dialect, text, options))?.shift();
    const results = place === undefined ? undefined : resultsOf(place.job);
    if (place === undefined || results === undefined) return undefined;
    const result = results[place.index];
    results[place.index] = undefined;
    return result;
  };

  function resultsOf(job: number): (ParsedText | undefined)[] | undefined {
    const state = Atomics.compareExchange(states, job, State.open, State.declined);
    if (state === State.open || state === State.declined) return undefined;
    if (state === State.taken && Atomics.wait(states, job, State.taken, PATIENCE) === 'timed-out') {
      // It is gone, or busy for longer than anybody would wait.
      for (let each = 0; each < jobs.length; each++) Atomics.compareExchange(states, each, State.open, State.declined);
      return undefined;
    }
    for (let message = receive(port); message !== undefined; message = receive(port)) {
      const { job: number, parsed } = message.message as Result;
      received.set(number, [...parsed]);
    }
    return received.get(job);
  }
}

/** Milliseconds. */
const PATIENCE = 10_000;

const keyOf = (dialect: string, text: string, options: ParseOptions | undefined): string => `${dialect} ${String(options?.offset ?? 0)} ${text}`;
