import { isCollection } from './collections.ts';
import { jsonOfDate } from './dates.ts';
import type { Method } from '../host.ts';
import { jsonValue } from '../json.ts';
import type { Value } from '../value.ts';
import { hostValue, isNothing, text, textOf, UNDEFINED, unknown } from '../value.ts';

const stringify: Method = ([value = UNDEFINED, replacer = UNDEFINED, space], site) => {
  const json = isNothing(replacer) ? plainJson(value, 0) : undefined;
  const between = space?.kind === 'number' ? Number(space.value) : textOf(space);
  return json === undefined ? unknown('it is JSON of something unknown', site.span, site.source(site.call)) : text(JSON.stringify(json, undefined, between));
};

const parse: Method = ([value], site) => (value?.kind === 'text' ? jsonValue(value.text) : undefined) ?? unknown('it is read from something unknown', site.span, site.source(site.call));

export const JSON_OF_VALUES: Value = hostValue({
  name: 'JSON',
  methods: new Map([['stringify', stringify], ['parse', parse]]),
  member: (name, site) => unknown(`\`JSON.${name}\` is not followed`, site.call, site.source(site.call)),
});

/** A known value as JSON has it; undefined where a part of it is unknown. */
function plainJson(value: Value, depth: number): unknown {
  if (depth > 100) return undefined;
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'number':
      return Number(value.value);
    case 'boolean':
      return value.value;
    case 'null':
      return null;
    case 'list': {
      const items = value.items.map((item) => (item.kind === 'undefined' || item.kind === 'function' ? null : plainJson(item, depth + 1)));
      return items.includes(undefined) ? undefined : items;
    }
    case 'record': {
      if (value.partly !== undefined) return undefined;
      if (isCollection(value)) return {};
      const own: [string, unknown][] = [];
      for (const [name, entry] of value.entries) {
        if (entry.kind === 'undefined' || entry.kind === 'function') continue;
        const json = plainJson(entry, depth + 1);
        if (json === undefined) return undefined;
        own.push([name, json]);
      }
      return Object.fromEntries(own);
    }
    default:
      return jsonOfDate(value);
  }
}
