import type { Traced } from '../../../hosts/program.ts';
import { joined, sql, written } from '../../../hosts/traced.ts';
import type { Host, Site } from '../../../hosts/typescript/host.ts';
import { recorder } from '../../../hosts/typescript/recorder.ts';
import type { Recorded } from '../../../hosts/typescript/recorder.ts';
import type { HostValue, Value } from '../../../hosts/typescript/value.ts';
import { entryOf, hostValue, isNothing, list, record, text, UNDEFINED } from '../../../hosts/typescript/value.ts';
import { notes } from '../../../source/notes.ts';
import { rowsOf } from '../host-sending.ts';
import { pieceOf } from '../sql-text.ts';
import { columnized, qualified, wrapped } from './names.ts';
import { bindingOf, bound, isRaw, neverSent, rawOf, registerRaw, sent } from './raw.ts';
import { aggregated, inForce, listed, lockOf, orderOf, SELECTION } from './clauses.ts';
import { joinOf, joinOfDelete } from './joins.ts';
import { conditions } from './where.ts';

/** What a query builder was told, by its host. */
const queries = notes<Host, Query>('query');

export interface Query {
  readonly calls: readonly Recorded[];
  table: Value | undefined;
  schema: Traced | undefined;
}

const SOURCES = new Set(['from', 'into', 'table']);

/** `knex('users')` and all that begins without a table. */
export function queryBuilder(table: Value | undefined, schema: Traced | undefined, site: Site): HostValue {
  const made = recorder('the query', () => true, {
    settle(at) {
      sent(querySql(query), at);
      return rowsOf(querySql(query), site);
    },
    printed: () => querySql(query),
    abandoned: (at) => neverSent(at, site, 'the query'),
  }, undefined, site);
  const query: Query = { calls: made.calls, table, schema };
  const { host } = made.value;
  const value: HostValue = { kind: 'host', host: { ...host, member: (name, at) => (PROMISE.has(name) ? undefined : again(name, host.member?.(name, at), value, query)) } };
  queries.set(value.host, query);
  registerRaw(value.host, () => {
    const as = lastOf(query, 'as');
    return sql`(${querySql(query)})${as === undefined ? '' : sql` as ${wrapped(as.args[0])}`}`;
  });
  return value;
}

const PROMISE = new Set(['then', 'catch', 'finally', 'settle']);

/** `query.or.where(…)`, `query.not.where(…)`. */
const said = (word: string, method: string): string => (!/^(?:where|having)/.test(method) ? method : word === 'not' ? method.replace(/^(?:where|having)(?!Not)/, '$&Not') : `${word}${method.charAt(0).toUpperCase()}${method.slice(1)}`);

const AS_TEXT = new Set(['toString', 'toQuery']);

/** Every method gives the builder again; some say where it goes. */
function again(name: string, method: Value | undefined, value: HostValue, query: Query): Value | undefined {
  if (name === 'or' || name === 'and' || name === 'not') return hostValue({ name, member: (next, at) => value.host.member?.(said(name, next), at) });
  if (method?.kind !== 'host') return method;
  const { call } = method.host;
  return {
    kind: 'host',
    host: {
      ...method.host,
      call(args, site) {
        if (AS_TEXT.has(name)) return value.host.printed === undefined ? value : { kind: 'text', ...value.host.printed() };
        if (name === 'toSQL') return asStatement(querySql(query));
        call?.(args, site);
        if (SOURCES.has(name)) query.table = args[0];
        if (name === 'withSchema' && args[0] !== undefined) query.schema = pieceOf(args[0]);
        if (name === 'modify') site.invoke(args[0], [value, ...args.slice(1)], value);
        return value;
      },
    },
  };
}

/** Its values stand in the text. */
function asStatement(statement: Traced): Value {
  const own = record([['sql', { kind: 'text', ...statement }], ['bindings', list([])]]);
  own.entries.set('toNative', hostValue({ name: 'toNative', call: () => own }));
  return own;
}

/** A builder that a callback is told to fill, as in `view.as(…)` or `where((q) => …)`. */
export const emptyQuery = (site: Site): { readonly value: HostValue; readonly query: Query } => {
  const value = queryBuilder(undefined, undefined, site);
  return { value, query: queries.get(value.host) ?? { calls: [], table: undefined, schema: undefined } };
};

