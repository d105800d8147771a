import type { Program } from '../../hosts/program.ts';
import { globals } from '../../hosts/typescript/builtins/globals.ts';
import type { Method } from '../../hosts/typescript/host.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import { entryOf, hostValue, UNDEFINED } from '../../hosts/typescript/value.ts';
import type { Value } from '../../hosts/typescript/value.ts';
import type { Direction, TransactionPolicy } from '../../ir/migration.ts';
import type { ProgramFile } from '../framework.ts';
import { apart } from '../shared/apart.ts';
import { notFound } from '../shared/code-direction.ts';
import { withSaid } from '../shared/code-down.ts';
import { packages } from '../shared/packages.ts';
import { knexRunner } from '../shared/knex/runner.ts';

const OUTSIDE: TransactionPolicy = { wrap: 'none' };
const OWN: TransactionPolicy = { wrap: 'script', optOut: 'Leave out `config`: the tool begins no transaction.' };

/** What `up` or `down` of a Knex migration sends. */
export const program = (file: ProgramFile, direction: Direction, disabled = false): Program | undefined => withSaid(sent(file, direction, disabled), file.text, direction);

/** `disabled`: the tool begins no transaction unless the file asks for one. */
const sent = (file: ProgramFile, direction: Direction, disabled: boolean): Program | undefined =>
  runProgram(
    file,
    (loaded) => {
      const { exports, site } = loaded;
      const module = entryOf(exports, direction) === undefined ? (entryOf(exports, 'default') ?? exports) : exports;
      const run = entryOf(module, direction);
      if (run?.kind !== 'function') return notFound(direction, loaded, file.text);
      const transaction = entryOf(entryOf(module, 'config'), 'transaction');
      const asked = transaction?.kind === 'boolean' ? transaction.value : undefined;
      const inside = asked ?? !disabled;
      // Old migrations get Bluebird as their second argument: the language's own promises have what they use of it.
      site.settled(site.invoke(run, [knexRunner('knex', inside), globals().get('Promise') ?? UNDEFINED]));
      return !inside ? { transaction: OUTSIDE } : disabled ? { transaction: OWN } : {};
    },
    (name) => PACKAGES.get(name) ?? packages(name),
    direction,
    true,
  );

/** Connections that a migration opens itself. */
const connect: Method = () => apart(knexRunner('knex', false));
const PACKAGES: ReadonlyMap<string, Value> = new Map([['knex', hostValue({ name: 'knex', call: connect, member: (name) => (name === 'default' || name === 'knex' ? hostValue({ name: 'knex', call: connect }) : undefined) })]]);
