import type { Traced } from '../../hosts/program.ts';
import { joined, sql, written } from '../../hosts/traced.ts';
import type { Site } from '../../hosts/typescript/host.ts';
import { recorder } from '../../hosts/typescript/recorder.ts';
import type { Recorded } from '../../hosts/typescript/recorder.ts';
import type { Value } from '../../hosts/typescript/value.ts';
import { text, textOf, UNDEFINED } from '../../hosts/typescript/value.ts';
import { pieceOf, quotedName, quotedText } from '../shared/sql-text.ts';
import { conditionOf, expressionBuilder, operandOf, selectedBy } from './expressions.ts';
import { bracketed, subquery } from './runner.ts';
import { rawOf, reference, valueOf } from './sql.ts';

type Calls = readonly Recorded[];

const all = (calls: Calls, name: string): Calls => calls.filter((call) => call.name === name);
const items = (value: Value | undefined): readonly Value[] => (value?.kind === 'list' ? value.items : value === undefined ? [] : [value]);

/** A query of `db`: what it writes and where; conditions that are not followed are placeholders. */
export function queryOf(calls: Calls, schema: Traced | undefined): Traced | string {
  const [first] = calls;
  if (first === undefined) return 'a query of nothing is not known';
  const target = first.args[0];
  const table = first.name === 'selectFrom' && (target?.kind === 'list' || target?.kind === 'function') ? joined(items(target).map((one) => tableOf(one, schema, first)), ', ') : tableOf(target, schema, first);
  const where = conditions(calls);
  const returning = [...all(calls, 'returning').flatMap(({ args }) => items(args[0]).map(reference)), ...(all(calls, 'returningAll').length > 0 ? [written('*')] : [])];
  const end = sql`${where}${returning.length === 0 ? '' : sql` returning ${joined(returning, ', ')}`}`;
  switch (first.name) {
    case 'insertInto':
    case 'replaceInto':
      return sql`insert into ${table} ${rows(calls)}${conflict(calls)}${end}`;
    case 'updateTable':
      return sql`update ${table} set ${joined(all(calls, 'set').flatMap(({ args, site }) => assignments(args, site)), ', ')}${all(calls, 'from').length > 0 ? sql` from ${joined(all(calls, 'from').flatMap(({ args: [own] }) => items(own).map((one) => tableOf(one, schema, first))), ', ')}` : ''}${end}`;
    case 'deleteFrom':
      return sql`delete from ${table}${all(calls, 'using').length > 0 ? sql` using ${joined(items(all(calls, 'using')[0]?.args[0]).map((one) => tableOf(one, schema, first)), ', ')}` : ''}${end}`;
    case 'selectNoFrom':
      return sql`select ${joined(selectedBy(target, first.site), ', ')}${where}`;
    case 'selectFrom': {
      const columns = calls.flatMap(({ name, args: [own], site }) => (name === 'select' ? selectedBy(own, site) : name === 'selectAll' ? (own === undefined ? [written('*')] : items(own).map((one) => sql`${reference(one)}.*`)) : []));
      const on = all(calls, 'distinctOn').flatMap(({ args: [own], site }) => selectedBy(own, site));
      const limits = ['limit', 'offset'].map((name) => (all(calls, name).length === 0 ? '' : sql` ${name} ${valueOf(all(calls, name).at(-1)?.args[0])}`));
      return sql`select ${on.length > 0 ? sql`distinct on (${joined(on, ', ')}) ` : all(calls, 'distinct').length > 0 ? 'distinct ' : ''}${columns.length === 0 ? '*' : joined(columns, ', ')} from ${table}${joined(calls.flatMap(joinOf))}${where}${grouped(calls)}${joined(calls.flatMap(unitedWith))}${ordered(calls)}${joined(limits)}${joined(calls.flatMap(({ name }) => LOCKS[name] ?? []))}`;
    }
    case 'mergeInto':
      return merge(calls, table);
    default:
      return `\`${first.name}\` is not known`;
  }
}

const LOCKS: Readonly<Record<string, string>> = { forUpdate: ' for update', forShare: ' for share', forKeyShare: ' for key share', forNoKeyUpdate: ' for no key update', skipLocked: ' skip locked', noWait: ' nowait' };

