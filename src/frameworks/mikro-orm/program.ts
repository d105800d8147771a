import type { Program } from '../../hosts/program.ts';
import type { Method } from '../../hosts/typescript/host.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import type { FunctionValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue, record, truth, UNDEFINED, unknown } from '../../hosts/typescript/value.ts';
import type { Direction } from '../../ir/migration.ts';
import type { ProgramFile } from '../framework.ts';
import { notInClass } from '../shared/code-direction.ts';
import { withSaid } from '../shared/code-down.ts';
import type { Kept } from '../shared/kept-steps.ts';
import { keptSteps } from '../shared/kept-steps.ts';
import { connectionsOf, CONTEXT, rows, send } from './connections.ts';

/** What a migration's class sends: `addSql` is kept until the method has ended, `execute` goes at once. `bare`: nothing runs in a transaction. */
export const program = (file: ProgramFile, direction: Direction, bare = false): Program | undefined => withSaid(sent(file, direction, bare), file.text, direction);

function sent(file: ProgramFile, direction: Direction, bare: boolean): Program | undefined {
  const kept = keptSteps();
  const state = { inTransaction: !bare };
  const run = runProgram(
    file,
    (loaded) => {
      const { exports, site } = loaded;
      const migration = classIn(exports);
      const instance = migration?.construct?.([], site.span);
      const method = instance?.kind === 'record' ? instance.entries.get(direction) : undefined;
      if (instance?.kind !== 'record' || method?.kind !== 'function') return notInClass(direction, loaded, migration, file.text);
      const transactional = instance.entries.get('isTransactional');
      state.inTransaction = !bare && (transactional?.kind !== 'function' || truth(site.invoke(transactional, [], instance)) !== false);
      site.settled(site.invoke(method, [], instance));
      return state.inTransaction ? {} : { transaction: { wrap: 'none' } };
    },
    (name) => (name === '@mikro-orm/migrations' ? record([['Migration', base(kept, state)]]) : undefined),
    direction,
  );
  return kept.inOrder(run);
}

/** The class of the file, however it is exported. */
function classIn(exports: Value): FunctionValue | undefined {
  const candidates = exports.kind === 'record' ? [...exports.entries.values()] : [exports];
  return candidates.find((value): value is FunctionValue => value.kind === 'function' && value.construct !== undefined);
}

/** The package's class: its own methods, which the migration inherits. */
function base({ keep, reset }: Kept, state: { readonly inTransaction: boolean }): FunctionValue {
  const connections = connectionsOf(state);
  const methods: readonly (readonly [string, Method])[] = [
    ['addSql', ([sql], site) => void keep(() => { send(sql, site); }, site)],
    ['execute', connections.execute],
    ['reset', () => void reset()],
    ['getQueries', (_args, site) => rows(site)],
    ['getKnex', () => connections.knex],
    ['getEntityManager', () => connections.entityManager],
  ];
  const prototype = record(methods.map(([name, call]) => [name, hostValue({ name: `this.${name}`, call })]));
  prototype.entries.set('config', hostValue({ name: 'this.config', member: (name, site) => unknown(`\`${name}\` is set in the configuration`, site.call, name) }));
  prototype.entries.set('driver', connections.driver);
  prototype.entries.set('ctx', CONTEXT);
  return { kind: 'function', name: 'Migration', arity: 0, members: new Map([['prototype', prototype]]), call: () => UNDEFINED, construct: () => record(prototype.entries) };
}
