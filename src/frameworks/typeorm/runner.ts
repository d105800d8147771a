import type { Traced, Unforeseen } from '../../hosts/program.ts';
import { joined } from '../../hosts/traced.ts';
import type { Method, Site } from '../../hosts/typescript/host.ts';
import type { FunctionValue, HostValue, Value } from '../../hosts/typescript/value.ts';
import { FALSE, hostValue, isNothing, record, text, UNDEFINED } from '../../hosts/typescript/value.ts';
import type { TransactionPolicy, Trap } from '../../ir/migration.ts';
import type { Generate } from '../shared/host-queries.ts';
import { answer, asking, guarded, send, trapsOf } from '../shared/host-sending.ts';
import { placeholder, reasonOf, textIn } from '../shared/host-values.ts';
import { attempt } from '../shared/refusal.ts';
import { queryBuilder } from './builder.ts';
import { columnMethods } from './changes.ts';
import { constraintMethods } from './constraints.ts';
import { METHODS } from './entities/methods.ts';
import type { Naming } from './entities/names.ts';
import { entityIn } from './entities/read.ts';
import { entityOf, isEntity, managerMethods, repository } from './entities/repository.ts';
import type { Work } from './entities/work.ts';
import { pathIn, splitPath } from './model.ts';
import { tableMethods } from './tables.ts';

const GENERATED: Readonly<Record<string, Generate>> = { ...tableMethods, ...columnMethods, ...constraintMethods };
const ASKING = ['hasDatabase', 'hasSchema', 'hasTable', 'hasColumn', 'getTables', 'getViews', 'getDatabases', 'getSchemas'];
const READING = ['getCurrentDatabase', 'getCurrentSchema', 'getVersion', 'getReplicationMode', 'getMemorySql'];
/** They change nothing on the server. */
const SILENT = ['connect', 'release', 'beforeMigration', 'afterMigration', 'enableSqlMemory', 'disableSqlMemory', 'clearSqlMemory'];
const WHOLE: Readonly<Record<string, string>> = { clearDatabase: 'drops all views, tables and enum types that there are', synchronize: 'makes the tables of the entities as they are today', dropDatabase: 'drops all tables that there are' };

interface Connection {
  readonly naming: Naming;
  /** Transactions that are open, one inside of the other. */
  depth: number;
  /** Not the runner's own connection but one beside it, which knows nothing of its transaction. */
  readonly beside?: Connection;
}

/** The query runner of a migration, as its transaction stands when the migration begins. */
export const runner = ({ wrap }: TransactionPolicy, naming: Naming): HostValue => runnerOf({ naming, depth: wrap === 'none' ? 0 : 1 });

/** What functions and classes of the package lead to the database by other ways than the migration's own connection. */
export function otherConnection(path: string, { wrap }: TransactionPolicy, naming: Naming, args: readonly Value[], self: Value | undefined, site: Site): Value | undefined {
  const beside: Connection = { naming, depth: wrap === 'none' ? 0 : 1 };
  const other: Connection = { naming, depth: 0, beside };
  if (/^(?:getConnection|createConnection|new DataSource|new Connection)$/.test(path)) return dataSource(beside);
  if (/^(?:getManager|new EntityManager)$/.test(path)) return manager(other);
  if (path === 'getRepository' || path === 'getTreeRepository') return repositoryOf(args[0], other);
  if (path.startsWith('BaseEntity.')) return byItself(path.slice('BaseEntity.'.length), other, args, self, site);
  return /^(?:getCustomRepository|createQueryBuilder|getConnectionManager)$/.test(path) ? hostValue({ name: path, sends: true, member: entities }) : undefined;
}

/** What a class or an object of it does that extends BaseEntity. */
function byItself(name: string, connection: Connection, args: readonly Value[], self: Value | undefined, site: Site): Value | undefined {
  const run = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  const of = isEntity(self) ? self : self?.kind === 'record' ? self.madeBy : undefined;
  if (of === undefined || run === undefined) return of === undefined || name !== 'getRepository' ? undefined : repositoryOf(of, connection);
  return lively(new Map<string, Method>([[name, (given, at) => run({ of, work: workOf(connection) }, given, at)]])).get(name)?.(isEntity(self) || self === undefined ? args : [self, ...args], site) ?? UNDEFINED;
}

