import { parentPort } from 'node:worker_threads';
import type { Dialect } from '../dialects/dialect.ts';
import * as postgres from '../dialects/postgres/parse/parse.ts';
import { textReader } from '../discovery/disk.ts';
import { partsOf } from '../read.ts';
import type { Order, Result, Task } from './order.ts';
import { State } from './order.ts';

/** All of a dialect that reading takes: the thread is up sooner without the rest. */
const READERS: Readonly<Record<string, Pick<Dialect, 'load' | 'parse'>>> = { postgres };

/** Reads what nobody else has begun to read. */
async function readAll(): Promise<void> {
  const { jobs, states, port } = await new Promise<Order>((resolve) => parentPort?.once('message', resolve));
  await Promise.all([...new Set(jobs.flat().map(({ dialect }) => dialect))].map((name) => READERS[name]?.load()));
  const readFile = textReader();
  jobs.forEach((tasks, job) => {
    if (Atomics.compareExchange(states, job, State.open, State.taken) !== State.open) return;
    port.postMessage({ job, scripts: tasks.map((task) => read(task, readFile)) } satisfies Result);
    Atomics.store(states, job, State.done);
    Atomics.notify(states, job);
  });
}

function read({ dialect, cut, text, file }: Task, readFile: (path: string) => string | undefined): Result['scripts'][number] {
  const reader = READERS[dialect];
  const found = text ?? (file === undefined ? undefined : readFile(file));
  if (reader === undefined || found === undefined) return undefined;
  const { parts } = partsOf(cut, found, reader);
  return text === undefined ? { text: found, parts } : { parts };
}

void readAll();
