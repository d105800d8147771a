import type { Program } from '../../hosts/program.ts';
import type { Site } from '../../hosts/typescript/host.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import type { Value } from '../../hosts/typescript/value.ts';
import { entryOf, hostValue, record } from '../../hosts/typescript/value.ts';
import type { Direction } from '../../ir/migration.ts';
import type { ProgramFile } from '../framework.ts';
import { notFound } from '../shared/code-direction.ts';
import { withSaid } from '../shared/code-down.ts';
import { packages } from '../shared/packages.ts';
import { database } from './runner.ts';
import { pieceOf } from '../shared/sql-text.ts';
import { SQL, compiled } from './sql.ts';

/** What `up` or `down` of a Kysely migration sends. `bare`: the migrator begins no transaction. */
export const program = (file: ProgramFile, direction: Direction, bare = false): Program | undefined => withSaid(sent(file, direction, bare), file.text, direction);

const sent = (file: ProgramFile, direction: Direction, bare: boolean): Program | undefined =>
  runProgram(
    file,
    (loaded) => {
      const { exports, site } = loaded;
      const module = migrationIn(exports, site);
      const run = entryOf(module, direction);
      if (run?.kind !== 'function') return notFound(direction, loaded, file.text);
      site.settled(site.invoke(run, [database('db', undefined, [], bare)], module));
      return {};
    },
    (name) => (name === 'kysely' ? KYSELY : packages(name)),
    direction,
    true,
  );

/** The module itself, its default, or the one object or class with an `up` that it exports by a name: those are put together elsewhere. */
function migrationIn(exports: Value, { span }: Site): Value {
  const named = exports.kind === 'record' ? [...exports.entries.values()] : [];
  const made = [exports, entryOf(exports, 'default'), ...named].map((value) => (value?.kind === 'function' && value.construct !== undefined ? value.construct([], span) : value));
  return made.find((value) => entryOf(value, 'up')?.kind === 'function') ?? exports;
}

const KYSELY = record([['sql', SQL], ['CompiledQuery', hostValue({ name: 'CompiledQuery', methods: new Map([['raw', ([text]) => compiled(pieceOf(text))]]) })]]);
