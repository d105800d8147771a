import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { MessagePort, receiveMessageOnPort as Receive, Worker } from 'node:worker_threads';
import type { FileTree, ScriptSource } from '../frameworks/framework.ts';
import type { LintHistory } from '../pipeline.ts';
import type { Files, ReadText } from '../read.ts';
import type { Order, Result, Task } from './reading-thread.ts';
import { READING_THREAD, State } from './reading-thread.ts';

/**
 * Has large histories read on a second core while the first one replays them. Each script is read by whichever of the two
 * comes to it first, so that nothing is waited for that has not been begun, and a thread that never comes up does no harm.
 */
export async function readAhead(histories: readonly LintHistory[], sources: (entry: LintHistory) => readonly ScriptSource[], tree: FileTree): Promise<Files['ahead']> {
  if (!existsSync(PROGRAM) || availableParallelism() < 2) return undefined;
  const jobs = jobList();
  let size = 0;
  let worker: Worker | undefined;
  for (const entry of histories) {
    for (const source of sources(entry)) {
      if (source.program !== undefined) continue;
      // What tells that it is worth a thread is read here, the rest by whoever comes to it.
      const file = worker === undefined ? undefined : tree.place?.(source.path);
      const text = file === undefined ? tree.read(source.path) : undefined;
      if (file === undefined && text === undefined) continue;
      jobs.add(source, { dialect: entry.dialect.name, cut: cutOf(source), ...(file === undefined ? { text } : { file }) } as Task, text?.length);
      size += text?.length ?? 0;
      if (size >= WORTH_IT) worker ??= await startThread();
    }
  }
  if (worker === undefined) return undefined;
  const { MessageChannel, receiveMessageOnPort } = await import('node:worker_threads');
  const { port1, port2 } = new MessageChannel();
  const states = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * jobs.list.length));
  worker.postMessage({ jobs: jobs.list, states, port: port2 } satisfies Order, [port2]);
  return taker(jobs, states, port1, receiveMessageOnPort, tree);
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

const cutOf = ({ sections, joined, placeholders }: ScriptSource): Task['cut'] => ({
  ...(sections !== undefined && { sections }),
  ...(joined !== undefined && { joined }),
  ...(placeholders !== undefined && { placeholders }),
});

interface Jobs {
  readonly list: readonly (readonly Task[])[];
  readonly places: ReadonlyMap<ScriptSource, { readonly job: number; readonly index: number }>;
  /** A script whose size nobody knows is taken for one like those before it. */
  add(source: ScriptSource, task: Task, size: number | undefined): void;
}

/** Small texts go together: a message each would cost more than the smallest of them. */
const SMALLEST_JOB = 10_000;

function jobList(): Jobs {
  const list: Task[][] = [];
  const places = new Map<ScriptSource, { readonly job: number; readonly index: number }>();
  const known = { count: 0, size: 0 };
  let room = 0;
  return {
    list,
    places,
    add(source, task, size) {
      if (size !== undefined) {
        known.count++;
        known.size += size;
      }
      if (room <= 0) {
        list.push([]);
        room = SMALLEST_JOB;
      }
      const job = list.length - 1;
      places.set(source, { job, index: (list[job]?.push(task) ?? 1) - 1 });
      room -= size ?? known.size / known.count;
    },
  };
}

/** Answers with what the thread has made of a script, once; undefined: whoever asks has to read it. */
function taker({ list, places }: Jobs, states: Int32Array, port: MessagePort, receive: typeof Receive, tree: FileTree): (source: ScriptSource) => ReadText | undefined {
  const received = new Map<number, Result['scripts'][number][]>();

  return (source) => {
    const place = places.get(source);
    const results = place === undefined ? undefined : resultsOf(place.job);
    if (place === undefined || results === undefined) return undefined;
    const { text, parts } = results[place.index] ?? {};
    results[place.index] = undefined;
    if (parts === undefined) return undefined;
    if (text !== undefined) tree.learn?.(source.path, text);
    return { text: text ?? list[place.job]?.[place.index]?.text ?? '', parts };
  };

  function resultsOf(job: number): Result['scripts'][number][] | undefined {
    const state = Atomics.compareExchange(states, job, State.open, State.declined);
    if (state === State.open || state === State.declined) return undefined;
    if (state === State.taken && Atomics.wait(states, job, State.taken, PATIENCE) === 'timed-out') {
      // It is gone, or busy for longer than anybody would wait.
      for (let each = 0; each < list.length; each++) Atomics.compareExchange(states, each, State.open, State.declined);
      return undefined;
    }
    for (let message = receive(port); message !== undefined; message = receive(port)) {
      const { job: number, scripts } = message.message as Result;
      received.set(number, [...scripts]);
    }
    return received.get(job);
  }
}

/** Milliseconds. */
const PATIENCE = 10_000;
