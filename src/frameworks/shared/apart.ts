import type { Host, Method, Site } from '../../hosts/typescript/host.ts';
import type { HostValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue } from '../../hosts/typescript/value.ts';
import { notes } from '../../source/notes.ts';

const TRANSACTION = /^(?:BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/i;

/** The same over a connection that the migration has opened itself: apart from the transaction that its tool has begun. */
export function apart(value: HostValue): HostValue {
  const known = made.get(value);
  if (known !== undefined) return known;
  const { host } = value;
  const { methods, member, call, construct, settle, abandoned } = host;
  const own: Host = {
    ...host,
    ...(methods === undefined ? {} : { methods: new Map([...methods].map(([name, method]) => [name, over(method)])) }),
    ...(member === undefined ? {} : { member: (name, site) => given(member(name, siteOf(site))) }),
    ...(call === undefined ? {} : { call: over(call) }),
    ...(construct === undefined ? {} : { construct: over(construct) }),
    ...(settle === undefined ? {} : { settle: (site) => given(settle(siteOf(site))) ?? value }),
    ...(abandoned === undefined ? {} : { abandoned: (site) => { abandoned(siteOf(site)); } }),
  };
  const result = hostValue(own);
  made.set(value, result);
  return result;
}

const made = notes<HostValue, HostValue>('apart');

const given = <Given extends Value | undefined>(value: Given): Given | HostValue => (value?.kind === 'host' ? apart(value) : value);

const over =
  (method: Method): Method =>
  (args, site) =>
    given(method(args, siteOf(site)));

const siteOf = (site: Site): Site => ({
  ...site,
  emit(draft) {
    if (!('sql' in draft)) site.emit(draft);
    else if (!TRANSACTION.test(draft.sql)) site.emit({ ...draft, apart: true });
  },
  invoke: (callee, args, self) => site.invoke(callee, args.map((arg) => given(arg)), self),
});
