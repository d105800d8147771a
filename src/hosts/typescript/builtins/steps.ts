import type { Method, Site } from '../host.ts';
import type { Value } from '../value.ts';
import { builtin, hostValue, list, NULL, number, record, UNDEFINED, unknown } from '../value.ts';
import { rowsMember } from './rows.ts';

/** The package `async`: steps that tell their end to a function that comes last. That none of them fails is what the author wants. */
export const STEPS: Value = hostValue({ name: 'async', methods: methods(), member: (name, site) => (name === 'default' ? STEPS : { ...unknown(`\`async.${name}\` is not followed`, site.call, site.source(site.call)), sends: true }) });

function methods(): ReadonlyMap<string, Method> {
  const limited = (own: Method): Method => ([over, , ...rest], site) => own([over ?? UNDEFINED, ...rest], site);
  const all = new Map<string, Method>([['waterfall', waterfall], ['auto', unread], ['apply', applied]]);
  for (const name of ['series', 'parallel']) all.set(name, series);
  all.set('parallelLimit', limited(series));
  for (const name of ['each', 'forEach', 'map', 'concat']) {
    all.set(name, each);
    all.set(`${name}Series`, each);
    all.set(`${name}Limit`, limited(each));
  }
  for (const name of ['eachOf', 'forEachOf', 'mapValues']) {
    all.set(name, eachOf);
    all.set(`${name}Series`, eachOf);
    all.set(`${name}Limit`, limited(eachOf));
  }
  return all;
}

/** What a step gives: what it tells its last function, else what it resolves to. */
function stepped(step: Value | undefined, args: readonly Value[], site: Site): Value {
  let told: Value | undefined;
  const done = hostValue({
    name: 'callback',
    call([, value = UNDEFINED]) {
      told ??= value;
      return UNDEFINED;
    },
  });
  const given = site.settled(site.invoke(step, [...args, done]));
  return told ?? given;
}

/** Tells the end, and is a promise besides. */
function ended(callback: Value | undefined, value: Value, site: Site): Value {
  if (callback !== undefined) site.invoke(callback, [NULL, value]);
  return value;
}

const namesAndSteps = (steps: Value | undefined): readonly (readonly [string, Value])[] | undefined =>
  steps?.kind === 'list' ? steps.items.map((step, index) => [String(index), step] as const) : steps?.kind === 'record' && steps.partly === undefined ? [...steps.entries] : undefined;

/** A step of which there is one for each row. */
const stepOf = (site: Site): Value => hostValue({ name: 'step', call: ([step]) => stepped(step, [], site) });

function series([steps, callback]: readonly Value[], site: Site): Value {
  const known = namesAndSteps(steps);
  if (steps?.kind === 'unknown' && steps.item !== undefined) return each([steps, stepOf(site), callback ?? UNDEFINED], site);
  if (known === undefined) return unread([], site);
  const results = known.map(([name, step]) => [name, stepped(step, [], site)] as const);
  return ended(callback, steps?.kind === 'record' ? record(results) : list(results.map(([, value]) => value)), site);
}

function waterfall([steps, callback]: readonly Value[], site: Site): Value {
  if (steps?.kind !== 'list') return unread([], site);
  let args: readonly Value[] = [];
  for (const step of steps.items) {
    const value = stepped(step, args, site);
    args = value.kind === 'undefined' ? [] : [value];
  }
  return ended(callback, args[0] ?? UNDEFINED, site);
}

function each([over, step, callback]: readonly Value[], site: Site): Value {
  if (over?.kind === 'list') return ended(callback, list(over.items.map((item) => stepped(step, [item], site))), site);
  if (over?.kind !== 'unknown') return unread([], site);
  const item = over.item ?? unknown(over.reason, over.span, over.source);
  const forOne = builtin('step', ([own = UNDEFINED]) => stepped(step, [own], site));
  return ended(callback, site.invoke(rowsMember(over, item, 'map'), [forOne]), site);
}

function eachOf([over, step, callback]: readonly Value[], site: Site): Value {
  const known = namesAndSteps(over);
  if (known === undefined) return unread([], site);
  return ended(callback, list(known.map(([name, item]) => stepped(step, [item, over?.kind === 'list' ? number(Number(name)) : { kind: 'text', text: name, runs: [] }], site))), site);
}

function applied([step, ...args]: readonly Value[]): Value {
  return hostValue({ name: 'async.apply', call: (more, at) => at.invoke(step, [...args, ...more]) });
}

function unread(_args: readonly Value[], site: Site): Value {
  site.opaque('which steps there are is only known when it runs');
  return unknown('which steps there are is only known when it runs', site.call, site.source(site.call));
}
