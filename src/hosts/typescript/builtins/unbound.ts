import type { Method, Site } from '../host.ts';
import { printed } from '../operators.ts';
import type { Value } from '../value.ts';
import { boolean, hostValue, UNDEFINED, unknown } from '../value.ts';
import { LISTS } from './lists.ts';

export function hasOwn(value: Value | undefined, name: Value | undefined, site: Site): Value {
  const own = name === undefined ? undefined : printed(name)?.text;
  return value?.kind !== 'record' || value.partly !== undefined || own === undefined ? unknown('whether it has the entry is only known when it runs', site.call, site.source(site.call)) : boolean(value.entries.has(own));
}

/** `Object.prototype.hasOwnProperty.call(o, 'a')`, `Array.prototype.slice.call(arguments)`. */
const unbound = (name: string, run: (self: Value, args: readonly Value[], site: Site) => Value | undefined): Value =>
  hostValue({ name, methods: new Map<string, Method>([['call', ([self = UNDEFINED, ...args], site) => run(self, args, site)], ['apply', ([self = UNDEFINED, args], site) => run(self, args?.kind === 'list' ? args.items : [], site)]]) });

function listMethod(name: string): Value | undefined {
  const own = LISTS.get(name);
  return own === undefined ? undefined : unbound(name, (self, args, site) => (self.kind === 'list' ? own(self, args, site) : unknown('it goes over something unknown', site.span, site.source(site.call))));
}

const OWN: Value = unbound('hasOwnProperty', (self, args, site) => hasOwn(self, args[0], site));

export const OBJECT_PROTOTYPE: Value = hostValue({ name: 'Object.prototype', member: (name) => (name === 'hasOwnProperty' ? OWN : undefined) });
export const ARRAY_PROTOTYPE: Value = hostValue({ name: 'Array.prototype', member: listMethod });
