import type { Traced } from '../../hosts/program.ts';
import { joined, sql, written } from '../../hosts/traced.ts';
import type { Host, Site } from '../../hosts/typescript/host.ts';
import { recorder } from '../../hosts/typescript/recorder.ts';
import type { Recorded } from '../../hosts/typescript/recorder.ts';
import type { HostValue, Value } from '../../hosts/typescript/value.ts';
import { entryOf, isNothing, list, text, textOf, UNDEFINED, unknown } from '../../hosts/typescript/value.ts';
import { pieceOf } from '../shared/sql-text.ts';
import { columnized, qualified, wrapped } from './names.ts';
import { bindingOf, bound, isRaw, neverSent, rawOf, registerRaw, sent } from './raw.ts';
import { conditions } from './where.ts';

/** What a query builder was told, by its host. */
const queries = new WeakMap<Host, Query>();

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
      return unknown('it is what the server answers', site.call, 'rows');
    },
    printed: () => querySql(query),
    abandoned: (at) => neverSent(at, site, 'the query'),
  });
  const query: Query = { calls: made.calls, table, schema };
  const { host } = made.value;
  const value: HostValue = { kind: 'host', host: { ...host, member: (name, at) => (PROMISE.has(name) ? undefined : again(name, host.member?.(name, at), value, query)) } };
  queries.set(value.host, query);
  registerRaw(value.host, () => sql`(${querySql(query)})`);
  return value;
}

const PROMISE = new Set(['then', 'catch', 'finally', 'settle']);

const AS_TEXT = new Set(['toString', 'toQuery']);

/** Every method gives the builder again; some say where it goes. */
function again(name: string, method: Value | undefined, value: HostValue, query: Query): Value | undefined {
  if (method?.kind !== 'host') return method;
  const { call } = method.host;
  return {
    kind: 'host',
    host: {
      ...method.host,
      call(args, site) {
        if (AS_TEXT.has(name)) return value.host.printed === undefined ? value : { kind: 'text', ...value.host.printed() };
        call?.(args, site);
        if (SOURCES.has(name)) query.table = args[0];
        if (name === 'withSchema' && args[0] !== undefined) query.schema = pieceOf(args[0]);
        if (name === 'modify') site.invoke(args[0], [value, ...args.slice(1)], value);
        return value;
      },
    },
  };
}

/** A builder that a callback is told to fill, as in `view.as(…)` or `where((q) => …)`. */
export const emptyQuery = (site: Site): { readonly value: HostValue; readonly query: Query } => {
  const value = queryBuilder(undefined, undefined, site);
  return { value, query: queries.get(value.host) ?? { calls: [], table: undefined, schema: undefined } };
};

/** The query that a value is, without brackets; undefined for all else. */
export function selectOf(value: Value | undefined): Traced | undefined {
  const query = value?.kind === 'host' ? queries.get(value.host) : undefined;
  return query === undefined ? rawOf(value) : querySql(query);
}

/** `where …` of a builder that is handed over for its conditions. */
export function whereOf(value: Value | undefined): Traced | undefined {
  const query = value?.kind === 'host' ? queries.get(value.host) : undefined;
  return query === undefined ? undefined : whereClause(query);
}

function whereClause({ calls }: Query): Traced | undefined {
  const own = conditions(calls, emptyQuery);
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
    case 'batchInsert':
      return sql`${withClause(query)}${insertSql(write.args[0], table)}${conflictSql(query, write.args[0])}${returning(query)}`;
    case 'update':
      return sql`${withClause(query)}update ${table} set ${assignments(write.args)}${condition}${returning(query)}`;
    case 'increment':
    case 'decrement': {
      const changes = query.calls.filter(({ name }) => name === 'increment' || name === 'decrement').map(({ name, args: [column, by] }) => sql`${wrapped(column)} = ${wrapped(column)} ${name === 'increment' ? '+' : '-'} ${by === undefined ? '1' : bindingOf(by)}`);
      return sql`update ${table} set ${joined(changes, ', ')}${condition}`;
    }
    case 'del':
    case 'delete':
      return sql`${withClause(query)}delete from ${table}${condition}${returning(query)}`;
    case 'truncate':
      return sql`truncate ${table} restart identity`;
    default:
      return select(query, table, condition);
  }
}

const sourceOf = ({ table, schema }: Query): Traced => (table !== undefined && isRaw(table) ? (rawOf(table) ?? written('')) : qualified(schema, table));

function select(query: Query, table: Traced, condition: Traced | string): Traced {
  const columns = query.calls.filter(({ name }) => /^(?:select|column|columns|distinct|first|pluck)$/.test(name)).flatMap(({ args }) => args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg])));
  const counts = query.calls.filter(({ name }) => /^(?:count|max|min|sum|avg|countDistinct)$/.test(name)).map(({ name, args: [column, options] }) => aggregated(name, column, entryOf(options, 'as')));
  const own = [...columns.map((column) => columnized(column)), ...counts];
  const distinct = query.calls.some(({ name }) => name === 'distinct');
  const on = lastOf(query, 'distinctOn')?.args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]));
  const from = query.table === undefined ? '' : sql` from ${table}`;
  const joins = query.calls.flatMap((call) => joinOf(call));
  const unions = query.calls.some(({ name }) => /^(?:union|unionAll|intersect|except)$/.test(name)) ? ' ${union}' : '';
  return sql`${withClause(query)}select ${distinct ? 'distinct ' : ''}${on === undefined ? '' : sql`distinct on (${joined(on.map(wrapped), ', ')}) `}${own.length === 0 ? '*' : joined(own, ', ')}${from}${joined(joins)}${condition}${listed(query, 'group by', /^groupBy(?:Raw)?$/)}${having(query)}${listed(query, 'order by', /^orderBy(?:Raw)?$/)}${limit(query)}${unions}`;
}

