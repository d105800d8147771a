import type { MessagePort } from 'node:worker_threads';
import { textReader } from '../discovery/disk.ts';
import { DIALECTS } from '../names.ts';
import type { Cut, ReadText } from '../read.ts';
import { partsOf } from '../read.ts';

/** The program's only argument in the thread that reads ahead. */
export const READING_THREAD = '(reading thread)';

/** A script to be read: its text, or the place of the file that has it. */
export interface Task {
  readonly dialect: string;
  readonly cut: Cut;
  readonly text?: string;
  readonly file?: string;
}

export interface Order {
  /** In the order in which they will be needed. */
  readonly jobs: readonly (readonly Task[])[];
  /** One `State` per job, shared. */
  readonly states: Int32Array;
  /** Where results go, each before its job counts as done. */
  readonly port: MessagePort;
}

export interface Result {
  readonly job: number;
  /** Undefined for what could not be read; texts only where they were not given. */
  readonly scripts: readonly (Partial<ReadText> | undefined)[];
}

export const State = { open: 0, taken: 1, done: 2, declined: 3 } as const;

/** Reads what nobody else has begun to read; false outside a thread. */
export async function readingThread(): Promise<boolean> {
  const { parentPort } = await import('node:worker_threads');
  if (parentPort === null) return false;
  const { jobs, states, port } = await new Promise<Order>((resolve) => parentPort.once('message', resolve));
  await Promise.all([...new Set(jobs.flat().map(({ dialect }) => dialect))].map((name) => DIALECTS[name]?.load()));
  const readFile = textReader();
  jobs.forEach((tasks, job) => {
    if (Atomics.compareExchange(states, job, State.open, State.taken) !== State.open) return;
    port.postMessage({ job, scripts: tasks.map((task) => read(task, readFile)) } satisfies Result);
    Atomics.store(states, job, State.done);
    Atomics.notify(states, job);
  });
  return true;
}

function read({ dialect: name, cut, text, file }: Task, readFile: (path: string) => string | undefined): Result['scripts'][number] {
  const dialect = DIALECTS[name];
  const found = text ?? (file === undefined ? undefined : readFile(file));
  if (dialect === undefined || found === undefined) return undefined;
  const { parts } = partsOf(cut, found, dialect);
  return text === undefined ? { text: found, parts } : { parts };
}
