import type { MessagePort } from 'node:worker_threads';
import type { Cut, ReadText } from '../read.ts';

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
