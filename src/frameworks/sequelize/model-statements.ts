import type { Site } from '../../hosts/typescript/host.ts';
import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import { isNothing, list, NULL, record, text, UNDEFINED, unknown } from '../../hosts/typescript/value.ts';
import type { Query } from '../shared/host-queries.ts';
import { flag, isRecord, listIn, recordIn, requiredRecord, textIn } from '../shared/host-values.ts';
import { refuse } from '../shared/refusal.ts';
import { dataMethods, parameters } from './data.ts';
import { escape } from './expressions.ts';
import type { Model, ModelAttribute } from './models.ts';
import { quoteName, quoteTable } from './quoting.ts';
import { whereItems, whereSql } from './where.ts';

/** What a method of a model sends. */
type Send = (model: Model, args: readonly Value[], site: Site) => readonly Query[];

/** A point in time of the library's making. */
const NOW: Value = unknown('it is the time at which it runs', { start: 0, end: 0 }, 'now');

const attributeOf = ({ attributes }: Model, name: string): ModelAttribute | undefined => attributes.find((one) => one.name === name);
const columnOf = (model: Model, name: string): string => attributeOf(model, name)?.column ?? name;
const tableValue = ({ table: { schema, table } }: Model): Value => record([['tableName', text(table)], ...(schema === undefined ? [] : [['schema', text(schema)] as const])]);
const keysOf = ({ attributes }: Model): readonly ModelAttribute[] => attributes.filter(({ primaryKey }) => primaryKey);

/** Which attributes get which values, by column; those that are none of the model's are left out, as the library does. */
function valuesIn(model: Model, value: Value | undefined, what: string): ReadonlyMap<string, Value> {
  const given = requiredRecord(value, what);
  if (given.partly !== undefined) return refuse(`${what}: ${given.partly.reason}`);
  return new Map([...given.entries].filter(([name, own]) => own.kind !== 'undefined' && attributeOf(model, name) !== undefined));
}

/** The condition by columns. */
function conditionIn(model: Model, options: RecordValue | undefined, method: string): Value {
  const where = options?.entries.get('where') ?? options?.partly;
  return where === undefined || isNothing(where) ? refuse(`${method} of ${model.name} without \`where\`, so Sequelize stops`, 'unsupported') : byColumn(model, where);
}

function byColumn(model: Model, where: Value): Value {
  if (where.kind === 'list') return list(where.items.map((item) => byColumn(model, item)));
  if (!isRecord(where)) return where;
  const entries = [...where.entries].map(([name, value]): readonly [string, Value] => (/^(?:.*\.)?Op\.(?:and|or|not)$/.test(name) ? [name, byColumn(model, value)] : [columnOf(model, name), value]));
  return { ...record(entries), ...(where.partly === undefined ? {} : { partly: where.partly }) };
}

/** Rows that are marked as deleted are left alone. */
function alive(model: Model, where: Value, options: RecordValue | undefined): Value {
  if (model.deletedAt === undefined || (options?.entries.has('paranoid') === true && !flag(options, 'paranoid'))) return where;
  const living = record([[columnOf(model, model.deletedAt), record([['Op.eq', NULL]])]]);
  return isRecord(where) && where.entries.size === 0 && where.partly === undefined ? living : record([['Op.and', list([living, where])]]);
}

const columnsSql = (model: Model): string => model.attributes.map(({ column }) => quoteName(column)).join(',');

function returning(model: Model, options: RecordValue | undefined, otherwise: boolean): string {
  const asked = options?.entries.get('returning');
  if (asked?.kind === 'list') return ` RETURNING ${asked.items.map((item) => quoteName(columnOf(model, textIn(item, 'a column')))).join(',')}`;
  return (asked === undefined ? otherwise : flag(options, 'returning')) ? ` RETURNING ${columnsSql(model)}` : '';
}

/** What a new row has, by attribute, in the order of the model. */
function newRow(model: Model, value: Value | undefined, withTimes = true): ReadonlyMap<string, Value> {
  const given = valuesIn(model, value, `the values of ${model.name}`);
  const row = new Map<string, Value>();
  for (const { name, primaryKey, otherwise } of model.attributes) {
    const timed = withTimes && (name === model.createdAt || name === model.updatedAt) ? NOW : undefined;
    const own = given.get(name) ?? otherwise ?? timed ?? (primaryKey ? NULL : undefined);
    if (own !== undefined) row.set(name, own);
  }
  return row;
}

