import type { Traced } from '../../hosts/program.ts';
import { joined, sql, written } from '../../hosts/traced.ts';
import type { Method, Site } from '../../hosts/typescript/host.ts';
import { extended } from '../../hosts/typescript/methods.ts';
import type { HostValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue, isNothing, text, textOf, unknown } from '../../hosts/typescript/value.ts';
import { pieceOf } from '../shared/sql-text.ts';
import { bracketed, database } from './runner.ts';
import { fragment, rawOf, reference, valueOf } from './sql.ts';

/** What stands on the right of an operator, or where a value does: SQL as it is, a query in brackets, a list, what a function says of it. */
export function operandOf(value: Value | undefined, site: Site): Traced {
  const raw = rawOf(value);
  if (raw !== undefined) return raw;
  const query = bracketed(value);
  if (query !== undefined) return query;
  if (value?.kind === 'function') return operandOf(site.invoke(value, [expressionBuilder()]), site);
  if (value?.kind === 'list') return sql`(${joined(value.items.map((item) => operandOf(item, site)), ', ')})`;
  return value?.kind === 'unknown' && value.source === '' ? written('${value}') : valueOf(value);
}

/** A column, or what a function makes of the expression builder; several where it gives a list. */
export function selectedBy(value: Value | undefined, site: Site): readonly Traced[] {
  if (value?.kind === 'list') return value.items.flatMap((item) => selectedBy(item, site));
  if (value?.kind === 'function') return selectedBy(site.invoke(value, [expressionBuilder()]), site);
  if (value?.kind === 'unknown') return [written('${columns}')];
  return [bracketed(value) ?? reference(value)];
}

const BARE = /^(?:is(?: not)?)$/i;

/** `left operator right`; with one argument alone what it says, or a function of the builder. */
export function conditionOf([left, operator, right]: readonly Value[], site: Site): Traced {
  if (left?.kind === 'function' && operator === undefined) return conditionOf([site.invoke(left, [expressionBuilder()])], site);
  if (operator === undefined) return rawOf(left) ?? written('${condition}');
  const nothing = BARE.test(textOf(operator) ?? '') && (right?.kind === 'null' || right?.kind === 'boolean');
  const [one] = left?.kind === 'function' ? [operandOf(left, site)] : selectedBy(left, site);
  return sql`${one ?? written('${column}')} ${pieceOf(operator)} ${right?.kind === 'null' ? written('null') : nothing ? pieceOf(right) : operandOf(right, site)}`;
}

/** An expression that more may be joined to. */
function expression(own: Traced, site: Site, joinedBy?: 'and' | 'or'): HostValue {
  const value = fragment(joinedBy === undefined ? own : sql`(${own})`);
  const { host } = value;
  const more = (word: 'and' | 'or'): Method => (args, at) => expression(sql`${own} ${word} ${conditionOf(args, at)}`, site, word);
  return fragmentWith(value, { ...host, methods: extended(host.methods, new Map([['and', more('and')], ['or', more('or')]])) });
}

const fragmentWith = (of: HostValue, host: HostValue['host']): HostValue => {
  const value = fragment(rawOf(of) ?? written(''));
  Object.assign(value.host, { methods: host.methods });
  return value;
};

