import type { Method, Site } from '../host.ts';
import { numeric } from '../operators.ts';
import type { UnknownValue, Value } from '../value.ts';
import { hostValue, number, text, unknown } from '../value.ts';

/** Points in time that no time zone changes: said in UTC, or counted. All others, and now, are only known when it runs. */
export const DATE: Value = hostValue({
  name: 'Date',
  methods: new Map<string, Method>([
    ['now', now],
    ['UTC', (args, site) => { const own = numbers(args); return own === undefined ? now(args, site) : number(Date.UTC(...(own as [number]))); }],
    ['parse', ([value], site) => { const time = value === undefined ? undefined : timeOf(value); return time === undefined ? now([], site) : number(time); }],
  ]),
  member: (_name, site) => now([], site),
  call: now,
  construct(args, site) {
    const [value] = args;
    const time = args.length === 1 && value !== undefined ? timeOf(value) : undefined;
    return time === undefined ? unknown('it is a date', site.span, site.source(site.call)) : dateAt(time, site);
  },
});

function now(_args: readonly Value[], site: Site): UnknownValue {
  return unknown('it is the time at which it runs', site.span, site.source(site.call));
}

/** A day alone is one of UTC; a day and a time without a zone are those of the machine. */
const ZONED = /^\d{4}(?:-\d\d(?:-\d\d)?)?$|^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;

function timeOf(value: Value): number | undefined {
  const time = value.kind === 'number' ? Number(value.value) : value.kind === 'text' && ZONED.test(value.text) ? Date.parse(value.text) : value.kind === 'unknown' && value.present?.kind === 'host' ? times.get(value.present.host) : undefined;
  return time === undefined || Number.isNaN(new Date(time).getTime()) ? undefined : time;
}

const numbers = (args: readonly Value[]): readonly number[] | undefined => {
  const own = args.map(numeric);
  return own.every((one) => one !== undefined) ? own : undefined;
};

const times = new WeakMap<object, number>();

const READS = /^(?:toISOString|toJSON|getTime|valueOf|toUTCString|getUTC\w+)$/;
const WRITES = /^(?:setTime|setUTC\w+)$/;

/** To whoever does not ask it, a date is something unknown: how it is sent depends on the library. */
function dateAt(time: number, site: Site): UnknownValue {
  const own = new Date(time);
  const host = {
    name: 'a date',
    member(name: string): Value | undefined {
      const method = (own as unknown as Readonly<Record<string, unknown>>)[name];
      if (typeof method !== 'function' || !(READS.test(name) || WRITES.test(name))) return undefined;
      return hostValue({
        name,
        call(args, at) {
          const given = numbers(args);
          if (given === undefined) return unknown('it is a date', at.call, at.source(at.call));
          const value = (method as (...all: readonly number[]) => unknown).apply(own, [...given]);
          times.set(host, own.getTime());
          return typeof value === 'number' ? number(value) : text(String(value));
        },
      });
    },
  };
  times.set(host, time);
  return { ...unknown('it is a date', site.span, site.source(site.call)), present: hostValue(host) };
}

/** What JSON makes of a date; undefined for what is none. */
export function jsonOfDate(value: Value): string | undefined {
  const time = value.kind === 'unknown' && value.present?.kind === 'host' ? times.get(value.present.host) : undefined;
  return time === undefined ? undefined : new Date(time).toISOString();
}
