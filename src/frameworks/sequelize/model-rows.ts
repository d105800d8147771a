import type { Method, Site } from '../../hosts/typescript/host.ts';
import type { HostValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue, isNothing, record, UNDEFINED, unknown } from '../../hosts/typescript/value.ts';
import type { Query } from '../shared/host-queries.ts';
import { answer, guarded } from '../shared/host-sending.ts';
import { flag, isRecord, recordIn, textIn } from '../shared/host-values.ts';
import { rowCondition, STATEMENTS, updateSql } from './model-statements.ts';
import type { Model } from './models.ts';
import { quoteTable } from './quoting.ts';
import { whereItems } from './where.ts';

/** Sends what is generated, or tells why that is unknown. */
export type Perform = (what: string, options: Value | undefined, site: Site, generate: () => readonly Query[]) => void;
/** A method that does what the code of the day says. */
export type Live = (member: string, of: string) => Method;

export const entriesOf = (value: Value | undefined): ReadonlyMap<string, Value> => (isRecord(value) ? value.entries : new Map<string, Value>());

/** An instance of a model that is a row of the table. */
export function storedRow(model: Model, values: ReadonlyMap<string, Value>, perform: Perform, live: Live, site: Site): HostValue {
  const known = new Map(values);
  const changed = new Set<string>();
  const save = (what: string, only: ReadonlySet<string>, options: Value | undefined, at: Site): Value => {
    const columns = new Set(model.attributes.map(({ name }) => name));
    const own = [...only].filter((name) => columns.has(name)).map((name): readonly [string, Value] => [name, known.get(name) ?? UNDEFINED]);
    for (const name of own) changed.delete(name[0]);
    perform(`${what} of ${model.name}`, options, at, () => (own.length === 0 ? [] : [{ sql: updateSql(model, own, rowCondition(model, known, at), flag(recordIn(options, 'the options'), 'silent')) }]));
    return self;
  };
  const set = (name: string, value: Value): void => {
    known.set(name, value);
    changed.add(name);
  };
  const self = instance(model, known, set, live, site, [
    ['save', ([options], at) => save('save', changed, options, at)],
    ['update', ([given, options], at) => {
      const own = [...entriesOf(given)].filter(([, value]) => value.kind !== 'undefined');
      if (given?.kind === 'unknown') at.opaque(`update of ${model.name}: which columns are changed is only known when it runs`);
      for (const [name, value] of own) set(name, value);
      return save('update', new Set(own.map(([name]) => name)), options, at);
    }],
    ['destroy', ([options], at) => {
      if (model.deletedAt !== undefined && !flag(recordIn(options, 'the options'), 'force')) {
        set(model.deletedAt, answer(at));
        return save('destroy', new Set([model.deletedAt]), options, at);
      }
      perform(`destroy of ${model.name}`, options, at, () => [{ sql: `DELETE FROM ${quoteTable(model.table)} WHERE ${whereItems(rowCondition(model, known, at))}` }]);
      return UNDEFINED;
    }],
    ['reload', () => self],
  ]);
  return self;
}

/** An instance that is no row yet. */
export function newRow(model: Model, values: ReadonlyMap<string, Value>, perform: Perform, live: Live, site: Site): HostValue {
  const known = new Map(values);
  const self = instance(model, known, (name, value) => void known.set(name, value), live, site, [
    ['save', ([options], at) => {
      perform(`save of ${model.name}`, options, at, () => STATEMENTS['create']?.send(model, [record(known), options ?? UNDEFINED], at) ?? []);
      return storedRow(model, known, perform, live, at);
    }],
  ]);
  return self;
}

function instance(model: Model, known: ReadonlyMap<string, Value>, set: (name: string, value: Value) => void, live: Live, site: Site, own: readonly (readonly [string, Method])[]): HostValue {
  const valueOf = (name: string): Value => known.get(name) ?? unknown('it is what the server answers', site.call, name);
  const all = (): Value => ({ ...record(known), partly: answer(site) });
  const take: Method = ([name, value]) => {
    if (isRecord(name)) for (const [key, each] of name.entries) set(key, each);
    else if (value !== undefined) set(textIn(name, 'the attribute'), value);
    return self;
  };
  const give: Method = ([name]) => (name === undefined || isNothing(name) || isRecord(name) ? all() : valueOf(textIn(name, 'the attribute')));
  const self: HostValue = hostValue({
    name: `a row of ${model.name}`,
    sends: true,
    methods: guarded(new Map<string, Method>([...own, ['set', take], ['setDataValue', take], ['get', give], ['getDataValue', give], ['toJSON', all], ['changed', (_args, at) => answer(at)]])),
    member(name) {
      if (name === 'dataValues') return all();
      if (known.has(name) || model.attributes.some((attribute) => attribute.name === name)) return valueOf(name);
      // Whatever else it has leads to other models.
      return hostValue({ name: `${name} of a row of ${model.name}`, sends: true, call: live(name, `a row of ${model.name}`) });
    },
    set,
  });
  return self;
}
