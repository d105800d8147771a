import type { Span } from '../../source/text.ts';
import type { Emission, Program } from '../program.ts';
import { settle } from './calls.ts';
import { exportingIn } from './exports.ts';
import type { Frame } from './frame.ts';
import type { Site } from './host.ts';
import { machine } from './machine.ts';
import { exportsOf, load } from './modules.ts';
import type { Program as Tree } from './nodes.ts';
import { parse } from './parse.ts';
import { scope } from './scope.ts';
import { givenWithin, siteOf } from './site.ts';
import type { Value } from './value.ts';
import { UNDEFINED } from './value.ts';

export interface HostFile {
  readonly path: string;
  readonly text: string;
  /** Its tree, where the caller has it: a TS-ESTree program with `range` and `comments`. */
  readonly tree?: object;
  /** Other files of the project. */
  readonly read: (path: string) => string | undefined;
  /** Names of what a folder of the project holds, sorted; empty where it is not there. Absent: nobody can tell. */
  readonly list?: (folder: string) => readonly string[];
  /** Whether a setting that nobody can read is the one that this text names, as in `process.env.DB === 'mysql'`. */
  readonly setting?: (text: string) => boolean | undefined;
}

/** A migration's file after its top level has run. */
export interface Loaded {
  /** What it exports: an object (of the named exports, or what `module.exports` was set to), a class, a function. */
  readonly exports: Value;
  /** For calling functions of it. Its place is that of the statement that exports. */
  readonly site: Site;
}

/** What the file says of the direction as a whole; false: it has no such direction. */
export type Outcome = false | Pick<Program, 'transaction' | 'irreversible'>;

/**
 * Runs a direction of a migration. `body` picks what the tool would call (`exports.up`, the class's `up`, …), calls it through `site.invoke` with the
 * hosts that stand for what the tool hands in, and settles the result.
 */
export function runProgram(
  file: HostFile,
  body: (loaded: Loaded) => Outcome,
  packages?: (name: string) => Value | undefined,
  direction: 'up' | 'down' = 'up',
  /** What it calls gives promises, which the tool waits for where it is given them. */
  promises = false,
): Program | undefined {
  const { program, error } = file.tree === undefined ? parse(file.text, file.path) : { program: file.tree as Tree };
  const comments = program.comments.map(({ range: [start, end] }): Span => ({ start, end }));
  const run = machine(file.setting, promises);
  const emissions: Emission[] = error === undefined ? [] : [{ opaque: 'syntax', detail: `the file cannot be read: ${error.message}`, call: error.span }];
  let more = {} as Outcome;
  try {
    const sent = run.collect(() => {
      const module = load(file.path, { program }, file.text, true, { machine: run, read: file.read, ...(file.list === undefined ? {} : { list: file.list }), loaded: new Map(), ...(packages === undefined ? {} : { packages }) });
      const before = run.thrown;
      run.thrown = undefined;
      const whole = { type: 'Other', range: [0, file.text.length] } as const;
      const exporting = { type: 'Other', range: exportingIn(program, direction, file.text) } as const;
      const frame: Frame = { machine: run, module, scope: scope(undefined, true), self: UNDEFINED };
      more = body({ exports: exportsOf(module), site: { ...siteOf(exporting, frame), settled: (value) => settle(value, givenWithin(value, whole, frame) === undefined ? exporting : whole, frame) } });
      if (more !== false && before === undefined && run.thrown !== undefined && run.emissions().length === 0) more = { irreversible: 'refuses', ...more };
    });
    emissions.push(...withoutRepeats(sent));
  } catch (crash) {
    // What is read so far would be half of the truth: the stack of this process has its end, or the parser has made a tree of a mistake that no program has.
    const why = crash instanceof RangeError ? 'is nested too deep to be followed' : `cannot be followed: ${crash instanceof Error ? (crash.message.split('\n')[0] ?? '') : 'it stops'}`;
    emissions.push({ opaque: 'dynamic', detail: `the program ${why}`, call: { start: 0, end: file.text.length } });
  }
  // A file whose end was not reached may have the direction all the same.
  return more === false && error === undefined && !run.spent() ? undefined : { emissions, comments, ...(more === false ? {} : more) };
}

/** What is unknown at one place is told once, however often a loop or a helper comes by. */
function withoutRepeats(emissions: readonly Emission[]): readonly Emission[] {
  const seen = new Set<string>();
  return emissions.filter((emission) => {
    if ('sql' in emission || emission.traps !== undefined) return true;
    const key = `${String(emission.call.start)} ${String(emission.call.end)} ${emission.detail}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
