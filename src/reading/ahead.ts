import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type * as Threads from 'node:worker_threads';
import type { MessagePort, receiveMessageOnPort as Receive, Worker } from 'node:worker_threads';
import type { Dialect, ParsedText } from '../dialects/dialect.ts';
import type { FileTree, ScriptSource } from '../frameworks/framework.ts';
import type { LintHistory } from '../replay/history.ts';
import type { ArrivingText, Files } from '../read.ts';
import { partsOf } from '../read.ts';
import type { Order, ProgramTask, RanProgram, Result, Task } from './order.ts';
import { State } from './order.ts';

/** What another thread reads meanwhile. */
export interface Ahead {
  /** Answers with what it has made of a script, once; undefined: whoever asks has to read it. */
  readonly take: NonNullable<Files['ahead']>;
  /** The same for programs. */
  readonly ran: (source: ScriptSource) => RanProgram | undefined;
  /** Nobody will ask for more. */
  end(): void;
}

/**
 * Has large histories read on a second core while the first one replays them. Each script is read by whichever of the two
 * comes to it first, so that nothing is waited for that has not been begun, and a thread that never comes up does no harm.
 */
export function readAhead(histories: readonly LintHistory[], sources: (entry: LintHistory) => readonly ScriptSource[], tree: FileTree, { known = 0, root }: Besides = {}): Ahead | undefined {
  if (program === undefined || availableParallelism() < 2) return undefined;
  const jobs = jobList();
  let size = -known;
  let worker: Worker | undefined;
  for (const entry of histories) {
    for (const source of sources(entry)) {
      if (source.program !== undefined && root === undefined) continue;
      // What tells that it is worth a thread is read here, the rest by whoever comes to it.
      const file = worker === undefined || source.program !== undefined ? undefined : tree.place?.(source.path);
      if (file !== undefined) {
        jobs.add(source, { dialect: entry.dialect.name, cut: cutOf(source), file });
        continue;
      }
      const text = tree.read(source.path);
      if (text === undefined) continue;
      size += source.sections?.reduce((sum, { start, end }) => sum + end - start, 0) ?? text.length;
      // It starts while the rest is looked at.
      if (size >= WORTH_IT && worker === undefined) {
        // Whoever has threads of his own has given them the other cores.
        if (!threads().isMainThread) return undefined;
        worker = startThread(program);
        if (worker === undefined) return undefined;
      }
      if (source.program === undefined) jobs.addText(source, text, entry.dialect);
      else if (root !== undefined) jobs.add(source, { dialect: entry.dialect.name, cut: {}, program: programTask(source, entry, root) }, text.length);
    }
  }
  if (worker === undefined) return undefined;
  const { MessageChannel, receiveMessageOnPort } = threads();
  const { port1, port2 } = new MessageChannel();
  const states = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * jobs.list.length));
  worker.postMessage({ jobs: jobs.list, states, port: port2 } satisfies Order, [port2]);
  return {
    ...taker(jobs, states, port1, receiveMessageOnPort, tree),
    end() {
      for (let job = 0; job < states.length; job++) decline(states, job);
      port1.close();
    },
  };
}

interface Besides {
  /** Characters that have been read before and will not be asked for. */
  readonly known?: number;
  /** Where the histories stand on the disk, as they are: programs can be run there, too. */
  readonly root?: string;
}

const programTask = ({ path, direction, part }: ScriptSource, { history: { framework, folder }, version }: LintHistory, root: string): ProgramTask => ({ root, framework, folder, path, direction, version, ...(part !== undefined && { part }) });

/** Loaded by runs that are worth it. */
const threads = (): typeof Threads => process.getBuiltinModule('node:worker_threads');

/** Undefined where none may be started, as under Node's permissions. */
function startThread(file: string): Worker | undefined {
  try {
    const { Worker } = threads();
    // What Node itself was started with, as loaders of modules, is of no use to it.
    const worker = new Worker(file, { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 24 } });
    // What it has not read by then is read here.
    worker.on('error', () => undefined);
    worker.unref();
    return worker;
  } catch {
    return undefined;
  }
}

declare const READER: string | undefined;

/** The program of the thread in its package; from source there is no such file, and no thread. */
const program = typeof READER === 'undefined' ? undefined : join(import.meta.dirname, READER);

/** Characters that take longer to parse than a thread takes to start. */
const WORTH_IT = 100_000;
/** Characters of a file that both read, and of a part of it. */
const LONG = 200_000;
const PART = 50_000;

const cutOf = ({ sections, joined, placeholders }: ScriptSource): Task['cut'] => ({
  ...(sections !== undefined && { sections }),
  ...(joined !== undefined && { joined }),
  ...(placeholders !== undefined && { placeholders }),
});

interface Jobs {
  readonly list: readonly (readonly Task[])[];
  readonly places: ReadonlyMap<ScriptSource, Place>;
  /** A script whose size nobody knows is taken for one like those before it. */
  add(source: ScriptSource, task: Task, length?: number): void;
  addText(source: ScriptSource, text: string, dialect: Dialect): void;
}

interface Place {
  readonly job: number;
  /** In the job. */
  readonly index: number;
  /** Of a script that both can read at the same time: each part is a job of its own. */
  readonly parts?: { readonly count: number; readonly dialect: Dialect };
}

/** Small texts go together: a message each would cost more than the smallest of them. */
const SMALLEST_JOB = 10_000;