/** The query that a value is, or that a function fills, without brackets; undefined for all else. */
export function selectOf(value: Value | undefined, site?: Site): Traced | undefined {
  if (value?.kind === 'function' && site !== undefined) return querySql(filled(value, site));
  const query = value?.kind === 'host' ? queries.get(value.host) : undefined;
  return query === undefined ? rawOf(value) : querySql(query);
}

function filled(callback: Value, site: Site): Query {
  const { value, query } = emptyQuery(site);
  site.invoke(callback, [value], value);
  return query;
}

/** `where …` of a builder that is handed over for its conditions. */
export function whereOf(value: Value | undefined): Traced | undefined {
  const query = value?.kind === 'host' ? queries.get(value.host) : undefined;
  return query === undefined ? undefined : whereClause(query);
}

function whereClause({ calls }: Query): Traced | undefined {
  const merge = calls.findLast(({ name }) => name === 'merge');
  // What comes behind `merge` is said of the conflict.
  const own = conditions(inForce(merge === undefined ? calls : calls.slice(0, calls.indexOf(merge))), emptyQuery);
  return own.text === '' ? undefined : sql`where ${own}`;
}

const lastOf = ({ calls }: Query, ...names: readonly string[]): Recorded | undefined => calls.findLast(({ name }) => names.includes(name));

export function querySql(query: Query): Traced {
  const where = whereClause(query);
  const condition = where === undefined ? '' : sql` ${where}`;
  const table = sourceOf(query);
  const write = lastOf(query, 'insert', 'update', 'del', 'delete', 'truncate', 'increment', 'decrement', 'batchInsert');
  switch (write?.name) {
    case 'insert':
    case 'batchInsert': {
      const insert = insertSql(write.args[0], table, write.site);
      return insert === undefined ? written('') : sql`${withClause(query)}${insert}${conflictSql(query, write.args[0])}${returning(query, write.args[1])}`;
    }
    case 'update':
      return sql`${withClause(query)}update ${table} set ${assignments(write.args)}${listedAfter('from', beside(query, 'updateFrom'), ',')}${condition}${returning(query, write.args[write.args[0]?.kind === 'record' ? 1 : 2])}`;
    case 'increment':
    case 'decrement': {
      const changes = query.calls
        .filter(({ name }) => name === 'increment' || name === 'decrement')
        .flatMap(({ name, args: [column, by] }) => (column?.kind === 'record' ? [...column.entries].map(([of, own]) => ({ name, of: wrapped(text(of)), by: own })) : [{ name, of: wrapped(column), by }]))
        .map(({ name, of, by }) => sql`${of} = ${of} ${name === 'increment' ? '+' : '-'} ${by === undefined ? '1' : bindingOf(by)}`);
      return sql`update ${table} set ${joined(changes, ', ')}${condition}`;
    }
    case 'del':
    case 'delete':
      return deleteSql(query, table, where, write.args[0]);
    case 'truncate':
      return sql`truncate ${table} restart identity`;
    default:
      return select(query, table, condition);
  }
}

function deleteSql(query: Query, table: Traced, where: Traced | undefined, given: Value | undefined): Traced {
  const joins = query.calls.flatMap(joinOfDelete);
  const using = listedAfter('using', [...beside(query, 'using'), ...joins.map((join) => join.table)], ',');
  const also = listedAfter(where === undefined ? 'where' : 'and', joins.flatMap((join) => join.equalities), ' and ');
  return sql`${withClause(query)}delete from ${table}${using}${where === undefined ? '' : sql` ${where}`}${also}${returning(query, given)}`;
}

/** Other tables of a statement that writes. */
const beside = (query: Query, method: string): readonly Traced[] => query.calls.filter(({ name }) => name === method).slice(-1).map(({ args }) => columnized(args[0]));

const listedAfter = (word: string, parts: readonly Traced[], separator: string): Traced => (parts.length === 0 ? written('') : sql` ${word} ${joined(parts, separator)}`);

const sourceOf = ({ table, schema, calls }: Query): Traced => {
  const raw = calls.findLast(({ name }) => name === 'fromRaw');
  if (raw !== undefined) return bound(raw.args[0], raw.args[1]);
  const site = calls.findLast(({ name }) => name === 'from')?.site;
  if (table?.kind === 'function' && site !== undefined) {
    const query = filled(table, site);
    const as = lastOf(query, 'as');
    return sql`(${querySql(query)})${as === undefined ? '' : sql` as ${wrapped(as.args[0])}`}`;
  }
  return table !== undefined && isRaw(table) ? (rawOf(table) ?? written('')) : qualified(schema, table);
};

