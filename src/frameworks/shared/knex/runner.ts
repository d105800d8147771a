import { sql, written } from '../../../hosts/traced.ts';
import type { Method, Site } from '../../../hosts/typescript/host.ts';
import type { HostValue, Value } from '../../../hosts/typescript/value.ts';
import { hostValue, isNothing, list, UNDEFINED, unknown } from '../../../hosts/typescript/value.ts';
import { pieceOf } from '../sql-text.ts';
import { wrapped } from './names.ts';
import { queryBuilder } from './query.ts';
import { bound, rawValue } from './raw.ts';
import { schemaBuilder } from './schema.ts';

/** Starts of a query without a table. */
const STARTS = /^(?:select|from(?:Raw)?|into|table|insert|update|del|delete|(?:where|having|andWhere|andHaving)\w*|or\w+|with\w*|columns?|distinct\w*|(?:count|sum|avg)(?:Distinct)?|max|min|queryBuilder|first|pluck|truncate|batchInsert|as|clear\w+|\w*[jJ]oin(?:Raw)?|union\w*|except|intersect|group\w+|limit|offset|returning|(?:in|de)crement|json\w+|transacting|connection|debug)$/;

/** `knex`, and each `trx` of it. `byHand`: the program itself commits it. */
export function knexRunner(name: string, inTransaction: boolean, byHand = false): HostValue {
  const raw: Method = ([sql_, bindings], site) => rawValue(bound(sql_, bindings), site);
  const value: HostValue = hostValue({
    name,
    sends: true,
    call: ([table], site) => queryBuilder(table, undefined, site),
    methods: new Map<string, Method>([
      ['raw', raw],
      ['ref', ([name_], site) => rawValue(wrapped(name_), site, { methods: new Map([['as', ([alias], at) => rawValue(sql`${wrapped(name_)} as ${wrapped(alias)}`, at)], ['withSchema', ([schema], at) => rawValue(sql`${wrapped(schema)}.${wrapped(name_)}`, at)]]) })],
      ['transaction', transaction(inTransaction)],
      ['transactionProvider', provider(inTransaction)],
      ['isTransaction', () => ({ kind: 'boolean', value: true })],
      ['withUserParams', () => value],
      ['withSchema', ([schema], site) => queryBuilder(undefined, isNothing(schema) ? undefined : pieceOf(schema), site)],
      [
        'batchInsert',
        ([table, rows, size], site) => batchInsert(table, rows, size?.kind === 'number' ? Number(size.value) : 1000, inTransaction, site),
      ],
      ['destroy', () => UNDEFINED],
      ['on', () => value],
      ['commit', (_args, site) => (byHand ? void site.emit({ sql: 'COMMIT' }) : UNDEFINED)],
      ['savepoint', transaction(true)],
      ['rollback', (_args, site) => (byHand ? void site.emit({ sql: 'ROLLBACK' }) : void site.opaque('the transaction is rolled back', 'unsupported'))],
    ]),
    member(member, site) {
      if (member === 'schema') return schemaBuilder(undefined, site);
      if (member === 'fn') return FUNCTIONS;
      if (member === 'seed' || member === 'migrate') return TODAY;
      if (member === 'client' || member === 'context' || member === 'userParams' || member === 'executionPromise') return unknown(`\`${member}\` of ${name} is made when it runs`, site.call, site.source(site.call));
      if (!STARTS.test(member)) return undefined;
      if (member === 'queryBuilder') return hostValue({ name: 'knex.queryBuilder', call: (_args, at) => queryBuilder(undefined, undefined, at) });
      return hostValue({
        name: `${name}.${member}`,
        call(args, at) {
          const query = queryBuilder(undefined, undefined, at);
          const method = query.host.member?.(member, at);
          return method?.kind === 'host' ? method.host.call?.(args, at) : query;
        },
      });
    },
  });
  return value;
}

/** Rows in chunks, all in one transaction: in one of its own unless it is told another. */
function batchInsert(table: Value | undefined, rows: Value | undefined, size: number, inside: boolean, site: Site): HostValue {
  const chunks = rows?.kind === 'list' ? Array.from({ length: Math.ceil(rows.items.length / Math.max(1, size)) }, (_, index) => list(rows.items.slice(index * size, (index + 1) * size))) : [rows ?? UNDEFINED];
  let own = true;
  let returning: readonly Value[] = [];
  let isSent = false;
  const send = (at: Site): Value => {
    if (isSent) return UNDEFINED;
    isSent = true;
    if (own) site.emit({ sql: inside ? 'SAVEPOINT trx' : 'BEGIN' });
    for (const chunk of chunks) at.settled(at.invoke(memberOf(queryBuilder(table, undefined, site), 'insert', site), [chunk, ...returning]));
    if (own) site.emit({ sql: inside ? 'RELEASE trx' : 'COMMIT' });
    return UNDEFINED;
  };
  const value: HostValue = hostValue({
    name: 'the batch insert',
    sends: true,
    methods: new Map<string, Method>([
      ['returning', (columns) => { returning = columns; return value; }],
      ['transacting', () => { own = false; return value; }],
    ]),
    settle: send,
    // It runs whether or not somebody waits.
    abandoned: (at) => void send(at),
  });
  return value;
}

const memberOf = ({ host }: HostValue, name: string, site: Site): Value | undefined => host.member?.(name, site);

/** A transaction of the program's own: inside of the tool's it is a savepoint. */
const transaction =
  (inside: boolean): Method =>
  ([callback], site) => {
    if (callback?.kind !== 'function') return begun(inside, site);
    const runner = knexRunner('trx', true);
    site.emit({ sql: inside ? 'SAVEPOINT trx' : 'BEGIN' });
    const value = site.settled(site.invoke(callback, [runner]));
    site.emit({ sql: inside ? 'RELEASE trx' : 'COMMIT' });
    return value;
  };

/** Begins it with the first call, and gives the same one with each. */
const provider = (inside: boolean): Method => () => {
  let own: HostValue | undefined;
  return hostValue({ name: 'the transaction provider', sends: true, call: (_args, site) => (own ??= begun(inside, site)) });
};

function begun(inside: boolean, site: Site): HostValue {
  if (!inside) site.emit({ sql: 'BEGIN' });
  return knexRunner('trx', true, !inside);
}

const FUNCTIONS: HostValue = hostValue({
  name: 'knex.fn',
  methods: new Map<string, Method>([
    ['now', ([precision], site) => rawValue(written(isNothing(precision) ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${pieceOf(precision).text})`), site)],
    ['uuid', (_args, site) => rawValue(written('(gen_random_uuid())'), site)],
  ]),
});


/** Seeds and migrations that a migration starts itself: they are what the project has when it runs. */
const TODAY: HostValue = hostValue({
  name: 'knex.seed',
  member: (name) =>
    hostValue({
      name: `knex.seed.${name}`,
      call(_args, site) {
        const detail = 'it runs the seeds or migrations that the project has on the day';
        site.emit({ opaque: 'dynamic', detail, traps: [{ trap: 'live-code', place: site.call, detail }] });
        return UNDEFINED;
      },
    }),
});
