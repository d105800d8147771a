import type { Program } from '../../hosts/program.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import { entryOf, record } from '../../hosts/typescript/value.ts';
import type { ProgramFile } from '../framework.ts';
import { packages } from '../shared/packages.ts';
import { database } from './runner.ts';
import { SQL } from './sql.ts';

/** What `up` or `down` of a Kysely migration sends. */
export const program = (file: ProgramFile, direction: 'up' | 'down'): Program | undefined =>
  runProgram(
    file,
    ({ exports, site }) => {
      const module = entryOf(exports, 'up') === undefined ? (entryOf(exports, 'default') ?? exports) : exports;
      const run = entryOf(module, direction);
      if (run?.kind !== 'function') return false;
      site.settled(site.invoke(run, [database('db', undefined)], module));
      return {};
    },
    (name) => (name === 'kysely' ? KYSELY : packages(name)),
  );

const KYSELY = record([['sql', SQL]]);
