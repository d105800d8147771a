import type { Host, Method, Site } from '../../hosts/typescript/host.ts';
import type { ChainValue, HostValue, Value } from '../../hosts/typescript/value.ts';
import { UNDEFINED, hostValue, isNothing, record, text, unknown } from '../../hosts/typescript/value.ts';
import { cut } from '../../hosts/traced.ts';
import type { Traced } from '../../hosts/program.ts';
import type { Trap } from '../../ir/migration.ts';
import { attempt, refuse } from '../shared/refusal.ts';
import { answer, asking, guarded, send, trapsOf } from '../shared/host-sending.ts';
import { dataMethods } from './data.ts';
import { isTypeName } from './data-types.ts';
import { escape } from './expressions.ts';
import { indexMethods } from './indexes.ts';
import { modelHost } from './model-host.ts';
import { modelIn } from './models.ts';
import type { Query } from '../shared/host-queries.ts';
import { quoteName, quoteNames, quoteTable, tableIn } from './quoting.ts';
import { bound, replaced } from './replacements.ts';
import { sevenMethods } from './seven.ts';
import { routineMethods } from './routines.ts';
import { tableMethods } from './tables.ts';
import type { Transactions } from './transactions.ts';
import { transactions } from './transactions.ts';
import { isRecord, reasonOf, textIn } from '../shared/host-values.ts';

/** Methods that send what their arguments say, and where among these the options are. */
const GENERATED = { ...tableMethods, ...indexMethods, ...dataMethods, ...routineMethods };
const OPTIONS: Readonly<Record<string, number>> = {
  createTable: 2,
  dropTable: 1,
  renameTable: 2,
  addColumn: 3,
  removeColumn: 2,
  renameColumn: 3,
  changeColumn: 3,
  removeIndex: 2,
  removeConstraint: 2,
  bulkInsert: 2,
  insert: 3,
  bulkUpdate: 3,
  bulkDelete: 2,
  increment: 5,
  decrement: 5,
  truncate: 1,
  createSchema: 1,
  dropSchema: 1,
  createDatabase: 1,
  dropDatabase: 1,
  dropEnum: 1,
  createFunction: 6,
  dropFunction: 2,
  renameFunction: 3,
  createTrigger: 7,
  dropTrigger: 2,
  renameTrigger: 3,
};

/** They ask the server what there is, as people do before they add or drop something. */
const ASKING = ['describeTable', 'tableExists', 'showAllTables', 'showAllSchemas', 'showIndex', 'showConstraint', 'getForeignKeysForTables', 'getForeignKeyReferencesForTable', 'pgListEnums', 'assertTableHasColumn'];
const READING = ['select', 'rawSelect', 'databaseVersion', 'authenticate', 'validate'];
/** They change nothing on the server. */
const SILENT = ['log', 'close', 'addHook', 'removeHook', 'getDatabaseName'];
/** They work on everything that there is when they run. */
const WHOLE: Readonly<Record<string, string>> = {
  dropAllTables: 'drops all tables that there are',
  dropAllSchemas: 'drops all schemas that there are',
  dropAllEnums: 'drops all enum types that there are',
  drop: 'drops the tables of all models',
  sync: 'makes the tables of all models as they are today',
  truncate: 'empties the tables of all models',
};

/** They make texts, and send nothing. */
const QUOTING: readonly (readonly [string, Method])[] = [
  ['quoteIdentifier', ([name]) => text(quoteName(textIn(name, 'the name')))],
  ['quoteIdentifiers', ([name]) => text(quoteNames(textIn(name, 'the name')))],
  ['quoteTable', ([name]) => text(quoteTable(tableIn(name)))],
  ['escape', ([value]) => (value === undefined ? undefined : text(escape(value)))],
];
const GENERATOR: Value = hostValue({ name: 'the query generator', methods: guarded(new Map(QUOTING)), member: (name, site) => unknown(`what \`${name}\` of the query generator makes is not followed`, site.call, site.source(site.call)) });

/** One query interface. */
interface Connection {
  readonly state: Transactions;
  readonly self: () => HostValue;
  /** Models of the project by name. */
  readonly model: (named: string) => HostValue;
  readonly define: (named: string, model: HostValue) => void;
}

/** A method of one query interface. */
type Made = (of: Connection) => Method;