/** A table, or a query that stands in the place of one. */
function tableOf(value: Value | undefined, schema: Traced | undefined, { site }: Recorded): Traced {
  if (value?.kind === 'function') return operandOf(value, site);
  const own = bracketed(value) ?? reference(value);
  return schema === undefined || value?.kind !== 'text' || /^"[^"]*"\./.test(own.text) ? own : sql`${quotedName(schema)}.${own}`;
}

const UNIONS: Readonly<Record<string, string>> = { union: 'union', unionAll: 'union all', intersect: 'intersect', intersectAll: 'intersect all', except: 'except', exceptAll: 'except all' };

function unitedWith({ name, args: [other], site }: Recorded): readonly Traced[] {
  const word = Object.hasOwn(UNIONS, name) ? UNIONS[name] : undefined;
  if (word === undefined) return [];
  const given = other?.kind === 'function' ? site.invoke(other, [expressionBuilder()]) : other;
  return items(given).map((one) => sql` ${word} ${subquery(one) ?? rawOf(one) ?? 'select ${query}'}`);
}

/** `mergeInto('t').using('u', 'u.id', 't.id').whenMatched().thenDelete()`. */
function merge(calls: Calls, table: Traced): Traced {
  const parts = calls.slice(1).map(({ name, args, site }): Traced | string => {
    const [first] = args;
    if (name === 'using') return sql` using ${tableOf(first, undefined, calls[0] ?? { name, args, site })}${onOf(args.slice(1), site)}`;
    const [, not, by, and] = /^when(Not)?Matched(BySource)?(And)?/.exec(name) ?? [];
    if (name.startsWith('when')) return sql` when ${not === undefined ? '' : 'not '}matched${by === undefined ? '' : ' by source'}${and === undefined ? '' : sql` and ${conditionOf(args, site)}`}`;
    if (name === 'thenDelete') return ' then delete';
    if (name === 'thenDoNothing') return ' then do nothing';
    if (name === 'thenUpdateSet') return sql` then update set ${joined(assignments(args, site), ', ')}`;
    return name === 'thenInsertValues' ? sql` then insert ${rows([{ name: 'values', args, site }])}` : '';
  });
  return sql`merge into ${table}${joined(parts)}`;
}

/** `on …`: two columns, or what a function says of the join. */
function onOf([left, right]: readonly Value[], site: Site): Traced | string {
  if (left === undefined) return '';
  if (left.kind !== 'function') return right === undefined ? ' on ${condition}' : sql` on ${reference(left)} = ${reference(right)}`;
  const told = recorder('the join', (member) => member !== 'then');
  site.invoke(left, [told.value]);
  const parts = told.calls.flatMap(({ name, args, site: at }): readonly (Traced | string)[] => (name === 'onRef' ? [sql`${reference(args[0])} ${pieceOf(args[1])} ${reference(args[2])}`] : name === 'on' ? [conditionOf(args, at)] : name === 'onTrue' ? ['true'] : []));
  return parts.length === 0 ? '' : sql` on ${joined(parts, ' and ')}`;
}

/** `innerJoin('b', 'b.a_id', 'a.id')`, or with a function that says the conditions. */
function joinOf({ name, args: [table, left, right], site }: Recorded): readonly Traced[] {
  const kind = /^(inner|left|right|full|cross)Join(Lateral)?$/.exec(name);
  if (kind === null) return [];
  const of = table?.kind === 'function' ? operandOf(table, site) : (bracketed(table) ?? reference(table));
  const on = kind[1] === 'cross' ? '' : onOf([left, right].filter((one) => one !== undefined), site);
  return [sql` ${kind[1] ?? ''} join${kind[2] === undefined ? '' : ' lateral'} ${of}${on}`];
}

function grouped(calls: Calls): Traced {
  const own = all(calls, 'groupBy').flatMap(({ args: [column], site }) => selectedBy(column, site));
  const having = conditions(calls, 'having');
  return sql`${own.length === 0 ? '' : sql` group by ${joined(own, ', ')}`}${having}`;
}

