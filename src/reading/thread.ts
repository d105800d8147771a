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
  const tasks = jobs.flat();
  const run = tasks.some(({ program }) => program !== undefined) ? (await import('./run-programs.ts')).programRunner() : undefined;
  await Promise.all([...new Set(tasks.map(({ dialect }) => dialect))].map((name) => READERS[name]?.load()));
  const readFile = textReader();
  jobs.forEach((own, job) => {
    if (Atomics.compareExchange(states, job, State.open, State.taken) !== State.open) return;
    port.postMessage({ job, scripts: own.map(read) } satisfies Result);
    Atomics.store(states, job, State.done);
    Atomics.notify(states, job);
  });

  function read({ dialect, cut, text, file, program }: Task): Result['scripts'][number] {
    const reader = READERS[dialect];
    if (reader === undefined) return undefined;
    if (program !== undefined) {
      const ran = run?.(program, dialect, reader);
      return ran === undefined ? undefined : { ran };
    }
    const found = text ?? (file === undefined ? undefined : readFile(file));
    if (found === undefined) return undefined;
    const { parts } = partsOf(cut, found, reader);
    return text === undefined ? { text: found, parts } : { parts };
  }
}

void readAll();
