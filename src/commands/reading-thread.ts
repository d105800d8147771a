import type { MessagePort } from 'node:worker_threads';
import type { ParsedText, ParseOptions } from '../dialects/dialect.ts';
import { DIALECTS } from '../names.ts';

/** The program's only argument in the thread that reads ahead. */
export const READING_THREAD = '(reading thread)';

export interface Text {
  readonly dialect: string;
  readonly text: string;
  readonly options: ParseOptions;
}

export interface Order {
  /** In the order in which they will be needed. */
  readonly jobs: readonly (readonly Text[])[];
  /** One `State` per job, shared. */
  readonly states: Int32Array;
  /** Where results go, each before its job counts as done. */
  readonly port: MessagePort;
}

export interface Result {
  readonly job: number;
  readonly parsed: readonly ParsedText[];
}

export const State = { open: 0, taken: 1, done: 2, declined: 3 } as const;

/** Reads what nobody else has begun to read; false outside a thread. */
export async function readingThread(): Promise<boolean> {
  const { parentPort } = await import('node:worker_threads');
  if (parentPort === null) return false;
  const { jobs, states, port } = await new Promise<Order>((resolve) => parentPort.once('message', resolve));
  await Promise.all([...new Set(jobs.flat().map(({ dialect }) => dialect))].map((name) => DIALECTS[name]?.load()));
  jobs.forEach((texts, job) => {
    if (Atomics.compareExchange(states, job, State.open, State.taken) !== State.open) return;
    const result: Result = { job, parsed: texts.map(({ dialect, text, options }) => DIALECTS[dialect]?.parse(text, options) ?? NOTHING) };
    port.postMessage(result);
    Atomics.store(states, job, State.done);
    Atomics.notify(states, job);
  });
  return true;
}

const NOTHING: ParsedText = { statements: [], comments: [] };
