import type { Traced } from '../../hosts/program.ts';
import { joined, sql, written } from '../../hosts/traced.ts';
import type { Method, Site } from '../../hosts/typescript/host.ts';
import { extended } from '../../hosts/typescript/methods.ts';
import { recorder } from '../../hosts/typescript/recorder.ts';
import type { Recorded } from '../../hosts/typescript/recorder.ts';
import type { HostValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue, UNDEFINED, unknown } from '../../hosts/typescript/value.ts';
import { notes } from '../../source/notes.ts';
import { rowsOf } from '../shared/host-sending.ts';
import { pieceOf } from '../shared/sql-text.ts';
import { FUNCTIONS, caseOf } from './expressions.ts';
import { queryOf } from './queries.ts';
import { statementOf } from './schema.ts';
import { compiled, fragment, rawOf, reference, send } from './sql.ts';

const SCHEMA = new Set(['createTable', 'dropTable', 'alterTable', 'createIndex', 'dropIndex', 'createSchema', 'dropSchema', 'createView', 'dropView', 'refreshMaterializedView', 'createType', 'dropType']);
const QUERIES = new Set(['insertInto', 'updateTable', 'deleteFrom', 'selectFrom', 'replaceInto', 'mergeInto', 'selectNoFrom']);
const RUNS = new Set(['execute', 'executeTakeFirst', 'executeTakeFirstOrThrow', 'stream']);

/** `db`, and each `trx` of it. `bare`: no transaction is open around it. */
export function database(name: string, schema: Traced | undefined, named: readonly Traced[] = [], bare = false): HostValue {
  const value: HostValue = hostValue({
    name,
    sends: true,
    member(member, site) {
      if (member === 'schema') return schemaOf(name, schema);
      if (QUERIES.has(member)) return builder(`${name}.${member}`, member, (calls, around) => withNamed(named, queryOf(calls, schema ?? around)));
      if (member === 'dynamic') return DYNAMIC;
      if (member === 'fn') return FUNCTIONS;
      if (member === 'introspection') return { ...unknown(`\`${member}\` of ${name} is asked when it runs`, site.call, member), asksExistence: true };
      return undefined;
    },
    methods: new Map<string, Method>([
      ['transaction', () => transaction(bare ? inTransaction(run(schema)) : run(schema))],
      ['startTransaction', () => transaction(bare ? begin(schema) : run(schema))],
      ['connection', () => hostValue({ name: 'connection', sends: true, methods: new Map([['execute', run(schema, bare)]]) })],
      ['withSchema', ([own]) => database(name, own === undefined ? undefined : pieceOf(own), [], bare)],
      ['with', ([as, query], site) => database(name, schema, [...named, namedQuery(as, query, site, schema)], bare)],
      ['withRecursive', ([as, query], site) => database(name, schema, [...(named.length === 0 ? [written('recursive ')] : named), namedQuery(as, query, site, schema)], bare)],
      ['case', caseOf],
      ['withoutPlugins', () => value],
      ['withPlugin', () => value],
      ['withTables', () => value],
      [
        'executeQuery',
        ([query], site) => {
          const text = rawOf(query) ?? subquery(query);
          if (text === undefined) site.opaque('the query is only known when it runs');
          else send(text, site);
          return rowsOf(text ?? { text: '' }, site);
        },
      ],
      ['destroy', () => UNDEFINED],
    ]),
  });
  return value;
}

/** `db.dynamic.ref('a.b')`, alone or handed on as `ref`. */
const DYNAMIC: HostValue = hostValue({ name: 'db.dynamic', methods: new Map<string, Method>([['ref', ([name]) => fragment(reference(name))], ['table', ([name]) => fragment(reference(name))]]) });

/** `"name"("column", …) as (select …)` of a query that comes before the statement proper. */
function namedQuery(as: Value | undefined, query: Value | undefined, site: Site, schema: Traced | undefined): Traced {
  const own = query?.kind === 'function' ? site.invoke(query, [database('the query', schema)]) : query;
  const { text } = pieceOf(as);
  const columns = text.includes('(') ? text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')).split(',') : [];
  const list = columns.length === 0 ? '' : `(${columns.map((column) => `"${column.trim()}"`).join(', ')})`;
  return sql`"${(text.split('(')[0] ?? '').trim()}"${list} as (${subquery(own) ?? rawOf(own) ?? 'select ${query}'})`;
}