function select(query: Query, table: Traced, condition: Traced | string): Traced {
  const calls = inForce(query.calls);
  const counted = /^(?:count|max|min|sum|avg|countDistinct|sumDistinct|avgDistinct)$/;
  const ranked = /^(?:rank|denseRank|rowNumber)$/;
  const own = calls.flatMap((call): readonly Traced[] => {
    if (SELECTION.includes(call.name)) return call.args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg])).map((column) => columnized(column));
    if (counted.test(call.name)) return [aggregated(call.name, call.args[0], entryOf(call.args[1], 'as'))];
    return ranked.test(call.name) ? [rankOf(call)] : [];
  });
  const distinct = calls.some(({ name }) => name === 'distinct');
  const on = lastOf(query, 'distinctOn')?.args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]));
  const hints = calls.filter(({ name }) => name === 'hintComment').flatMap(({ args: [hint] }) => (hint?.kind === 'list' ? hint.items : [hint])).map((hint) => pieceOf(hint));
  const from = query.table === undefined && lastOf(query, 'fromRaw') === undefined ? '' : sql` from ${table}`;
  const { united, isWrapped } = unionsOf(calls);
  const one = sql`select ${hints.length === 0 ? '' : sql`/*+ ${joined(hints, ' ')} */ `}${distinct ? 'distinct ' : ''}${on === undefined ? '' : sql`distinct on (${joined(on.map(wrapped), ', ')}) `}${own.length === 0 ? '*' : joined(own, ', ')}${from}${joined(calls.flatMap((call) => joinOf(call)))}${condition}`;
  const rest = sql`${listed(calls, 'group by', /^groupBy(?:Raw)?$/)}${having(calls)}${listed(calls, 'order by', /^orderBy(?:Raw)?$/)}${limit(query)}${lockOf(calls)}`;
  return sql`${withClause(query)}${isWrapped ? sql`(${one})` : one}${united}${rest}`;
}

/** `union …`, each with all that it is made of. */
function unionsOf(calls: readonly Recorded[]): { readonly united: Traced; readonly isWrapped: boolean } {
  let isWrapped = false;
  const parts = calls.flatMap(({ name, args, site }) => {
    const word = /^(?:union|unionAll|intersect|except)$/.test(name) ? name.replace('All', ' all') : undefined;
    if (word === undefined) return [];
    const last = args.at(-1);
    const wraps = last?.kind === 'boolean' && last.value;
    isWrapped ||= wraps;
    return args.filter(({ kind }) => kind !== 'boolean').flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg])).map((arg) => {
      const own = selectOf(arg, site) ?? written('select ${query}');
      return sql` ${word} ${wraps ? sql`(${own})` : own}`;
    });
  });
  return { united: joined(parts), isWrapped };
}

/** `rank() over (…) as n`, by columns or by what a function says. */
function rankOf({ name, args: [as, by, partition], site }: Recorded): Traced {
  const word = { rank: 'rank', denseRank: 'dense_rank', rowNumber: 'row_number' }[name] ?? name;
  const clauses = (order: readonly Traced[], parts: readonly Traced[]): string | Traced => joined([...(parts.length === 0 ? [] : [sql`partition by ${joined(parts, ', ')}`]), ...(order.length === 0 ? [] : [sql`order by ${joined(order, ', ')}`])], ' ');
  let inner: string | Traced;
  if (by?.kind === 'function') {
    const { value, query } = emptyQuery(site);
    site.invoke(by, [value], value);
    const of = (method: string): readonly Traced[] => query.calls.filter((call) => call.name === method).map(({ args: [first, second] }) => orderOf(first, second));
    inner = clauses(of('orderBy'), of('partitionBy'));
  } else inner = rawOf(by) ?? clauses(by === undefined ? [] : [columnized(by)], partition === undefined ? [] : [columnized(partition)]);
  return sql`${word}() over (${inner})${as === undefined ? '' : sql` as ${wrapped(as)}`}`;
}

function having(calls: readonly Recorded[]): Traced {
  const own = conditions(calls.flatMap((call) => (/^(?:and|or)?having/i.test(call.name) ? [{ ...call, name: call.name.replace(/having/i, (word) => (word === 'having' ? 'where' : 'Where')) }] : [])), emptyQuery);
  return own.text === '' ? written('') : sql` having ${own}`;
}

