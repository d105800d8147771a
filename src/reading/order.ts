import type { MessagePort } from 'node:worker_threads';
import type { ParsedText } from '../dialects/dialect.ts';
import type { ScriptSource } from '../frameworks/framework.ts';
import type { Program } from '../hosts/program.ts';
import type { Cut, ReadText } from '../read.ts';

/** A script to be read: its text, or the place of the file that has it; or the program that sends it. */
export interface Task {
  readonly dialect: string;
  readonly cut: Cut;
  readonly text?: string;
  readonly file?: string;
  readonly program?: ProgramTask;
}

/** A direction of a migration in a history that its framework reads in the same way elsewhere. */
export interface ProgramTask extends Pick<ScriptSource, 'path' | 'direction' | 'part'> {
  readonly root: string;
  readonly framework: string;
  readonly folder: string;
  /** Of the dialect. */
  readonly version: number;
}

/** What a program came to, good for whoever finds the same texts. */
export interface RanProgram {
  readonly text: string;
  readonly others: ReadonlyMap<string, string | undefined>;
  /** Undefined: it has no such direction. */
  readonly program: Program | undefined;
  /** What was read in the texts that it sends. */
  readonly parsed: readonly { readonly text: string; readonly offset: number; readonly parsed: ParsedText }[];
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
  readonly scripts: readonly (Partial<ReadText & { readonly ran: RanProgram }> | undefined)[];
}

export const State = { open: 0, taken: 1, done: 2, declined: 3 } as const;