/** All of them, of which a migration calls few: each is made where it is asked for. */
function madeBy(generated: typeof GENERATED): ReadonlyMap<string, Made> {
  const all = new Map<string, Made>();
  for (const [name, generate] of Object.entries(generated)) all.set(name, ({ state }) => (args, site) => sends(name, args, optionsOf(name, args), site, state, () => generate(args, site)));
  for (const name of ASKING) all.set(name, () => (_args, site) => ({ ...answer(site), asksExistence: true }));
  for (const name of READING) all.set(name, () => (_args, site) => answer(site));
  for (const name of SILENT) all.set(name, () => () => undefined);
  for (const [name, detail] of Object.entries(WHOLE)) if (!all.has(name)) all.set(name, () => (_args, site) => void site.emit({ opaque: 'dynamic', detail: `${name} ${detail}`, traps: [{ trap: 'whole-database', place: site.call, detail: `${name} ${detail}` }] }));
  for (const name of ['query', 'queryRaw', 'rawQuery']) all.set(name, ({ state }) => (args, site) => query(args, site, state));
  for (const name of ['update', 'delete', 'upsert']) all.set(name, () => live(name, 'the instance that it is handed'));
  all.set('normalizeAttribute', () => ([attribute]) => attribute);
  for (const name of ['transaction', 'startUnmanagedTransaction']) all.set(name, ({ state }) => (args, site) => state.begin(args, site));
  all.set('getQueryInterface', ({ self }) => self);
  all.set('getDialect', () => () => text('postgres'));
  for (const [name, quote] of QUOTING) all.set(name, () => quote);
  all.set('define', ({ state, define }) => ([name, attributes, options]) => {
    const named = name === undefined ? 'without a name' : textIn(name, 'the model');
    const made = attempt(() => modelIn(named, attributes, options));
    const value = 'result' in made ? modelHost(made.result, (what, handed, site, generate) => void sends(what, [], handed, site, state, generate), live) : liveModel(named);
    define(named, value);
    return value;
  });
  all.set('model', ({ model }) => ([named]) => model(named === undefined ? 'without a name' : textIn(named, 'the model')));
  return all;
}

const SIX = madeBy(GENERATED);
const SEVEN = madeBy({ ...GENERATED, ...sevenMethods });

/** The query interface, which is also whatever else leads to it: the context of umzug, the instance of Sequelize. */
export function runner(seven = false): HostValue {
  const made = seven ? SEVEN : SIX;
  const defined = new Map<string, HostValue>();
  const model = (named: string): HostValue => defined.get(named) ?? liveModel(named);
  const own: Connection = { state: transactions(), self: () => self, model, define: (named, value) => void defined.set(named, value) };
  const host: Host = {
    name: 'queryInterface',
    sends: true,
    methods: guarded({ has: (name) => made.has(name), get: (name) => made.get(name)?.(own) }),
    member: (name, site) => (/^[qQ]ueryGenerator$/.test(name) ? GENERATOR : member(name, site, own.self, model, context)),
  };
  const self: HostValue = hostValue(host);
  const context = contextOf(host);
  return self;
}

/** What umzug hands on: the query interface, or an object of the project's own that has it beside what it likes. */
function contextOf(host: Host): HostValue {
  let holds = false;
  return hostValue({
    ...host,
    name: 'the context',
    member(name, site) {
      if (name === 'queryInterface') holds = true;
      const known = host.member?.(name, site);
      return known === undefined && (holds || /^(?:log(?:ger)?|console|config|env)$/i.test(name)) && host.methods?.has(name) !== true ? unknown(`it is the \`${name}\` of the project`, site.call) : known;
    },
  });
}


function sends(name: string, args: readonly Value[], options: Value | undefined, site: Site, state: Transactions, generate: () => readonly Query[]): Value {
  const made = attempt(generate);
  const trapped = [...traps(options, site, state)];
  if ('refusal' in made) {
    site.emit({ opaque: made.refusal.reading, detail: `${name}: ${made.refusal.message}`, ...trapsOf(made.refusal, trapped) });
    return answer(site);
  }
  for (const { sql, traps: own = [] } of made.result) send(sql, [...own, ...trapped], site);
  const partly = args.find((arg) => isRecord(arg) && arg.partly !== undefined && arg !== options);
  if (isRecord(partly) && partly.partly !== undefined) site.opaque(`${name}: ${partly.partly.reason}`);
  return answer(site);
}


