import type { Host, Method, Site } from '../../hosts/typescript/host.ts';
import { changing } from '../../hosts/typescript/methods.ts';
import type { HostValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue } from '../../hosts/typescript/value.ts';
import type { Trap } from '../../ir/migration.ts';
import { notes } from '../../source/notes.ts';

const TRANSACTION = /^(?:BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/i;

/** What is said of each call that sends something. */
type Warn = (site: Site) => readonly Trap[];

/**
 * The same over a connection beside the one of the tool: apart from the transaction that the tool has begun. A query that is told
 * to join a transaction (`transacting`) is taken to join that one.
 */
export function apart(value: HostValue, warn: Warn = () => []): HostValue {
  const known = made.get(value);
  if (known !== undefined) return known;
  const { host } = value;
  const { methods, member, call, construct, settle, abandoned } = host;
  const given = <Given extends Value | undefined>(one: Given): Given | HostValue => (one?.kind === 'host' ? apart(one, warn) : one);
  const siteOf = (site: Site): Site => ({
    ...site,
    emit(draft) {
      if (!('sql' in draft) || draft.sql === '') site.emit(draft);
      else if (!TRANSACTION.test(draft.sql)) site.emit({ ...draft, apart: true, traps: [...(draft.traps ?? []), ...warn(site)] });
    },
    invoke: (callee, args, self) => site.invoke(callee, args.map((arg) => given(arg)), self),
  });
  const over =
    (method: Method): Method =>
    (args, site) =>
      given(method(args.map(joined), siteOf(site)));
  const own: Host = {
    ...host,
    ...(methods === undefined ? {} : { methods: changing(methods, (method, name) => (name === 'transacting' ? method : over(method))) }),
    ...(member === undefined ? {} : { member: (name, site) => (name === 'transacting' ? member(name, site) : given(member(name, siteOf(site)))) }),
    ...(call === undefined ? {} : { call: over(call) }),
    ...(construct === undefined ? {} : { construct: over(construct) }),
    ...(settle === undefined ? {} : { settle: (site) => given(settle(siteOf(site))) ?? value }),
    ...(abandoned === undefined ? {} : { abandoned: (site) => { abandoned(siteOf(site)); } }),
  };
  const result = hostValue(own);
  made.set(value, result);
  origins.set(result.host, value);
  return result;
}

const made = notes<HostValue, HostValue>('apart');
const origins = notes<Host, HostValue>('not apart');

/** What such a value is without its connection, as where it is handed to one that knows the transaction. */
export const joined = (value: Value): Value => (value.kind === 'host' ? (origins.get(value.host) ?? value) : value);
