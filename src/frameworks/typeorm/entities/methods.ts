import type { Site } from '../../../hosts/typescript/host.ts';
import type { FunctionValue, HostValue, RecordValue, Value } from '../../../hosts/typescript/value.ts';
import { builtin, isNothing, list, record, UNDEFINED } from '../../../hosts/typescript/value.ts';
import { answer } from '../../shared/host-sending.ts';
import { flag, isRecord, listIn, recordIn, requiredRecord, textIn } from '../../shared/host-values.ts';
import { refuse } from '../../shared/refusal.ts';
import type { Entity, EntityColumn } from './entity.ts';
import { columnWith, valueIn } from './entity.ts';
import { removeRows, save } from './saving.ts';
import { insertSql, numbers, setSql, softSql, tableSql, whereClause } from './sql.ts';
import type { Numbers } from './sql.ts';
import { whereSql } from './where.ts';
import type { Target } from './work.ts';
import { given, rowsOf, storedRow } from './work.ts';

/** What a method of a repository does; the arguments are those behind the entity. */
export type EntityMethod = (target: Target, args: readonly Value[], site: Site) => Value | undefined;

const rowIn = (target: Target, site: Site): HostValue => storedRow(target, site, (name, row) => rowMethod(name, row, { ...target, work: target.work.beside() }, site));

/** What a row does by itself, where its class extends BaseEntity. */
function rowMethod(name: string, row: HostValue, target: Target, site: Site): Value | undefined {
  const own = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
  return own === undefined || target.of.base === undefined ? undefined : builtin(name, () => own(target, [row], site) ?? UNDEFINED);
}

const saving: EntityMethod = (target, [value], site) => {
  save(target, value, 'save', site);
  return value;
};
const removing = (what: 'remove' | 'softRemove' | 'recover'): EntityMethod => (target, [value], site) => {
  removeRows(target, value, what, site);
  return value;
};

/** Methods that are handed rows, which may stand for themselves. */
export const OWN: Readonly<Record<string, EntityMethod>> = { save: saving, remove: removing('remove'), softRemove: removing('softRemove'), recover: removing('recover') };

const changing = (what: string, sql: (entity: Entity, args: readonly Value[], next: Numbers['next'], site: Site) => string | undefined): EntityMethod => ({ of, work }, args, site) => {
  const made = sql(work.entity(of), args, numbers().next, site);
  if (made !== undefined) work.send(made, what, site);
  return answer(site);
};

const counted = (sign: '+' | '-'): EntityMethod =>
  changing(sign === '+' ? 'increment' : 'decrement', (entity, [where, property, amount], next, site) => {
    const name = textIn(property, 'the property');
    const column = entity.columns.find(({ path }) => path.join('.') === name) ?? refuse(`${entity.name} has no property ${name}, so TypeORM stops`, 'unsupported');
    const by = amount?.kind === 'number' ? String(amount.value) : amount?.kind === 'text' ? amount.text : '${amount}';
    const set = setSql(entity, record([[name, builtin(name, () => ({ kind: 'text', text: `"${column.column}" ${sign} ${by}`, runs: [] }))]]), next, site);
    return `UPDATE ${tableSql(entity)} SET ${set ?? ''}${whereClause(entity, whereSql(entity, where, next, site), next)}`;
  });

/** Rows that are read: all columns of the entity are asked for. */
const reading = (what: string, give: (row: HostValue, site: Site) => Value): EntityMethod => (target, [options], site) => {
  const entity = target.work.entity(target.of);
  const { next } = numbers();
  const where = /By(?:OrFail)?$/.test(what) ? options : isRecord(options) ? options.entries.get('where') : undefined;
  const condition = where === undefined || isNothing(where) || (isRecord(where) && where.entries.size === 0) ? '' : whereSql(entity, where, next, site);
  target.work.send(`SELECT ${entity.columns.map(({ column }) => `"${column}"`).join(', ')} FROM ${tableSql(entity)}${whereClause(entity, condition, next)}`, what, site);
  return give(rowIn(target, site), site);
};

const many = (row: HostValue, site: Site): Value => rowsOf(site, row);
const one = (row: HostValue, site: Site): Value => ({ ...answer(site), present: row });
const both = (row: HostValue, site: Site): Value => list([rowsOf(site, row), answer(site)]);
const number = (_row: HostValue, site: Site): Value => answer(site);

const READS: Readonly<Record<string, (row: HostValue, site: Site) => Value>> = {
  find: many, findBy: many, findByIds: many, findAndCount: both, findAndCountBy: both, findOne: one, findOneBy: one, findOneById: one, findOneOrFail: one, findOneByOrFail: one, preload: one,
  count: number, countBy: number, exist: number, exists: number, existsBy: number, sum: number, average: number, minimum: number, maximum: number,
};