function withNamed(named: readonly Traced[], statement: Traced | string): Traced | string {
  if (named.length === 0 || typeof statement === 'string') return statement;
  const recursive = named[0]?.text === 'recursive ';
  return sql`with ${recursive ? 'recursive ' : ''}${joined(recursive ? named.slice(1) : named, ', ')} ${statement}`;
}

/** With the migrator's own transaction around it the library refuses another one inside of it. */
const transaction = (execute: Method): Value => recorder('transaction', (member) => member === 'setIsolationLevel' || member === 'setAccessMode', { methods: new Map([['execute', execute]]) }).value;

const run =
  (schema: Traced | undefined, bare = false): Method =>
  ([callback], site) =>
    site.settled(site.invoke(callback, [database('trx', schema, [], bare)]));

const inTransaction =
  (work: Method): Method =>
  (args, site) => {
    site.emit({ sql: 'begin' });
    const value = work(args, site);
    site.emit({ sql: 'commit' });
    return value;
  };

/** One that the program itself ends. */
const begin =
  (schema: Traced | undefined): Method =>
  (_args, site) => {
    site.emit({ sql: 'begin' });
    const trx = database('trx', schema);
    const ends = (sql: string) => (): HostValue => hostValue({ name: sql, methods: new Map<string, Method>([['execute', (_none, at) => void at.emit({ sql })]]) });
    const ended = extended(trx.host.methods, new Map([['commit', ends('commit')], ['rollback', ends('rollback')]]));
    return hostValue({ ...trx.host, methods: ended });
  };

function schemaOf(name: string, schema: Traced | undefined): HostValue {
  return hostValue({
    name: `${name}.schema`,
    sends: true,
    member: (member) => (SCHEMA.has(member) ? builder(`${name}.schema.${member}`, member, (calls) => statementOf(calls, schema)) : undefined),
    methods: new Map<string, Method>([
      ['withSchema', ([own]) => schemaOf(name, own === undefined ? undefined : pieceOf(own))],
      ['withoutPlugins', () => schemaOf(name, schema)],
      ['withPlugin', () => schemaOf(name, schema)],
    ]),
  });
}

/** A statement being built: each call gives the builder with that call more, and `execute` sends it. */
function builder(name: string, first: string, make: Make): HostValue {
  const grown = (calls: readonly Recorded[]): HostValue => {
    const value: HostValue = hostValue({
      name,
      sends: true,
      member(member) {
        if (member === 'then' || member === 'catch' || member === 'finally') return undefined;
        return hostValue({
          name: `${name}.${member}`,
          call(args, site) {
            if (member === 'compile') {
              const made = make(calls);
              return typeof made === 'string' ? unknown(made, site.call, 'compiled') : compiled(made);
            }
            if (RUNS.has(member)) {
              const made = make(calls);
              if (typeof made === 'string') site.opaque(made, 'unsupported');
              else send(made, site);
              return rowsOf(typeof made === 'string' ? { text: '' } : made, site);
            }
            if (member === '$call') return site.invoke(args[0], [value]);
            if (member === '$if') return args[0]?.kind === 'boolean' && args[0].value ? site.invoke(args[1], [value]) : value;
            return grown([...calls, { name: member, args, site }]);
          },
        });
      },
      abandoned(site) {
        site.emit({ sql: '', traps: [{ trap: 'not-awaited', neverSent: true, place: site.call, detail: `${name} is built and never executed: nothing is sent` }] });
      },
    });
    builders.set(value.host, { calls, make });
    return value;
  };
  return hostValue({ name, call: (args, site) => grown([{ name: first, args, site }]) });
}

const builders = notes<object, { readonly calls: readonly Recorded[]; readonly make: Make }>('builder');

/** The statement of these calls; a part of another one is in that one's schema. */
type Make = (calls: readonly Recorded[], around?: Traced) => Traced | string;

/** A query in brackets, with the name that it has there. */
export function bracketed(value: Value | undefined): Traced | undefined {
  const own = subquery(value);
  const as = value?.kind === 'host' ? builders.get(value.host)?.calls.findLast(({ name }) => name === 'as') : undefined;
  return own === undefined ? undefined : sql`(${own})${as === undefined ? '' : sql` as ${reference(as.args[0])}`}`;
}

/** A query that is part of a statement. */
export function subquery(value: Value | undefined, around?: Traced): Traced | undefined {
  const own = value?.kind === 'host' ? builders.get(value.host) : undefined;
  const made = own?.make(own.calls, around);
  return typeof made === 'string' ? undefined : made;
}