function runnerOf(connection: Connection): HostValue {
  const methods = new Map<string, Method>();
  for (const [name, generate] of Object.entries(GENERATED)) methods.set(name, (args, site) => sends(name, args, site, connection, generate));
  for (const name of ASKING) methods.set(name, (_args, site) => ({ ...answer(site), asksExistence: true }));
  for (const name of READING) methods.set(name, (_args, site) => answer(site));
  for (const name of SILENT) methods.set(name, () => undefined);
  methods.set('getTable', ([name]) => tableOf(name));
  methods.set('getView', ([name]) => tableOf(name));
  methods.set('query', (args, site) => query(args, site, connection));
  methods.set('stream', (args, site) => query(args, site, connection));
  methods.set('sql', (args, site) => query([tagged(args, site) ?? UNDEFINED], site, connection));
  methods.set('clearDatabase', whole('clearDatabase'));
  methods.set('startTransaction', ([level], site) => begin(level, site, connection));
  methods.set('commitTransaction', (_args, site) => end('COMMIT', site, connection));
  methods.set('rollbackTransaction', (_args, site) => end('ROLLBACK', site, connection));
  return hostValue({
    name: connection.beside === undefined ? 'queryRunner' : 'the other query runner',
    sends: true,
    methods: guarded(methods),
    member(name) {
      if (name === 'manager') return manager(connection);
      if (name === 'connection' || name === 'dataSource') return dataSource(connection);
      if (name === 'isReleased' || name === 'broadcaster') return FALSE;
      if (name === 'isTransactionActive') return { kind: 'boolean', value: connection.depth > 0 };
      return name === 'data' ? record() : undefined;
    },
  });
}

function traps(site: Site, { beside, depth }: Connection): readonly Trap[] {
  const found: Trap[] = [];
  if (site.floating) found.push({ trap: 'not-awaited', place: site.call, detail: 'nobody waits for the call: the migration may end before it, and its error goes nowhere' });
  if (beside !== undefined && beside.depth > 0 && depth === 0) found.push({ trap: 'forgotten-transaction', place: site.call, detail: 'the data source runs it on another connection than the migration, outside of its transaction' });
  return found;
}

function sends(name: string, args: readonly Value[], site: Site, connection: Connection, generate: Generate): Value {
  const made = attempt(() => generate(args, site));
  const more = traps(site, connection);
  if ('refusal' in made) site.emit({ opaque: made.refusal.reading, detail: `${name}: ${made.refusal.message}`, ...touchesOf(args[0]), ...trapsOf(made.refusal, more) });
  else for (const { sql, traps: own = [] } of made.result) send(sql, [...own, ...more], site);
  return answer(site);
}

/** Methods that change a table take its name first. */
const touchesOf = (table: Value | undefined): Pick<Unforeseen, 'touches'> => {
  if (table?.kind !== 'text') return {};
  const { schema, table: name } = splitPath(table.text);
  return { touches: [schema === undefined ? { name } : { schema, name }] };
};

function query([sql]: readonly Value[], site: Site, connection: Connection): Value {
  const more = traps(site, connection);
  if (sql?.kind === 'text') send(sql, more, site);
  else site.emit({ opaque: 'dynamic', detail: sql === undefined ? 'a query without SQL' : `the SQL is only known when it runs: ${reasonOf(sql)}`, ...trapsOf({ traps: more }) });
  return { ...answer(site), ...(sql?.kind === 'text' ? asking(sql.text) : {}) };
}

/** The library's tag of templates: what functions give stands in the SQL, all else is a parameter. */
function tagged([texts, ...holes]: readonly Value[], site: Site): Value | undefined {
  if (texts?.kind !== 'list') return texts;
  let count = 0;
  const parts = texts.items.flatMap((part, index): readonly Traced[] => {
    const hole = holes[index];
    const own = hole?.kind === 'function' ? site.invoke(hole, []) : hole;
    const parameter = (): string => `$${String(++count)}`;
    const said = own === undefined ? '' : own.kind === 'null' ? 'NULL' : hole?.kind !== 'function' ? parameter() : own.kind === 'text' ? own.text : own.kind === 'list' ? own.items.map(parameter).join(', ') : placeholder({ source: site.source(site.call) });
    return [part.kind === 'text' ? part : { text: '', runs: [] }, { text: said, runs: [] }];
  });
  return { kind: 'text', ...joined(parts) };
}

