import type { Traced } from '../../hosts/program.ts';
import { joined, sql, written } from '../../hosts/traced.ts';
import type { Method } from '../../hosts/typescript/host.ts';
import { recorder } from '../../hosts/typescript/recorder.ts';
import type { Recorded } from '../../hosts/typescript/recorder.ts';
import type { Value } from '../../hosts/typescript/value.ts';
import { hostValue, text, UNDEFINED } from '../../hosts/typescript/value.ts';
import { pieceOf, quotedName } from '../shared/sql-text.ts';
import { subquery } from './runner.ts';
import { fragment, rawOf, reference, valueOf } from './sql.ts';

type Calls = readonly Recorded[];

const all = (calls: Calls, name: string): Calls => calls.filter((call) => call.name === name);
const items = (value: Value | undefined): readonly Value[] => (value?.kind === 'list' ? value.items : value === undefined ? [] : [value]);

/** A query of `db`: what it writes and where; conditions that are not followed are placeholders. */
export function queryOf(calls: Calls, schema: Traced | undefined): Traced | string {
  const [first] = calls;
  const own = reference(first?.args[0]);
  const table = schema === undefined ? own : sql`${quotedName(schema)}.${own}`;
  const where = conditions(calls);
  const returning = [...all(calls, 'returning').flatMap(({ args }) => items(args[0]).map(reference)), ...(all(calls, 'returningAll').length > 0 ? [written('*')] : [])];
  const end = sql`${where}${returning.length === 0 ? '' : sql` returning ${joined(returning, ', ')}`}`;
  switch (first?.name) {
    case 'insertInto':
    case 'replaceInto':
      return sql`insert into ${table} ${rows(calls)}${conflict(calls)}${end}`;
    case 'updateTable':
      return sql`update ${table} set ${joined(all(calls, 'set').flatMap(({ args }) => assignments(args)), ', ')}${all(calls, 'from').length > 0 ? sql` from ${reference(all(calls, 'from')[0]?.args[0])}` : ''}${end}`;
    case 'deleteFrom':
      return sql`delete from ${table}${all(calls, 'using').length > 0 ? sql` using ${reference(all(calls, 'using')[0]?.args[0])}` : ''}${end}`;
    case 'selectFrom': {
      const columns = all(calls, 'select').flatMap(({ args }) => items(args[0]).map((column) => (column.kind === 'function' ? written('${columns}') : reference(column))));
      return sql`select ${columns.length === 0 ? '*' : joined(columns, ', ')} from ${table}${joined(calls.flatMap(joinOf))}${where}${grouped(calls)}${ordered(calls)}${all(calls, 'limit').length === 0 ? '' : sql` limit ${valueOf(all(calls, 'limit').at(-1)?.args[0])}`}`;
    }
    default:
      return `\`${first?.name ?? ''}\` is not known`;
  }
}

/** `innerJoin('b', 'b.a_id', 'a.id')`; conditions of a callback are not followed. */
function joinOf({ name, args: [table, left, right] }: Recorded): readonly Traced[] {
  const kind = /^(inner|left|right|full|cross)Join(Lateral)?$/.exec(name);
  if (kind === null) return [];
  const of = subqueryIn(table ?? UNDEFINED) ?? reference(table);
  const on = kind[1] === 'cross' ? '' : left === undefined || left.kind === 'function' || right === undefined ? ' on ${condition}' : sql` on ${reference(left)} = ${reference(right)}`;
  return [sql` ${kind[1] ?? ''} join${kind[2] === undefined ? '' : ' lateral'} ${of}${on}`];
}

function grouped(calls: Calls): Traced {
  const own = all(calls, 'groupBy').flatMap(({ args }) => items(args[0]).map((column) => (column.kind === 'function' ? written('${column}') : reference(column))));
  const having = all(calls, 'having').length === 0 ? '' : ' having ${condition}';
  return own.length === 0 ? written('') : sql` group by ${joined(own, ', ')}${having}`;
}

function ordered(calls: Calls): Traced {
  const own = all(calls, 'orderBy').flatMap(({ args: [column, order] }) => items(column).map((one) => (one.kind === 'function' ? written('${column}') : sql`${reference(one)}${order?.kind === 'text' ? ` ${order.text}` : ''}`)));
  return own.length === 0 ? written('') : sql` order by ${joined(own, ', ')}`;
}

