import type { Traced } from '../../../hosts/program.ts';
import { joined, sql, written } from '../../../hosts/traced.ts';
import type { Site } from '../../../hosts/typescript/host.ts';
import type { Recorded } from '../../../hosts/typescript/recorder.ts';
import type { HostValue, Value } from '../../../hosts/typescript/value.ts';
import { isNothing, text } from '../../../hosts/typescript/value.ts';
import { literalOf, pieceOf } from '../sql-text.ts';
import { columnized, wrapped } from './names.ts';
import { bindingOf, bound, rawOf } from './raw.ts';

type Fill = (site: Site) => { readonly value: HostValue; readonly query: { readonly calls: readonly Recorded[] } };

/** Everything behind `where`; what it cannot say is a placeholder, so that there is a condition. */
export function conditions(calls: readonly Recorded[], fill: Fill): Traced {
  const parts: (Traced | string)[] = [];
  for (const call of calls) {
    const match = /^(or|and)?([wW]here)([A-Z]\w*)?$/.exec(call.name);
    if (match === null) continue;
    const own = condition(match[3] ?? '', call, fill);
    if (own === undefined) continue;
    const group = match[1] === 'or' && (match[3] ?? 'Column') === 'Column' && call.args[0]?.kind === 'record';
    parts.push(parts.length === 0 ? '' : match[1] === 'or' ? ' or ' : ' and ', group ? sql`(${own})` : own);
  }
  return joined(parts);
}

function condition(kind: string, { args, site }: Recorded, fill: Fill): Traced | undefined {
  const [first, second, third] = args;
  switch (kind) {
    case 'Raw':
      return bound(first, second);
    case 'Column':
    case 'NotColumn': {
      const negated = kind === 'NotColumn' ? 'not ' : '';
      if (first?.kind === 'record') return joined([...first.entries].map(([name, other]) => sql`${negated}${wrapped(text(name))} = ${wrapped(other)}`), ' and ');
      return sql`${negated}${wrapped(first)} ${third === undefined ? '=' : pieceOf(second)} ${wrapped(third ?? second)}`;
    }
    case 'Null':
      return sql`${wrapped(first)} is null`;
    case 'NotNull':
      return sql`${wrapped(first)} is not null`;
    case 'In':
    case 'NotIn': {
      const column = first?.kind === 'list' ? sql`(${columnized(first)})` : columnized(first);
      const rows = (item: Value): Traced => (first?.kind === 'list' && item.kind === 'list' ? sql`(${joined(item.items.map(bindingOf), ', ')})` : bindingOf(item));
      const values = second?.kind === 'list' ? joined(second.items.map(rows), ', ') : (rawOf(second) ?? (second?.kind === 'function' ? filled(second, site, fill) : pieceOf(second)));
      return sql`${column} ${kind === 'In' ? 'in' : 'not in'} ${rawOf(second) === undefined && second?.kind !== 'function' ? sql`(${values})` : values}`;
    }
    case 'Between':
    case 'NotBetween':
      return second?.kind === 'list' ? sql`${wrapped(first)} ${kind === 'Between' ? 'between' : 'not between'} ${bindingOf(second.items[0])} and ${bindingOf(second.items[1])}` : written('${condition}');
    case 'Like':
    case 'ILike':
      return sql`${wrapped(first)} ${kind.toLowerCase()} ${bindingOf(second)}`;
    case 'Exists':
    case 'NotExists':
      return sql`${kind === 'Exists' ? 'exists' : 'not exists'} ${first?.kind === 'function' ? filled(first, site, fill) : (rawOf(first) ?? written('(select ${query})'))}`;
    case 'JsonPath': {
      const cast = args[3]?.kind !== 'number' ? " #>> '{}'" : Number.isInteger(args[3].value) ? '::int' : '::float';
      return sql`jsonb_path_query_first(${wrapped(first)}, ${bindingOf(second)})${cast} ${pieceOf(third)} ${bindingOf(args[3])}`;
    }
    case 'JsonObject':
    case 'NotJsonObject':
      return sql`${wrapped(first)} ${kind === 'JsonObject' ? '=' : '!='} ${json(second)}`;
    case 'JsonSupersetOf':
    case 'JsonSubsetOf':
      return sql`${wrapped(first)} ${kind === 'JsonSupersetOf' ? '@>' : '<@'} ${json(second)}`;
    case '':
    case 'Wrapped':
    case 'Not': {
      const negated = kind === 'Not' ? 'not ' : '';
      if (first?.kind === 'function') {
        const { value, query } = fill(site);
        site.invoke(first, [value], value);
        return sql`${negated}(${conditions(query.calls, fill)})`;
      }
      if (first?.kind === 'record') {
        const own = [...first.entries].map(([name, value]) => (value.kind === 'null' ? sql`${wrapped(text(name))} is ${negated}null` : sql`${negated}${wrapped(text(name))} = ${bindingOf(value)}`));
        return own.length === 0 ? undefined : joined(own, ' and ');
      }
      if (first?.kind === 'boolean') return written(first.value ? '1 = 1' : '1 = 0');
      const raw = rawOf(first);
      if (raw !== undefined && second === undefined) return raw;
      return compared(first, second, third, negated);
    }
    default:
      return written('${condition}');
  }
}

/** A query in brackets that a function says. */
function filled(callback: Value, site: Site, fill: Fill): Traced {
  const { value } = fill(site);
  site.invoke(callback, [value], value);
  return rawOf(value) ?? written('(select ${query})');
}

/** Objects as texts of JSON. */
const json = (value: Value | undefined): Traced => (value?.kind === 'record' || value?.kind === 'list' ? literalOf(value) : bindingOf(value));

function compared(column: Value | undefined, second: Value | undefined, third: Value | undefined, negated: string): Traced {
  const operator = third === undefined ? '=' : pieceOf(second).text;
  const value = third ?? second;
  if (isNothing(value) && /^(?:=|!=|is|is not)$/.test(operator)) return sql`${wrapped(column)} is ${/^(?:=|is)$/.test(operator) === (negated === '') ? '' : 'not '}null`;
  if (/^(?:not )?between$/i.test(operator) && value?.kind === 'list') return sql`${negated}${wrapped(column)} ${operator} ${bindingOf(value.items[0])} and ${bindingOf(value.items[1])}`;
  if (/^(?:not )?in$/i.test(operator)) return sql`${wrapped(column)} ${operator} (${value?.kind === 'list' ? joined(value.items.map(bindingOf), ', ') : bindingOf(value)})`;
  return sql`${negated}${wrapped(column)} ${operator} ${bindingOf(value)}`;
}