const create: Send = (model, [values, optionsValue]) => {
  const options = recordIn(optionsValue, 'the options');
  const asked = options?.entries.get('fields');
  const only = asked?.kind === 'list' ? new Set([...asked.items.map((item) => textIn(item, 'a field')), model.updatedAt, model.createdAt]) : undefined;
  const row = [...newRow(model, values)].filter(([name]) => only?.has(name) !== false);
  return [{ sql: `${insertSql(model, row)}${flag(options, 'ignoreDuplicates') ? ' ON CONFLICT DO NOTHING' : ''}${returning(model, options, true)};` }];
};

function insertSql(model: Model, row: readonly (readonly [string, Value])[]): string {
  const bind = parameters();
  const own = row.map(([name, value]) => (attributeOf(model, name)?.counted === true && isNothing(value) ? 'DEFAULT' : bind(value)));
  return `INSERT INTO ${quoteTable(model.table)} ${row.length === 0 ? 'DEFAULT VALUES' : `(${row.map(([name]) => quoteName(columnOf(model, name))).join(',')}) VALUES (${own.join(',')})`}`;
}

const bulkCreate: Send = (model, [rowsValue, optionsValue]) => {
  const options = recordIn(optionsValue, 'the options');
  if (rowsValue?.kind === 'unknown') return [{ sql: `INSERT INTO ${quoteTable(model.table)} (${columnsSql(model)}) VALUES (\${rows})${returning(model, options, true)};` }];
  const rows = listIn(rowsValue, 'the rows').items.map((row) => newRow(model, row));
  if (rows.length === 0) return [];
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const tuples = rows.map((row) => `(${names.map((name) => valueSql(attributeOf(model, name), row.get(name))).join(',')})`);
  return [{ sql: `INSERT INTO ${quoteTable(model.table)} (${names.map((name) => quoteName(columnOf(model, name))).join(',')}) VALUES ${tuples.join(',')}${conflict(model, options)}${returning(model, options, true)};` }];
};

const valueSql = (attribute: ModelAttribute | undefined, value: Value = UNDEFINED): string => (attribute?.counted === true && isNothing(value) ? 'DEFAULT' : escape(value, attribute?.type));

function conflict(model: Model, options: RecordValue | undefined): string {
  const asked = options?.entries.get('updateOnDuplicate');
  if (asked === undefined || isNothing(asked)) return flag(options, 'ignoreDuplicates') ? ' ON CONFLICT DO NOTHING' : '';
  const names = new Set(listIn(asked, 'the columns that are updated').items.map((item) => textIn(item, 'a column')));
  const columns = model.attributes.filter(({ name }) => name !== model.createdAt && names.has(name)).map(({ column }) => column);
  const given = options?.entries.get('conflictAttributes');
  const unique = model.attributes.find((one) => one.unique);
  const keys = given?.kind === 'list' ? given.items.map((item) => columnOf(model, textIn(item, 'a key'))) : (unique === undefined ? keysOf(model) : [unique]).map(({ column }) => column);
  return onConflict(keys, columns);
}

const onConflict = (keys: readonly string[], columns: readonly string[]): string => ` ON CONFLICT (${keys.map(quoteName).join(',')}) DO UPDATE SET ${columns.map((column) => `${quoteName(column)}=EXCLUDED.${quoteName(column)}`).join(',')}`;

const upsert: Send = (model, [valuesValue, optionsValue]) => {
  const options = recordIn(optionsValue, 'the options');
  const given = valuesIn(model, valuesValue, `the values of ${model.name}`);
  const times = [model.createdAt, model.updatedAt].filter((name) => name !== undefined && !given.has(name));
  const row = [...[...newRow(model, valuesValue, false)].filter(([name, value]) => given.has(name) || !isNothing(value)), ...times.map((name = ''): readonly [string, Value] => [name, NOW])];
  const changed = [...given.keys(), ...times.filter((name) => name === model.updatedAt)].map((name = '') => columnOf(model, name));
  const unique = model.attributes.find((one) => one.unique && changed.includes(one.column));
  const keys = keysOf(model).map(({ column }) => column);
  return [{ sql: `${insertSql(model, row)}${onConflict(unique === undefined || keys.some((key) => changed.includes(key)) ? keys : [unique.column], changed)}${returning(model, options, true)};` }];
};

const update: Send = (model, [valuesValue, optionsValue], site) => {
  const options = recordIn(optionsValue, 'the options');
  const where = alive(model, conditionIn(model, options, 'update'), options);
  const asked = options?.entries.get('fields');
  const only = asked?.kind === 'list' ? new Set(asked.items.map((item) => textIn(item, 'a field'))) : undefined;
  const values = [...valuesIn(model, valuesValue, `the values of ${model.name}`)].filter(([name]) => name !== model.updatedAt && only?.has(name) !== false);
  const limit = options?.entries.get('limit');
  const traps = limit === undefined || isNothing(limit) ? [] : [{ trap: 'ignored-option' as const, place: site.args[1] ?? site.call, detail: `update of ${model.name} changes all rows of the condition: PostgreSQL has no \`limit\` for it` }];
  if (values.length === 0) return [];
  const sql = updateSql(model, values, where, flag(options, 'silent'));
  const asks = returning(model, options, false);
  return [{ sql: `${sql}${asks !== '' && whereSql(where) === '' ? ' ' : ''}${asks}`, traps }];
};