function rows(calls: Calls): Traced {
  const values = all(calls, 'values')[0]?.args[0];
  const query = all(calls, 'expression')[0]?.args[0];
  if (query !== undefined) {
    const columns = all(calls, 'columns')[0]?.args[0];
    return sql`${columns === undefined ? '' : sql`(${joined(items(columns).map(reference), ', ')}) `}${subquery(query) ?? rawOf(query) ?? 'select ${query}'}`;
  }
  const records = items(values);
  const names = [...new Set(records.flatMap((row) => (row.kind === 'record' ? [...row.entries.keys()] : [])))];
  if (names.length === 0 || records.some((row) => row.kind !== 'record' || row.partly !== undefined)) return written(values === undefined ? 'default values' : 'select ${rows}');
  const lines = records.map((row) => sql`(${joined(names.map((name) => (row.kind === 'record' && row.entries.has(name) ? valueOf(row.entries.get(name)) : written('default'))), ', ')})`);
  return sql`(${joined(names.map((name) => reference(text(name))), ', ')}) values ${joined(lines, ', ')}`;
}

/** `onConflict((oc) => oc.column('a').doUpdateSet({ … }))`. */
function conflict(calls: Calls): Traced {
  const [asked] = all(calls, 'onConflict');
  if (asked === undefined) return written('');
  const told = recorder('onConflict', (member) => CONFLICT.has(member));
  asked.site.invoke(asked.args[0], [told.value]);
  const columns = told.calls.filter(({ name }) => name === 'column' || name === 'columns').flatMap(({ args: [own] }) => items(own).map(reference));
  const [constraint] = all(told.calls, 'constraint');
  const [expression] = all(told.calls, 'expression');
  const target = columns.length > 0 ? sql` (${joined(columns, ', ')})` : constraint !== undefined ? sql` on constraint ${reference(constraint.args[0])}` : expression === undefined ? '' : sql` (${rawOf(expression.args[0]) ?? '${expression}'})`;
  const set = told.calls.findIndex(({ name }) => name === 'doUpdateSet');
  if (set < 0) return sql` on conflict${target}${conditions(told.calls)} do nothing`;
  const values = told.calls[set]?.args[0];
  const given = values?.kind === 'function' ? asked.site.invoke(values, [EXCLUDED]) : values;
  return sql` on conflict${target}${conditions(told.calls.slice(0, set))} do update set ${joined(assignments([given ?? UNDEFINED]), ', ')}${conditions(told.calls.slice(set))}`;
}

const CONFLICT = new Set(['column', 'columns', 'constraint', 'expression', 'where', 'whereRef', 'doNothing', 'doUpdateSet']);

/** `(eb) => ({ a: eb.ref('excluded.a') })`. */
const EXCLUDED = hostValue({ name: 'the expression builder', methods: new Map<string, Method>([['ref', ([name]) => fragment(reference(name))], ['val', ([value]) => fragment(valueOf(value))], ['lit', ([value]) => fragment(valueOf(value))]]) });

function assignments([first, second]: readonly Value[]): readonly (Traced | string)[] {
  if (first?.kind === 'record') return [...[...first.entries].map(([name, value]) => sql`${reference(text(name))} = ${value.kind === 'function' ? '${value}' : (rawOf(value) ?? subqueryIn(value) ?? valueOf(value))}`), ...(first.partly === undefined ? [] : ['${column} = ${value}'])];
  return first?.kind === 'text' && second !== undefined ? [sql`${reference(first)} = ${second.kind === 'function' ? '${value}' : valueOf(second)}`] : ['${column} = ${value}'];
}

const subqueryIn = (value: Value): Traced | undefined => {
  const own = subquery(value);
  return own === undefined ? undefined : sql`(${own})`;
};

function conditions(calls: Calls): Traced {
  const own = calls.flatMap(({ name, args: [left, operator, right] }): readonly (Traced | string)[] => {
    if (name === 'whereRef') return [sql`${reference(left)} ${pieceOf(operator)} ${reference(right)}`];
    if (name !== 'where') return [];
    if (left?.kind === 'function') return ['${condition}'];
    if (operator === undefined) return [rawOf(left) ?? '${condition}'];
    const list = right?.kind === 'list' ? sql`(${joined(right.items.map(valueOf), ', ')})` : (subqueryIn(right ?? left ?? { kind: 'undefined' }) ?? (right?.kind === 'null' ? written('null') : valueOf(right)));
    return [sql`${reference(left)} ${pieceOf(operator)} ${list}`];
  });
  return own.length === 0 ? written('') : sql` where ${joined(own, ' and ')}`;
}