/** Inside of the transaction that is open, another one is a savepoint. */
function begin(level: Value | undefined, site: Site, connection: Connection): undefined {
  site.emit({ sql: connection.depth === 0 ? 'START TRANSACTION' : `SAVEPOINT typeorm_${String(connection.depth)}` });
  if (connection.depth === 0 && level !== undefined && !isNothing(level)) site.emit({ sql: `SET TRANSACTION ISOLATION LEVEL ${textIn(level, 'the isolation level')}` });
  connection.depth += 1;
  return undefined;
}

function end(word: 'COMMIT' | 'ROLLBACK', site: Site, connection: Connection): undefined {
  if (connection.depth === 0) {
    site.opaque('there is no transaction to end, so TypeORM stops', 'unsupported');
    return undefined;
  }
  connection.depth -= 1;
  const name = `SAVEPOINT typeorm_${String(connection.depth)}`;
  site.emit({ sql: connection.depth === 0 ? word : word === 'COMMIT' ? `RELEASE ${name}` : `ROLLBACK TO ${name}` });
  return undefined;
}

const whole = (name: string): Method => (_args, site) => {
  const detail = `${name} ${WHOLE[name] ?? ''}`;
  site.emit({ opaque: 'dynamic', detail, traps: [{ trap: 'whole-database', place: site.call, detail }] });
  return undefined;
};

/** A table as the database has it: its name is known, what is in it is asked for when it runs. */
function tableOf(name: Value | undefined): HostValue {
  const path = name === undefined ? undefined : attempt(() => pathIn(name));
  const table = path !== undefined && 'result' in path ? `${path.result.schema === undefined ? '' : `${path.result.schema}.`}${path.result.table}` : 'a table';
  return hostValue({
    name: table,
    member: (member, site) => (member === 'name' ? text(table) : { ...answer(site), reason: `${member} of ${table} is read from the database`, source: site.source(site.call), asksExistence: true }),
  });
}

/** Everything but plain SQL works with entities, as the code of the day has them. */
function manager(connection: Connection): HostValue {
  const methods = new Map<string, Method>([
    ...lively(managerMethods(workOf(connection))),
    ['getRepository', ([entity]) => repositoryOf(entity, connection)],
    ['getTreeRepository', ([entity]) => repositoryOf(entity, connection)],
    ['withRepository', ([given]) => given],
    ['query', (args, site) => query(args, site, connection)],
    ['createQueryBuilder', builderOf(connection)],
    ['transaction', ([first, second], site) => within(first?.kind === 'function' ? first : second, first?.kind === 'function' ? undefined : first, site, connection)],
  ]);
  return hostValue({
    name: 'the entity manager',
    sends: true,
    methods: guarded(methods),
    member(name) {
      if (name === 'queryRunner') return runnerOf(connection);
      if (name === 'connection' || name === 'dataSource') return dataSource(connection);
      return entities(name);
    },
  });
}

function within(callback: Value | undefined, level: Value | undefined, site: Site, connection: Connection): Value {
  begin(level, site, connection);
  const result = site.settled(site.invoke(callback, [manager(connection)]));
  end('COMMIT', site, connection);
  return result;
}