/** An object of the class that is no row yet. */
function created(of: FunctionValue, values: RecordValue | undefined): RecordValue {
  return { kind: 'record', entries: new Map(values?.entries), className: of.name, madeBy: of, ...(values?.partly === undefined ? {} : { partly: values.partly }) };
}

export const METHODS: Readonly<Record<string, EntityMethod>> = {
  ...OWN,
  ...Object.fromEntries(Object.entries(READS).map(([name, give]) => [name, reading(name, give)])),
  insert({ of, work }, [value], site) {
    const rows = given(value, 'insert');
    if (rows.length > 0) work.send(insertSql(work.entity(of), { rows, returning: true }, site), 'insert', site);
    return answer(site);
  },
  upsert({ of, work }, [value, options], site) {
    const entity = work.entity(of);
    const rows = given(value, 'upsert');
    work.send(insertSql(entity, { rows, conflict: conflictSql(entity, rows, options), returning: true }, site), 'upsert', site);
    return answer(site);
  },
  update: changing('update', (entity, [where, values], next, site) => {
    const set = setSql(entity, requiredRecord(values, 'the values'), next, site);
    return set === undefined ? refuse('the values change nothing, so TypeORM stops', 'unsupported') : `UPDATE ${tableSql(entity)} SET ${set}${whereClause(entity, whereSql(entity, where, next, site), next)}`;
  }),
  updateAll: changing('updateAll', (entity, [values], next, site) => `UPDATE ${tableSql(entity)} SET ${setSql(entity, requiredRecord(values, 'the values'), next, site) ?? ''}${whereClause(entity, '', next)}`),
  delete: changing('delete', (entity, [where], next, site) => `DELETE FROM ${tableSql(entity)}${whereClause(entity, whereSql(entity, where, next, site), next)}`),
  deleteAll: changing('deleteAll', (entity, _args, next) => `DELETE FROM ${tableSql(entity)}${whereClause(entity, '', next)}`),
  softDelete: changing('softDelete', (entity, [where], next, site) => softSql(entity, true, whereSql(entity, where, next, site), next)),
  restore: changing('restore', (entity, [where], next, site) => softSql(entity, false, whereSql(entity, where, next, site), next)),
  clear: changing('clear', (entity, [options]) => `TRUNCATE TABLE ${tableSql(entity)}${flag(recordIn(options, 'the options'), 'cascade') ? ' CASCADE' : ''}`),
  increment: counted('+'),
  decrement: counted('-'),
  create: ({ of }, [values]) => (values?.kind === 'list' ? list(values.items.map((item) => (isRecord(item) ? created(of, item) : item))) : values === undefined || isRecord(values) ? created(of, values) : { ...created(of, undefined), ...(values.kind === 'unknown' ? { partly: values } : {}) }),
  merge(_target, [into, ...others]) {
    for (const other of others) if (isRecord(into) && isRecord(other)) for (const [name, value] of other.entries) into.entries.set(name, value);
    return into;
  },
  hasId: (_target, _args, site) => answer(site),
  getId: (_target, _args, site) => answer(site),
};

/** `ON CONFLICT` of an upsert: the columns that some row tells are overwritten. */
function conflictSql(entity: Entity, rows: readonly Value[], options: Value | undefined): string {
  const paths = isRecord(options) ? options.entries.get('conflictPaths') : options;
  const names = isRecord(paths) ? [...paths.entries.keys()] : listIn(paths, 'the columns of the conflict').items.map((item) => textIn(item, 'a column'));
  const conflict = names.map((name) => entity.columns.find(({ path }) => path.join('.') === name) ?? refuse(`${entity.name} has no property ${name}, so TypeORM stops`, 'unsupported'));
  const told = (column: EntityColumn): boolean => rows.some((row) => !isRecord(row) || !['undefined', 'nothing'].includes(valueIn(row, column)?.kind ?? 'nothing'));
  const overwritten = [...conflict, ...entity.columns.filter((column) => !conflict.includes(column) && column.update && told(column))];
  const updated = columnWith(entity, 'updated');
  const set = [...overwritten.map(({ column }) => `"${column}" = EXCLUDED."${column}"`), ...(updated === undefined || overwritten.includes(updated) ? [] : [`"${updated.column}" = DEFAULT`])];
  const predicate = isRecord(options) ? options.entries.get('indexPredicate') : undefined;
  const skips = isRecord(options) && flag(options, 'skipUpdateIfNoValuesChanged');
  const changed = skips ? ` WHERE (${overwritten.map(({ column }) => `${tableSql(entity)}."${column}" IS DISTINCT FROM EXCLUDED."${column}"`).join(' OR ')})` : '';
  return ` ON CONFLICT ( ${conflict.map(({ column }) => `"${column}"`).join(', ')} )${predicate?.kind === 'text' ? ` WHERE ( ${predicate.text} )` : ''} DO UPDATE SET ${set.join(', ')}${changed}`;
}
