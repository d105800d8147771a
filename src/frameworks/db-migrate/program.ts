import type { Program } from '../../hosts/program.ts';
import type { Method } from '../../hosts/typescript/host.ts';
import { globals } from '../../hosts/typescript/builtins/globals.ts';
import type { HostFile } from '../../hosts/typescript/run.ts';
import { changing, extended } from '../../hosts/typescript/methods.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import type { Value } from '../../hosts/typescript/value.ts';
import { hostValue, NULL, record, text } from '../../hosts/typescript/value.ts';
import type { Direction } from '../../ir/migration.ts';
import { notFound } from '../shared/code-direction.ts';
import { withSaid } from '../shared/code-down.ts';
import { answer, guarded } from '../shared/host-sending.ts';
import { packages } from '../shared/packages.ts';
import { insert, METHODS, TYPES } from './methods.ts';

/** What db-migrate sends when it runs a direction of a file: `exports.setup` is told the types, then the direction gets the driver. */
export const program = (file: HostFile, direction: Direction): Program | undefined => withSaid(sent(file, direction), file.text, direction);

function sent(file: HostFile, direction: Direction): Program | undefined {
  const state = { failed: false };
  const program = runProgram(
    file,
    (loaded) => {
      const { exports, site } = loaded;
      const member = (name: string): Value | undefined => (exports.kind === 'record' ? exports.entries.get(name) : undefined);
      const migrate = member(direction);
      if (migrate?.kind !== 'function') return notFound(direction, loaded, file.text);
      const dataType = record(Object.entries(TYPES).map(([name, value]) => [name, text(value)]));
      const setup = member('setup');
      // Files that db-migrate makes take their promises from it.
      const promise = globals().get('Promise');
      if (setup?.kind === 'function') site.invoke(setup, [record([['dbmigrate', record([['dataType', dataType]])], ...(promise === undefined ? [] : [['Promise', promise] as const])]), NULL], exports);
      site.settled(site.invoke(migrate, [driver(), callback(state)], exports));
      return {};
    },
    packages,
    direction,
  );
  return program !== undefined && state.failed && program.emissions.length === 0 ? { ...program, irreversible: 'refuses' } : program;
}

/** Told an error, and nothing sent before, the direction is one that there is not. */
const callback = (state: { failed: boolean }): Value => hostValue({ name: 'callback', call: ([error]) => void (state.failed ||= error?.kind === 'error') });

const driver = (): Value => hostValue({ name: 'db', sends: true, methods: extended(changing(guarded(METHODS), (method) => withCallback(method)), new Map([['insert', withCallback(inserting(false), inserting(true))]])) });

const inserting = (hasCallback: boolean): Method => guarded(new Map([['insert', (args, site) => insert(args, site, hasCallback)]])).get('insert') ?? (() => undefined);

/** Every method tells its end to a function that comes last, where there is one, and is a promise besides. */
const withCallback =
  (method: Method, called = method): Method =>
  (args, site) => {
    const last = args.at(-1);
    const told = last?.kind === 'function' || (last?.kind === 'host' && last.host.name === 'callback') ? last : undefined;
    const given = (told === undefined ? method(args, site) : called(args.slice(0, -1), site)) ?? answer(site);
    if (told !== undefined) site.invoke(told, [NULL, given]);
    return given;
  };