/** `count('* as n')`, `count({ n: 'id' })` and `count('id', { as: 'n' })` alike. */
function aggregated(name: string, column: Value | undefined, as: Value | undefined): Traced {
  const [alias, of] = column?.kind === 'record' ? ([...column.entries][0] ?? []) : [as === undefined ? undefined : textOf(as), column];
  const [, bare, own] = of?.kind === 'text' ? (/^(.*?) +as +(.*)$/i.exec(of.text) ?? []) : [];
  const inner = isNothing(of) ? '*' : bare === undefined ? (of?.kind === 'list' ? columnized(of) : wrapped(of)) : wrapped(text(bare));
  const named = own ?? alias;
  return sql`${name === 'countDistinct' ? 'count' : name}(${name === 'countDistinct' ? 'distinct ' : ''}${inner})${named === undefined ? '' : sql` as ${wrapped(text(named))}`}`;
}

function joinOf({ name, args: [table, first, operator, second] }: Recorded): readonly Traced[] {
  const kind = /^(left|right|full|inner|cross)?(?:Outer)?[jJ]oin(Raw)?$/.exec(name);
  if (kind === null) return [];
  if (kind[2] !== undefined) return [sql` ${bound(table, first)}`];
  const word = kind[1] === undefined ? 'inner' : kind[1];
  const on = first?.kind === 'text' ? sql` on ${wrapped(first)} ${second === undefined ? '=' : pieceOf(operator)} ${wrapped(second ?? operator)}` : word === 'cross' ? '' : ' on ${condition}';
  return [sql` ${word} join ${wrapped(table)}${on}`];
}

function listed({ calls }: Query, word: string, names: RegExp): Traced {
  const own = calls.filter(({ name }) => names.test(name)).map(({ name, args: [first, second] }) => (name.endsWith('Raw') ? bound(first, second) : word === 'order by' ? orderOf(first, second) : columnized(first)));
  return own.length === 0 ? written('') : sql` ${word} ${joined(own, ', ')}`;
}

function having({ calls }: Query): Traced {
  const own = calls.flatMap(({ name, args: [first, operator, second] }): readonly { readonly word: string; readonly condition: Traced | string }[] => {
    const [, or, kind] = /^(and|or)?having(Raw|.*)$/i.exec(name) ?? [];
    if (kind === undefined) return [];
    const condition = kind === 'Raw' ? bound(first, operator) : kind !== '' || first?.kind !== 'text' ? '${condition}' : second === undefined ? sql`${wrapped(first)} = ${bindingOf(operator)}` : sql`${wrapped(first)} ${pieceOf(operator)} ${bindingOf(second)}`;
    return [{ word: or === 'or' ? ' or ' : ' and ', condition }];
  });
  return own.length === 0 ? written('') : sql` having ${joined(own.flatMap(({ word, condition }, index) => (index === 0 ? [condition] : [word, condition])))}`;
}

/** `orderBy('a', 'desc')`, or a list of columns, names alone or with their order. */
function orderOf(columns: Value | undefined, order: Value | undefined): Traced {
  const items = columns?.kind === 'list' ? columns.items : [columns];
  return joined(
    items.map((item) => {
      const nulls = textOf(entryOf(item, 'nulls'));
      const word = textOf(entryOf(item, 'order')) ?? (columns?.kind === 'list' ? 'asc' : textOf(order));
      const name = item?.kind === 'record' ? entryOf(item, 'column') : item;
      return nulls === undefined ? sql`${wrapped(name)}${word === undefined ? '' : ` ${word}`}` : sql`(${wrapped(name)} is ${nulls === 'first' ? 'not null' : 'null'}) ${word ?? 'asc'}`;
    }),
    ', ',
  );
}

const limit = (query: Query): Traced => {
  const own = lastOf(query, 'limit');
  return own !== undefined ? sql` limit ${bindingOf(own.args[0])}` : lastOf(query, 'first') === undefined ? written('') : written(' limit 1');
};

const withClause = (query: Query): Traced => {
  const parts = query.calls.filter(({ name }) => name === 'with' || name === 'withRecursive' || name === 'withMaterialized').map(({ args: [name, as] }) => sql`${wrapped(name)} as (${selectOf(as) ?? written('select ${query}')})`);
  return parts.length === 0 ? written('') : sql`with ${joined(parts, ', ')} `;
};

const returning = (query: Query): Traced => {
  const own = lastOf(query, 'returning');
  return own === undefined ? written('') : sql` returning ${columnized(own.args[0])}`;
};

function insertSql(rows: Value | undefined, table: Traced): Traced {
  const query = selectOf(rows);
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
  const set = named === undefined ? assignments([updates ?? UNDEFINED]) : joined(named.items.map((name) => sql`${wrapped(name)} = excluded.${wrapped(name)}`), ', ');
  return sql` on conflict ${target} do update set ${set}`;
}
