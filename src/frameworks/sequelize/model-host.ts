import type { Method, Site } from '../../hosts/typescript/host.ts';
import type { HostValue, UnknownValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue, list, record, text } from '../../hosts/typescript/value.ts';
import { answer, guarded } from '../shared/host-sending.ts';
import { isRecord, textIn } from '../shared/host-values.ts';
import type { Live, Perform } from './model-rows.ts';
import { entriesOf, newRow, storedRow } from './model-rows.ts';
import { STATEMENTS } from './model-statements.ts';
import type { Model } from './models.ts';

const ASKS = ['count', 'max', 'min', 'sum', 'aggregate', 'describe'];
const SILENT = ['belongsTo', 'hasMany', 'hasOne', 'belongsToMany', 'addScope', 'removeHook', 'refreshAttributes'];

/** A model that the migration defines. What becomes of its rows is told; its table as a whole (`sync`, `drop`) follows more than the migration says. */
export function modelHost(defined: Model, perform: Perform, live: Live): HostValue {
  let model = defined;
  const methods = new Map<string, Method>();
  const row = (site: Site, values: ReadonlyMap<string, Value> = new Map()): HostValue => storedRow(model, values, perform, live, site);
  const rows = (site: Site): UnknownValue => ({ ...answer(site), item: row(site) });
  for (const [name, { send, options }] of Object.entries(STATEMENTS)) {
    methods.set(name, (args, site) => {
      perform(`${name} of ${model.name}`, args[options], site, () => send(model, args, site));
      if (name === 'create') return row(site, entriesOf(args[0]));
      return name === 'bulkCreate' ? rows(site) : name === 'upsert' ? list([row(site, entriesOf(args[0])), answer(site)]) : answer(site);
    });
  }
  for (const name of ASKS) methods.set(name, (_args, site) => answer(site));
  for (const name of SILENT) methods.set(name, () => undefined);
  methods.set('findAll', (_args, site) => rows(site));
  for (const name of ['findOne', 'findByPk']) methods.set(name, (_args, site) => ({ ...answer(site), present: row(site) }));
  methods.set('findAndCountAll', (_args, site) => record([['rows', rows(site)], ['count', answer(site)]]));
  methods.set('findOrCreate', ([options], site) => {
    const given = isRecord(options) ? options.entries : undefined;
    const values = record([...entriesOf(given?.get('defaults')), ...entriesOf(given?.get('where'))]);
    const perhaps: Site = { ...site, emit: (draft) => { site.emit('sql' in draft ? { ...draft, within: { conditional: true, loop: false } } : draft); } };
    perform(`findOrCreate of ${model.name}`, options, perhaps, () => STATEMENTS['create']?.send(model, [values], site) ?? []);
    return list([row(site), answer(site)]);
  });
  methods.set('build', ([values], site) => newRow(model, entriesOf(values), perform, live, site));
  methods.set('removeAttribute', ([name]) => {
    const removed = textIn(name, 'the attribute');
    model = { ...model, attributes: model.attributes.filter((attribute) => attribute.name !== removed) };
    return undefined;
  });
  methods.set('schema', ([name]) => modelHost({ ...model, table: { ...model.table, schema: textIn(name, 'the schema') } }, perform, live));
  methods.set('unscoped', () => self);
  methods.set('getTableName', () => text(model.table.table));
  const self: HostValue = hostValue({
    name: `the model ${model.name}`,
    sends: true,
    methods: guarded(methods),
    member: (member) => (member === 'name' ? text(model.name) : member === 'tableName' ? text(model.table.table) : hostValue({ name: `${model.name}.${member}`, sends: true, call: live(member, `the model ${model.name}`) })),
  });
  return self;
}