function* traps(options: Value | undefined, site: Site, state: Transactions): Generator<Trap> {
  const apart = state.apart(options, site);
  if (apart !== undefined) yield apart;
  if (site.floating) yield { trap: 'not-awaited', place: site.call, detail: 'nobody waits for the call: the migration may end before it, and its error goes nowhere' };
}

function optionsOf(name: string, args: readonly Value[]): Value | undefined {
  if (name === 'addIndex') return isRecord(args[1]) ? args[1] : args[2];
  if (name === 'addConstraint') return args[1]?.kind === 'list' ? args[2] : args[1];
  return args[OPTIONS[name] ?? args.length];
}

/** `sequelize.query(sql, options)`, also with `{ query, values, bind }`. */
function query([first, options]: readonly Value[], site: Site, state: Transactions): Value {
  const trapped = [...traps(options, site, state)];
  const made = attempt(() => {
    const given = isRecord(first) ? first.entries.get('query') : first;
    if (given?.kind !== 'text') return refuse(given === undefined ? 'a query without SQL' : `the SQL is only known when it runs: ${reasonOf(given)}`);
    const known = isRecord(options) ? options : undefined;
    return filled(trimmed(given), known?.entries.get('replacements') ?? (isRecord(first) ? first.entries.get('values') : undefined), known?.entries.get('bind') ?? (isRecord(first) ? first.entries.get('bind') : undefined));
  });
  if ('refusal' in made) site.emit({ opaque: made.refusal.reading, detail: made.refusal.message, ...trapsOf(made.refusal, trapped) });
  else send(made.result, trapped, site);
  return { ...answer(site), ...('result' in made ? asking(made.result.text) : {}) };
}

function filled(sql: Traced, replacements: Value | undefined, parameters: Value | undefined): Traced {
  if (replacements !== undefined && !isNothing(replacements)) return isRecord(replacements) || replacements.kind === 'list' || replacements.kind === 'unknown' ? replaced(sql, replacements) : sql;
  if (parameters !== undefined && !isNothing(parameters)) return isRecord(parameters) || parameters.kind === 'list' ? bound(sql, parameters) : sql;
  return sql;
}

const trimmed = (sql: Traced): Traced => cut(sql, sql.text.length - sql.text.trimStart().length, sql.text.trimEnd().length);

/** Functions of Sequelize that its instances have too. */
const OF_THE_PACKAGE = new Set(['literal', 'fn', 'col', 'cast', 'where', 'and', 'or', 'json', 'Sequelize', 'DataTypes', 'Op', 'QueryTypes', 'Deferrable']);

function member(name: string, site: Site, self: () => HostValue, known: (model: string) => HostValue, context: HostValue): Value | undefined {
  if (name === 'context') return context;
  if (name === 'sequelize' || name === 'queryInterface') return self();
  if (name === 'models') return hostValue({ name: 'the models', member: known });
  if (name === 'dialect' || name === 'options') return record([['name', text('postgres')], ['dialect', text('postgres')]]);
  // Types are the package's own; neither its instances nor the query interface have them.
  if (isTypeName(name)) return UNDEFINED;
  if (name === 'constructor') return packageValue([], site);
  return OF_THE_PACKAGE.has(name) ? packageValue(name === 'Sequelize' ? [] : [name], site) : undefined;
}

export const packageValue = (names: readonly string[], { call }: Pick<Site, 'call'>): ChainValue => ({ kind: 'chain', root: 'sequelize', steps: names.map((name) => ({ step: 'member', name, span: call })), span: call });

const live = (member: string, of: string): Method => (_args, site) => {
  const detail = `${member} of ${of} does what the code of that day says`;
  site.emit({ opaque: 'dynamic', detail, traps: [{ trap: 'live-code', place: site.call, detail }] });
  return unknown('it is what the model gives', site.call);
};

/** A model works with the code of the day on which the migration runs. */
function liveModel(name: string): HostValue {
  return hostValue({
    name: `the model ${name}`,
    sends: true,
    member: (member) => hostValue({ name: `${name}.${member}`, sends: true, call: live(member, `the model ${name}`) }),
  });
}