const liveTrap = (what: string, site: Site): Trap => ({ trap: 'live-code', place: site.call, detail: `${/^\w+$/.test(what) ? `\`${what}\`` : what} does what the entities of that day say` });

const live = (what: string, site: Site): void => {
  const trap = liveTrap(what, site);
  site.emit({ opaque: 'dynamic', detail: trap.detail, traps: [trap] });
};

/** What is done with entities goes over the connection, and hangs on what they say on that day. */
function workOf(connection: Connection): Work {
  return {
    send(sql, what, site, perhaps) {
      const all = [...traps(site, connection), liveTrap(what, site)];
      send(sql, all, perhaps === undefined ? site : { ...site, emit: (draft) => { site.emit('sql' in draft ? { ...draft, within: { conditional: true, loop: false } } : draft); } });
    },
    together(site, run) {
      const alone = connection.depth === 0;
      if (alone) begin(undefined, site, connection);
      run();
      if (alone) end('COMMIT', site, connection);
    },
    entity: (of) => entityIn(of, connection.naming),
    beside: () => workOf(connection.beside === undefined ? { naming: connection.naming, depth: 0, beside: connection } : connection),
  };
}

/** Methods that work with entities, where a refusal is about code of the day too. */
function lively(methods: ReadonlyMap<string, Method>): ReadonlyMap<string, Method> {
  return new Map(
    [...methods].map(([name, method]): readonly [string, Method] => [
      name,
      (args, site) => {
        const made = attempt(() => ({ value: method(args, site) }));
        if ('result' in made) return made.result.value;
        site.emit({ opaque: made.refusal.reading, detail: `${name}: ${made.refusal.message}`, ...trapsOf(made.refusal, [liveTrap(name, site)]) });
        return answer(site);
      },
    ]),
  );
}

const builderOf = (connection: Connection, of?: FunctionValue): Method => (args, site) => {
  const entity = of ?? args.find(isEntity);
  const work = workOf(connection);
  return queryBuilder({ entity: (value) => (isEntity(value) ? work.entity(value) : undefined), ...(entity === undefined ? {} : { of: entity }), reads: !isNothing(args[0]) && of === undefined, site }, (sql, isLive, at) => { send(sql, [...traps(at, connection), ...(isLive ? [liveTrap('a query with an entity', at)] : [])], at); }, live);
};

/** Of what cannot be read as an entity, too: each of its methods tells why. */
function repositoryOf(value: Value | undefined, connection: Connection): Value {
  const of = attempt(() => entityOf(value));
  if ('refusal' in of) return hostValue({ name: 'the repository', sends: true, member: entities });
  return repository(of.result, workOf(connection), builderOf(connection, of.result), entities, lively);
}

/** `getRepository(…)` and the like lead on; any method of what they give works with an entity. */
function entities(name: string): HostValue {
  const called: Method = (_args, site) => {
    if (/^(?:getRepository|getTreeRepository|getCustomRepository|withRepository|create|createQueryBuilder)$/.test(name)) return hostValue({ name: 'the repository', sends: true, member: entities });
    live(name, site);
    return answer(site);
  };
  return hostValue({ name, sends: true, call: called, member: (member) => entities(member) });
}

/** What the data source was made with: the engine is known. */
const options = (site: Site): Value => ({ ...record([['type', text('postgres')]]), partly: answer(site) });

/** The data source has connections of its own. */
function dataSource(beside: Connection): HostValue {
  const other: Connection = { naming: beside.naming, depth: 0, beside };
  const methods = new Map<string, Method>([
    ['query', (args, site) => query(args, site, other)],
    ['createQueryRunner', () => runnerOf(other)],
    ...['initialize', 'connect', 'destroy', 'close', 'setOptions'].map((name): [string, Method] => [name, () => self()]),
    ['createQueryBuilder', builderOf(other)],
    ['getRepository', ([entity]) => repositoryOf(entity, other)],
    ['getTreeRepository', ([entity]) => repositoryOf(entity, other)],
    ['transaction', ([first, second], site) => within(first?.kind === 'function' ? first : second, first?.kind === 'function' ? undefined : first, site, other)],
    ['synchronize', whole('synchronize')],
    ['dropDatabase', whole('dropDatabase')],
  ]);
  const self = (): HostValue => own;
  const own: HostValue = hostValue({
    name: 'the data source',
    sends: true,
    methods: guarded(methods),
    member(name, site) {
      if (name === 'manager') return manager(other);
      if (name === 'options') return options(site);
      if (name === 'driver') return { ...record([['options', options(site)]]), partly: answer(site) };
      return entities(name);
    },
  });
  return own;
}