function ordered(calls: Calls): Traced {
  const own = all(calls, 'orderBy').flatMap(({ args: [column, order], site }) => {
    const word = order?.kind === 'text' ? ` ${order.text}` : order?.kind === 'function' ? orderIn(order, site) : '';
    return selectedBy(column, site).map((one) => sql`${one}${word}`);
  });
  return own.length === 0 ? written('') : sql` order by ${joined(own, ', ')}`;
}

/** `(o) => o.desc().nullsLast()`. */
function orderIn(callback: Value, site: Site): string {
  const told = recorder('the order', (member) => member !== 'then');
  site.invoke(callback, [told.value]);
  return told.calls.map(({ name, args: [collation] }) => (name === 'collate' ? ` collate "${textOf(collation) ?? ''}"` : ({ desc: ' desc', asc: ' asc', nullsFirst: ' nulls first', nullsLast: ' nulls last' }[name] ?? ''))).join('');
}

function rows(calls: Calls): Traced {
  const [given] = all(calls, 'values');
  const values = given?.args[0]?.kind === 'function' ? given.site.invoke(given.args[0], [expressionBuilder()]) : given?.args[0];
  const [asked] = all(calls, 'expression');
  const query = asked?.args[0]?.kind === 'function' ? asked.site.invoke(asked.args[0], [expressionBuilder()]) : asked?.args[0];
  if (query !== undefined) {
    const columns = all(calls, 'columns')[0]?.args[0];
    return sql`${columns === undefined ? '' : sql`(${joined(items(columns).map(reference), ', ')}) `}${subquery(query) ?? rawOf(query) ?? 'select ${query}'}`;
  }
  const records = items(values);
  const names = [...new Set(records.flatMap((row) => (row.kind === 'record' ? [...row.entries.keys()] : [])))];
  if (names.length === 0 || records.some((row) => row.kind !== 'record' || row.partly !== undefined)) return written(values === undefined ? 'default values' : 'select ${rows}');
  const lines = records.map((row) => sql`(${joined(names.map((name) => (row.kind === 'record' && row.entries.has(name) ? storedOf(row.entries.get(name), (given as Recorded).site) : written('default'))), ', ')})`);
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
  const given = values?.kind === 'function' ? asked.site.invoke(values, [expressionBuilder()]) : values;
  return sql` on conflict${target}${conditions(told.calls.slice(0, set))} do update set ${joined(assignments([given ?? UNDEFINED], asked.site), ', ')}${conditions(told.calls.slice(set))}`;
}

const CONFLICT = new Set(['column', 'columns', 'constraint', 'expression', 'where', 'whereRef', 'doNothing', 'doUpdateSet']);

/** What a column gets: a list is one parameter, an array as the driver writes it. */
function storedOf(value: Value | undefined, site: Site): Traced {
  if (value?.kind !== 'list') return operandOf(value, site);
  const known = value.items.every(({ kind }) => kind === 'text' || kind === 'number');
  return known ? quotedText(written(`{${value.items.map((item) => `"${pieceOf(item).text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`)) : written("'${values}'");
}

function assignments([first, second]: readonly Value[], site: Site): readonly (Traced | string)[] {
  if (first?.kind === 'function') return assignments([site.invoke(first, [expressionBuilder()])], site);
  if (first?.kind === 'record') return [...[...first.entries].map(([name, value]) => sql`${reference(text(name))} = ${storedOf(value, site)}`), ...(first.partly === undefined ? [] : ['${column} = ${value}'])];
  return first?.kind === 'text' && second !== undefined ? [sql`${reference(first)} = ${storedOf(second, site)}`] : ['${column} = ${value}'];
}

function conditions(calls: Calls, word: 'where' | 'having' = 'where'): Traced {
  const own = calls.flatMap(({ name, args, site }): readonly Traced[] => (name === `${word}Ref` ? [sql`${reference(args[0])} ${pieceOf(args[1])} ${reference(args[2])}`] : name === word ? [conditionOf(args, site)] : []));
  return own.length === 0 ? written('') : sql` ${word} ${joined(own, ' and ')}`;
}