const limit = (query: Query): Traced => {
  const [most, start] = [lastOf(query, 'limit'), lastOf(query, 'offset')];
  const own = most !== undefined ? sql` limit ${bindingOf(most.args[0])}` : lastOf(query, 'first') === undefined ? written('') : written(' limit 1');
  return start === undefined ? own : sql`${own} offset ${bindingOf(start.args[0])}`;
};

const WITHS: Readonly<Record<string, string>> = { with: '', withRecursive: '', withMaterialized: 'materialized ', withNotMaterialized: 'not materialized ' };

const withClause = (query: Query): Traced => {
  const own = query.calls.filter(({ name }) => name in WITHS);
  const parts = own.map(({ name, args: [as, second, third], site }) => sql`${wrapped(as)}${third === undefined ? '' : sql`(${columnized(second)})`} as ${WITHS[name] ?? ''}(${selectOf(third ?? second, site) ?? written('select ${query}')})`);
  return parts.length === 0 ? written('') : sql`with ${own.some(({ name }) => name === 'withRecursive') ? 'recursive ' : ''}${joined(parts, ', ')} `;
};

/** What the statement gives back, told by a method or behind what is written. */
const returning = (query: Query, given: Value | undefined): Traced => {
  const columns = lastOf(query, 'returning')?.args[0] ?? (given?.kind === 'text' || given?.kind === 'list' ? given : undefined);
  return columns === undefined ? written('') : sql` returning ${columnized(columns)}`;
};

/** Undefined: there are no rows, and nothing is sent. */
function insertSql(rows: Value | undefined, table: Traced, site: Site): Traced | undefined {
  if (rows?.kind === 'list' && rows.items.length === 0) return undefined;
  const query = selectOf(rows, site);
  if (query !== undefined) return sql`insert into ${table} ${query}`;
  const items = rows?.kind === 'list' ? rows.items : rows === undefined ? [] : [rows];
  const names = [...new Set(items.flatMap((item) => (item.kind === 'record' ? [...item.entries.keys()] : [])))];
  if (items.some((item) => item.kind !== 'record' || item.partly !== undefined) || names.length === 0) return sql`insert into ${table} ${names.length === 0 && items.length > 0 && items.every(({ kind }) => kind === 'record') ? 'default values' : 'select ${rows}'}`;
  names.sort();
  const values = items.map((item) => sql`(${joined(names.map((name) => valueOf(item.kind === 'record' ? item.entries.get(name) : undefined)), ', ')})`);
  return sql`insert into ${table} (${joined(names.map((name) => wrapped(text(name))), ', ')}) values ${joined(values, ', ')}`;
}

const valueOf = (value: Value | undefined): Traced => (value === undefined || value.kind === 'undefined' ? written('DEFAULT') : bindingOf(value));

function assignments([first, second]: readonly Value[]): Traced {
  if (first?.kind === 'record') {
    const own = [...first.entries].filter(([, value]) => value.kind !== 'undefined').map(([name, value]) => sql`${wrapped(text(name))} = ${bindingOf(value)}`);
    return joined([...own, ...(first.partly === undefined ? [] : ['${columns} = ${values}'])], ', ');
  }
  return first?.kind === 'text' && second !== undefined ? sql`${wrapped(first)} = ${bindingOf(second)}` : written('${columns} = ${values}');
}

function conflictSql(query: Query, rows: Value | undefined): Traced {
  const conflict = lastOf(query, 'onConflict');
  if (conflict === undefined) return written('');
  const target = isNothing(conflict.args[0]) ? written('') : rawOf(conflict.args[0]) ?? sql`(${columnized(conflict.args[0])})`;
  const merge = lastOf(query, 'merge');
  if (merge === undefined) return sql` on conflict ${target}${target.text === '' ? '' : ' '}do nothing`;
  const [updates] = merge.args;
  const first = rows?.kind === 'list' ? rows.items[0] : rows;
  const named = updates?.kind === 'list' ? updates : first?.kind === 'record' && updates === undefined ? list([...first.entries.keys()].sort().map((name) => text(name))) : undefined;
  const only = conditions(query.calls.slice(query.calls.indexOf(merge) + 1), emptyQuery);
  const set = named === undefined ? assignments([updates ?? UNDEFINED]) : joined(named.items.map((name) => sql`${wrapped(name)} = excluded.${wrapped(name)}`), ', ');
  return sql` on conflict ${target} do update set ${set}${only.text === '' ? '' : sql` where ${only}`}`;
}
