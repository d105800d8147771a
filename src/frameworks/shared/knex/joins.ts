import type { Traced } from '../../../hosts/program.ts';
import { joined, sql, written } from '../../../hosts/traced.ts';
import type { Site } from '../../../hosts/typescript/host.ts';
import type { Recorded } from '../../../hosts/typescript/recorder.ts';
import { recorder } from '../../../hosts/typescript/recorder.ts';
import type { RecordValue, Value } from '../../../hosts/typescript/value.ts';
import { text } from '../../../hosts/typescript/value.ts';
import { pieceOf } from '../sql-text.ts';
import { columnized, wrapped } from './names.ts';
import { bindingOf, bound, rawOf } from './raw.ts';

const JOIN = /^(left|right|full|inner|cross)?(Outer)?[jJ]oin(Raw)?$/;

/** `inner join …` of one call; nothing for all else. */
export function joinOf({ name, args: [table, first, operator, second], site }: Recorded): readonly Traced[] {
  const kind = JOIN.exec(name);
  if (kind === null) return [];
  if (kind[3] !== undefined) return [sql` ${bound(table, first)}`];
  const head = sql` ${kind[1] ?? 'inner'}${kind[2] === undefined ? '' : ' outer'} join ${wrapped(table)}`;
  if (first === undefined) return [head];
  if (first.kind === 'function') {
    const own = clauses(first, site);
    return [own.text === '' ? head : sql`${head}${own.text.startsWith('using') ? ' ' : ' on '}${own}`];
  }
  if (first.kind === 'record') return [sql`${head} on ${pairs(first)}`];
  const raw = operator === undefined ? rawOf(first) : undefined;
  return [raw !== undefined ? sql`${head} on ${raw}` : operator === undefined ? sql`${head} on ${'${condition}'}` : sql`${head} on ${wrapped(first)} ${second === undefined ? '=' : pieceOf(operator)} ${wrapped(second ?? operator)}`];
}

/** What a join of a DELETE becomes, whatever its kind and its operators: a table beside the one that loses rows, and equalities that all hold. */
export function joinOfDelete({ name, args: [table, first, operator, second], site }: Recorded): readonly { readonly table: Traced; readonly equalities: readonly Traced[] }[] {
  const kind = JOIN.exec(name);
  if (kind === null) return [];
  return [kind[3] === undefined ? { table: wrapped(table), equalities: equalities([first, operator, second], site) } : { table: bound(table, first), equalities: [] }];
}

function equalities([first, operator, second]: readonly (Value | undefined)[], site: Site): readonly Traced[] {
  if (first === undefined) return [];
  if (first.kind === 'record') return [pairs(first)];
  if (first.kind !== 'function') return [operator === undefined ? written('${condition}') : sql`${wrapped(first)} = ${wrapped(second ?? operator)}`];
  const { value, calls } = recorder('the join', () => true);
  site.invoke(first, [value], value);
  return calls.flatMap(({ name, args }) => {
    if (/^(?:andOn|orOn|on)$/.test(name)) return equalities(args, site);
    return [/^(?:andOn|orOn|on)Val$/.test(name) ? sql`${wrapped(args[0])} = ${bindingOf(args[2] ?? args[1])}` : written('${condition}')];
  });
}

/** What a function says of a join, one condition after the other. */
function clauses(callback: Value, site: Site): Traced {
  const { value, calls } = recorder('the join', () => true);
  site.invoke(callback, [value], value);
  const all = calls.flatMap((call) => {
    const condition = conditionOf(call);
    return condition === undefined ? [] : [{ word: /^or/.test(call.name) ? ' or ' : ' and ', condition }];
  });
  return joined(all.flatMap(({ word, condition }, index) => (index === 0 ? [condition] : [word, condition])));
}

const pairs = ({ entries }: RecordValue): Traced => joined([...entries].map(([column, other]) => sql`${wrapped(text(column))} = ${wrapped(other)}`), ' and ');

function conditionOf({ name, args: [first, operator, second], site }: Recorded): Traced | undefined {
  if (name === 'using') return sql`using (${columnized(first)})`;
  const kind = /^(?:andOn|orOn|on)(.*)$/.exec(name)?.[1];
  const compared = (value: Traced): Traced => sql`${wrapped(first)} ${second === undefined ? '=' : pieceOf(operator)} ${value}`;
  const list = operator?.kind === 'list' ? operator.items.map(bindingOf) : undefined;
  switch (kind) {
    case undefined:
      return undefined;
    case '':
      if (first?.kind === 'function') return sql`(${clauses(first, site)})`;
      if (first?.kind === 'record') return pairs(first);
      return operator === undefined ? wrapped(first) : compared(wrapped(second ?? operator));
    case 'Val':
      return compared(bindingOf(second ?? operator));
    case 'Null':
    case 'NotNull':
      return sql`${wrapped(first)} is ${kind === 'Null' ? '' : 'not '}null`;
    case 'In':
    case 'NotIn':
      return list === undefined ? written('${condition}') : sql`${wrapped(first)} ${kind === 'In' ? 'in' : 'not in'} (${joined(list, ', ')})`;
    default:
      return list !== undefined && /etween$/.test(kind) ? sql`${wrapped(first)} ${kind === 'Between' ? 'between' : 'not between'} ${joined(list, ' and ')}` : written('${condition}');
  }
}