/** `eb`, as callbacks of queries get it. */
export function expressionBuilder(): HostValue {
  const all = (word: 'and' | 'or'): Method => ([given], at) => {
    const parts = given?.kind === 'record' ? [...given.entries].map(([name, value]) => sql`${reference(text(name))} = ${operandOf(value, at)}`) : given?.kind === 'list' ? given.items.map((item) => conditionOf([item], at)) : [written('${condition}')];
    if (parts.length === 0) return fragment(written(word === 'and' ? '1 = 1' : '1 = 0'));
    const own = joined(parts, ` ${word} `);
    return fragment(parts.length > 1 ? sql`(${own})` : own);
  };
  const before = (word: string): Method => ([value], at) => fragment(sql`${word} ${operandOf(value, at)}`);
  const builder: HostValue = hostValue({
    name: 'the expression builder',
    call: (args, at) => expression(conditionOf(args, at), at),
    methods: new Map<string, Method>([
      ['and', all('and')],
      ['or', all('or')],
      ['not', before('not')],
      ['exists', before('exists')],
      ['neg', before('-')],
      ['ref', ([name]) => fragment(reference(name))],
      ['table', ([name]) => fragment(reference(name))],
      ['val', ([value], at) => fragment(operandOf(value, at))],
      ['lit', ([value]) => fragment(valueOf(value))],
      ['parens', (args, at) => fragment(sql`(${conditionOf(args, at)})`)],
      ['tuple', (args) => fragment(sql`(${joined(args.map((arg) => valueOf(arg)), ', ')})`)],
      ['refTuple', (args) => fragment(sql`(${joined(args.map(reference), ', ')})`)],
      ['between', ([of, low, high], at) => fragment(sql`${reference(of)} between ${operandOf(low, at)} and ${operandOf(high, at)}`)],
      ['cast', ([of, type], at) => fragment(sql`cast(${of?.kind === 'text' ? reference(of) : operandOf(of, at)} as ${pieceOf(type)})`)],
      ['case', caseOf],
    ]),
    member(name, at) {
      if (name === 'eb') return builder;
      if (name === 'fn') return FUNCTIONS;
      if (name === 'selectFrom' || name === 'selectNoFrom') return database('the expression builder', undefined).host.member?.(name, at);
      return undefined;
    },
  });
  return builder;
}

export const caseOf: Method = ([of], site) => cases(written(isNothing(of) ? 'case' : `case ${reference(of).text}`), site);

/** `case().when(…).then(…).else(…).end()`. */
function cases(own: Traced, site: Site): HostValue {
  const methods = new Map<string, Method>([
    ['when', (args, at) => cases(sql`${own} when ${args.length === 1 && args[0]?.kind !== 'host' && args[0]?.kind !== 'function' ? valueOf(args[0]) : conditionOf(args, at)}`, at)],
    ['then', ([value], at) => cases(sql`${own} then ${operandOf(value, at)}`, at)],
    ['else', ([value], at) => cases(sql`${own} else ${operandOf(value, at)}`, at)],
    ['end', () => expression(sql`${own} end`, site)],
    ['endCase', () => expression(sql`${own} end case`, site)],
  ]);
  return hostValue({ name: 'case', methods });
}

const aggregate = (name: string, distinct = ''): Method => (args, site) => {
  const own = args.length === 0 ? written('*') : joined(args.flatMap((arg) => selectedBy(arg, site)), ', ');
  const value = fragment(sql`${name}(${distinct}${own})`);
  return fragmentWith(value, { ...value.host, methods: extended(value.host.methods, new Map([['distinct', () => aggregate(name, 'distinct ')(args, site)]])) });
};

const AGGREGATES = new Set(['count', 'max', 'min', 'sum', 'avg', 'coalesce', 'any', 'jsonAgg', 'toJson']);
const OWN_NAMES: Readonly<Record<string, string>> = { jsonAgg: 'json_agg', toJson: 'to_json' };

/** `eb.fn`, as far as what it makes can be said. */
export const FUNCTIONS: HostValue = hostValue({
  name: 'fn',
  call: ([name, args], site) => (name?.kind === 'text' ? fragment(sql`${name}(${joined((args?.kind === 'list' ? args.items : []).flatMap((arg) => selectedBy(arg, site)), ', ')})`) : unknown('which function it is, is only known when it runs', site.call, 'fn')),
  member: (name, site) => (AGGREGATES.has(name) ? hostValue({ name: `fn.${name}`, call: aggregate(OWN_NAMES[name] ?? name) }) : name === 'countAll' ? hostValue({ name: 'fn.countAll', call: ([table]) => fragment(sql`count(${table === undefined ? '*' : sql`${reference(table)}.*`})`) }) : name === 'agg' ? hostValue({ name: 'fn.agg', call: ([own, args], at) => aggregate(pieceOf(own).text)(args?.kind === 'list' ? args.items : [], at) }) : unknown(`\`fn.${name}\` is not followed`, site.call, name)),
});
