import type { Traced } from '../../hosts/program.ts';
import { cut, joined as joinedText } from '../../hosts/traced.ts';
import type { Method, Site } from '../../hosts/typescript/host.ts';
import type { HostValue, TextValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue, isNothing, text, unknown } from '../../hosts/typescript/value.ts';
import type { Trap } from '../../ir/migration.ts';
import { apart, joined } from '../shared/apart.ts';
import { rowsOf } from '../shared/host-sending.ts';
import { knexRunner } from '../shared/knex/runner.ts';
import { literalOf, pieceOf, quotedName } from '../shared/sql-text.ts';

/** The transaction of the migration: queries are handed it to run in it, and it is a Knex of its own. */
export const CONTEXT: HostValue = knexRunner('this.ctx', true);

/** The ways from a migration to the database. Those of the driver know its transaction only where they are handed it. */
export function connectionsOf(state: { readonly inTransaction: boolean }): { readonly execute: Method; readonly knex: HostValue; readonly driver: HostValue; readonly entityManager: HostValue } {
  const warn = ({ call }: Site): readonly Trap[] => (state.inTransaction ? [{ trap: 'forgotten-transaction', place: call, detail: 'the driver runs it on another connection than the migration, outside of its transaction' }] : []);
  const knex = apart(knexRunner('this.getKnex()', false), warn);
  const execute: Method = ([sql, values], site) => {
    send(sql?.kind === 'text' && values?.kind === 'list' && values.items.length > 0 ? bound(sql, values.items) : sql, site);
    return sql?.kind === 'text' ? rowsOf(sql, site) : rows(site);
  };
  const beside = (at: number): Method => (args, site) => (isNothing(args[at]) ? ALONE(execute, warn)(args, site) : execute(args, site));
  const connection: HostValue = hostValue({ name: 'the connection', sends: true, methods: new Map<string, Method>([['execute', beside(3)], ['getKnex', () => knex], ['getClient', () => knex]]), member: today });
  const driver: HostValue = hostValue({ name: 'this.driver', sends: true, methods: new Map<string, Method>([['execute', beside(3)], ['getConnection', () => connection], ['createEntityManager', () => other]]), member: today });
  const manager = (run: Method): HostValue => hostValue({
    name: 'the entity manager',
    sends: true,
    methods: new Map<string, Method>([['execute', run], ['getConnection', () => connection], ['getDriver', () => driver], ['getKnex', () => knex], ['getTransactionContext', () => CONTEXT], ['fork', () => other], ['clear', () => undefined]]),
    member: today,
  });
  const other = manager(ALONE(execute, warn));
  return { execute, knex, driver, entityManager: manager(execute) };
}

/** The same on another connection. */
const ALONE = (method: Method, warn: (site: Site) => readonly Trap[]): Method => apart(hostValue({ name: 'execute', call: method }), warn).host.call ?? method;

/** Whatever else they do hangs on the entities. */
const today = (name: string): HostValue =>
  hostValue({
    name,
    call(_args, site) {
      const detail = `\`${name}\` does what the entities of that day say`;
      site.emit({ opaque: 'dynamic', detail, traps: [{ trap: 'live-code', place: site.call, detail }] });
      return unknown(detail, site.call, name);
    },
  });

export const rows = (site: Site): Value => unknown('it is what the server answers', site.call, 'rows');

/** SQL, or a query of Knex, which is sent here. */
export function send(given: Value | undefined, site: Site): void {
  const sql = given === undefined ? undefined : joined(given);
  if (sql?.kind === 'host' && sql.host.settle !== undefined) sql.host.settle(site);
  else if (sql?.kind === 'unknown') site.opaque(sql.reason);
  else if (sql?.kind === 'text') site.emit({ sql: sql.text, runs: sql.runs });
  else site.opaque(sql?.kind === 'chain' ? `the SQL is made by ${sql.root}` : 'the SQL is not a text');
}

/** A list as its items; a bigint as a text. */
function written(value: Value | undefined): Traced {
  if (value?.kind === 'list') return joinedText(value.items.flatMap((item, index) => (index === 0 ? [written(item)] : [', ', written(item)])));
  return literalOf(value?.kind === 'number' && typeof value.value === 'bigint' ? text(String(value.value)) : value);
}

/** With the values in their places, `??` for names; `\\?` is a question mark. */
function bound(sql: TextValue, values: readonly Value[]): TextValue {
  const parts: Traced[] = [];
  let from = 0;
  let index = 0;
  for (const { 0: mark, index: at } of sql.text.matchAll(/\\\?|\?\??/g)) {
    parts.push(cut(sql, from, at));
    from = at + mark.length;
    if (mark === '\\?') parts.push(cut(sql, at + 1, from));
    else parts.push(mark === '??' ? quotedName(pieceOf(values[index++])) : written(values[index++]));
  }
  return { kind: 'text', ...joinedText([...parts, cut(sql, from)]) };
}