function jobList(): Jobs {
  const list: Task[][] = [];
  const places = new Map<ScriptSource, Place>();
  const known = { count: 0, size: 0 };
  let room = 0;

  function add(source: ScriptSource, task: Task, length = task.text?.length): void {
    if (length !== undefined) {
      known.count++;
      known.size += length;
    }
    if (room <= 0) {
      list.push([]);
      room = SMALLEST_JOB;
    }
    const job = list.length - 1;
    places.set(source, { job, index: (list[job]?.push(task) ?? 1) - 1 });
    room -= length ?? known.size / known.count;
  }

  function addText(source: ScriptSource, text: string, dialect: Dialect): void {
    const task = { dialect: dialect.name, cut: cutOf(source) };
    if (source.sections !== undefined) {
      // A file may hold a thousand migrations: each is handed over without the others.
      const offset = source.sections[0]?.start ?? 0;
      add(source, { ...task, cut: { ...task.cut, offset }, text: text.slice(offset, source.sections.at(-1)?.end ?? 0) });
      return;
    }
    const cuts = text.length < LONG ? [] : (dialect.parts?.cut(text, PART) ?? []);
    if (cuts.length === 0) {
      add(source, { ...task, text });
      return;
    }
    places.set(source, { job: list.length, index: 0, parts: { count: cuts.length + 1, dialect } });
    [0, ...cuts].forEach((offset, i) => list.push([{ ...task, cut: { ...task.cut, offset }, text: text.slice(offset, cuts[i]) }]));
    room = 0;
  }

  return { list, places, add, addText };
}

function taker({ list, places }: Jobs, states: Int32Array, port: MessagePort, receive: typeof Receive, tree: FileTree): Pick<Ahead, 'take' | 'ran'> {
  const received = new Map<number, Result['scripts'][number][]>();
  const late = new Set<number>();

  return {
    take,
    ran(source) {
      const place = places.get(source);
      return place === undefined ? undefined : resultOf(place)?.ran;
    },
  };

  function take(source: ScriptSource): ReturnType<Ahead['take']> {
    const place = places.get(source);
    if (place === undefined) return undefined;
    if (place.parts !== undefined) return inParts(source.path, place.job, place.parts);
    const { text, parts } = resultOf(place) ?? {};
    if (parts === undefined) return undefined;
    if (text !== undefined) tree.learn?.(source.path, text);
    return { text: text ?? (source.sections === undefined ? list[place.job]?.[place.index]?.text : tree.read(source.path)) ?? '', parts };
  }

  /** The parts as they are needed. Behind one of which it is not sure that it ends where it was cut, the rest is read in one piece. */
  function inParts(path: string, first: number, { count, dialect }: NonNullable<Place['parts']>): ArrivingText {
    const text = tree.read(path) ?? '';
    const end = first + count;
    const own = new Map<number, ParsedText>();
    let job = first;
    return {
      text,
      next() {
        if (job >= end) return undefined;
        const part = partOf(job);
        if (dialect.parts?.isSure(part) === true) {
          job++;
          return part;
        }
        const torn = job;
        // Nobody needs the others.
        for (; job < end; job++) decline(states, job);
        return read(torn, text.slice(list[torn]?.[0]?.cut.offset));
      },
    };

    /** Nobody waits while there is something to read. */
    function partOf(wanted: number): ParsedText {
      for (let other = wanted; other < end && !own.has(wanted) && Atomics.load(states, wanted) !== State.done; other++) {
        if (decline(states, other) === State.open) own.set(other, read(other));
      }
      const part = own.get(wanted) ?? resultOf({ job: wanted, index: 0 })?.parts?.[0] ?? read(wanted);
      own.delete(wanted);
      return part;
    }

    function read(part: number, long?: string): ParsedText {
      const [{ cut, text: short } = { cut: {} }] = list[part] ?? [];
      const [read = NOTHING] = partsOf(cut, long ?? short ?? '', dialect).parts;
      return read;
    }
  }

  function resultOf({ job, index }: Place): Result['scripts'][number] {
    const results = resultsOf(job);
    const result = results?.[index];
    if (results !== undefined) results[index] = undefined;
    return result;
  }

  function resultsOf(job: number): Result['scripts'][number][] | undefined {
    const state = decline(states, job);
    if (state === State.open || state === State.declined) return undefined;
    if (state === State.taken && (late.has(job) || Atomics.wait(states, job, State.taken, patience(list[job])) === 'timed-out')) {
      // The thread is gone, or the other core has more to do than this one.
      late.add(job);
      return undefined;
    }
    // No more than is needed: what lies around until it is its turn is copied by each collection of garbage until then.
    while (!received.has(job)) {
      const message = receive(port);
      if (message === undefined) break;
      const { job: number, scripts } = message.message as Result;
      received.set(number, [...scripts]);
    }
    return received.get(job);
  }
}

/** Keeps the thread from beginning a job; says how far it was. */
const decline = (states: Int32Array, job: number): number => Atomics.compareExchange(states, job, State.open, State.declined);

const NOTHING: ParsedText = { statements: [], comments: [] };

/** Milliseconds: no longer than it would take to read it here. */
const patience = (tasks: readonly Task[] = []): number => tasks.reduce((size, { text = '' }) => size + text.length, SMALLEST_JOB) / CHARACTERS_PER_MS;
const CHARACTERS_PER_MS = 500;
