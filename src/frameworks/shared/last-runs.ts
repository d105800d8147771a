import type { Program } from '../../hosts/program.ts';
import type { Direction } from '../../ir/migration.ts';
import type { ProgramFile } from '../framework.ts';
import type { RunProgram } from './code-calls.ts';

interface LastRun {
  readonly file: ProgramFile;
  readonly direction: Direction;
  readonly program: Program | undefined;
  /** The other files that it has read. */
  readonly others: ReadonlyMap<string, string | undefined>;
}

const KEPT = 4;

/** The same, with its last runs at hand: a file that is changed runs to see what it sends then, and right after that to be read. */
export function withLastRuns(run: RunProgram): RunProgram {
  let kept: readonly LastRun[] = [];
  return (file, direction) => {
    if (file.tree !== undefined) return run(file, direction);
    const known = kept.find((one) => one.direction === direction && isSame(one.file, file) && [...one.others].every(([path, was]) => file.read(path) === was));
    if (known !== undefined) return known.program;
    const others = new Map<string, string | undefined>();
    const read = (path: string): string | undefined => {
      const found = file.read(path);
      others.set(path, found);
      return found;
    };
    const program = run({ ...file, read }, direction);
    kept = [...kept.slice(1 - KEPT), { file, direction, program, others }];
    return program;
  };
}

/** There is one set of settings for each dialect. */
const isSame = (one: ProgramFile, other: ProgramFile): boolean =>
  one.text === other.text && one.path === other.path && one.dialect === other.dialect && one.version === other.version && (one.setting === undefined) === (other.setting === undefined);