/** The time of the change goes with it unless it shall be silent. */
export function updateSql(model: Model, values: readonly (readonly [string, Value])[], where: Value, silent = false): string {
  const bind = parameters();
  const changed = silent || model.updatedAt === undefined ? values : [...values, [model.updatedAt, NOW] as const];
  const condition = (set: string): string => {
    const sql = whereSql(where, bind);
    return sql === '' ? set : `${set} ${sql}`;
  };
  return condition(`UPDATE ${quoteTable(model.table)} SET ${changed.map(([name, value]) => `${quoteName(columnOf(model, name))}=${bind(value)}`).join(',')}`);
}

const destroy: Send = (model, [optionsValue], site) => {
  const options = recordIn(optionsValue, 'the options');
  const truncates = flag(options, 'truncate');
  const where = truncates && !options?.entries.has('where') ? record() : conditionIn(model, options, 'destroy');
  if (model.deletedAt !== undefined && !flag(options, 'force')) return [{ sql: updateSql(model, [[model.deletedAt, NOW]], isRecord(where) ? { ...where, entries: new Map([[columnOf(model, model.deletedAt), NULL], ...where.entries]) } : where, true) }];
  if (truncates || !flag(options, 'limit')) return dataMethods['bulkDelete']?.([tableValue(model), where, options ?? UNDEFINED], site) ?? [];
  const keys = keysOf(model).map(({ column }) => quoteName(column));
  const condition = whereItems(where);
  return [{ sql: `DELETE FROM ${quoteTable(model.table)} WHERE ${keys.length > 1 ? `(${keys.join(',')})` : keys.join('')} IN (SELECT ${keys.join(',')} FROM ${quoteTable(model.table)}${condition === '' ? '' : ` WHERE ${condition}`} LIMIT ${escape(options?.entries.get('limit') ?? UNDEFINED)})` }];
};

const truncate: Send = (model, [optionsValue], site) => destroy(model, [record([...(recordIn(optionsValue, 'the options')?.entries ?? []), ['truncate', { kind: 'boolean', value: true }]])], site);

const restore: Send = (model, [optionsValue]) => {
  if (model.deletedAt === undefined) return refuse(`${model.name} marks no rows as deleted, so Sequelize stops`, 'unsupported');
  return [{ sql: updateSql(model, [[model.deletedAt, NULL]], byColumn(model, recordIn(optionsValue, 'the options')?.entries.get('where') ?? record()), true) }];
};

const counting = (method: 'increment' | 'decrement'): Send => (model, [fields, optionsValue], site) => {
  const options = recordIn(optionsValue, 'the options');
  const by = options?.entries.get('by') ?? { kind: 'number', value: 1 };
  const names = fields?.kind === 'text' ? [fields] : fields?.kind === 'list' ? fields.items : undefined;
  const amounts = names === undefined ? [...requiredRecord(fields, 'the amounts').entries] : names.map((name): readonly [string, Value] => [textIn(name, 'a field'), by]);
  const more = model.updatedAt === undefined || flag(options, 'silent') ? record() : record([[columnOf(model, model.updatedAt), NOW]]);
  const changed = record(amounts.map(([name, value]) => [columnOf(model, name), value]));
  return dataMethods[method]?.([UNDEFINED, tableValue(model), conditionIn(model, options, method), changed, more, options ?? UNDEFINED], site) ?? [];
};

/** By name, with the place of the options among the arguments. */
export const STATEMENTS: Readonly<Record<string, { readonly send: Send; readonly options: number }>> = {
  create: { send: create, options: 1 },
  bulkCreate: { send: bulkCreate, options: 1 },
  upsert: { send: upsert, options: 1 },
  update: { send: update, options: 1 },
  increment: { send: counting('increment'), options: 1 },
  decrement: { send: counting('decrement'), options: 1 },
  destroy: { send: destroy, options: 0 },
  truncate: { send: truncate, options: 0 },
  restore: { send: restore, options: 0 },
};

/** The condition that an instance of the model stands for. */
export const rowCondition = (model: Model, values: ReadonlyMap<string, Value>, site: Site): RecordValue =>
  record(keysOf(model).map(({ name, column }) => [column, values.get(name) ?? unknown(`${name} of the row is what the server answers`, site.call, name)]));
