import type { Method, Site } from '../../hosts/typescript/host.ts';
import { recorder } from '../../hosts/typescript/recorder.ts';
import type { Recorded } from '../../hosts/typescript/recorder.ts';
import type { Traced } from '../../hosts/program.ts';
import { cut, joined } from '../../hosts/traced.ts';
import type { HostValue, RecordValue, Value } from '../../hosts/typescript/value.ts';
import { isNothing, text } from '../../hosts/typescript/value.ts';
import { answer } from '../shared/host-sending.ts';
import { isRecord, listIn, reasonOf, requiredRecord, textIn } from '../shared/host-values.ts';
import { attempt, refuse } from '../shared/refusal.ts';
import type { Entity } from './entities/entity.ts';
import { insertSql as entityInsert, setSql, softSql, tableSql, whereClause, withColumns } from './entities/sql.ts';
import { whereSql } from './entities/where.ts';
import { escapePath, splitPath } from './model.ts';

/** Steps that tell what is asked for; any other makes the query unread. */
const STEPS = new Set(['insert', 'into', 'values', 'orIgnore', 'update', 'set', 'delete', 'from', 'where', 'andWhere', 'orWhere', 'setParameter', 'setParameters', 'select', 'addSelect', 'softDelete', 'restore', 'whereInIds', 'andWhereInIds', 'orWhereInIds', 'createQueryBuilder', 'updateEntity', 'callListeners', 'useTransaction', 'returning']);
/** The last step of a query that only reads. */
const READS = new Set(['getMany', 'getOne', 'getOneOrFail', 'getRawMany', 'getRawOne', 'getCount', 'getExists', 'getRawAndEntities', 'getManyAndCount', 'stream']);

/** What a builder begins with. */
interface Begun {
  readonly entity: (value: Value | undefined) => Entity | undefined;
  /** The entity that it is of, as one of a repository. */
  readonly of?: Value;
  /** It began with something that is read. */
  readonly reads: boolean;
  readonly site: Site;
}

/** `createQueryBuilder()`: what `execute` sends, put together from the steps. */
export function queryBuilder(begun: Begun, emit: (sql: Traced, live: boolean, site: Site) => void, live: (what: string, site: Site) => void): HostValue {
  const { of, entity } = begun;
  const execute: Method = (_none, site) => {
    const made = attempt(() => built(calls, begun));
    if ('result' in made) emit(made.result.sql, made.result.live, site);
    else if (made.refusal.reading === 'unsupported') live(made.refusal.message, site);
    else site.opaque(made.refusal.message);
    return answer(site);
  };
  const reads: Method = (_none, site) => {
    const from = attempt(() => entity(of ?? calls.findLast(({ name }) => name === 'from')?.args[0]));
    if ('result' in from && from.result !== undefined) emit({ text: `SELECT * FROM ${tableSql(from.result)}`, runs: [] }, true, site);
    else if (begun.reads || of !== undefined) live('a query with an entity', site);
    return answer(site);
  };
  const { value, calls } = recorder('the query builder', (name) => !/^(?:then|catch|finally|constructor)$/.test(name), {
    sends: true,
    member: (name) => (name === 'execute' ? method(name, execute) : READS.has(name) ? method(name, reads) : undefined),
  }, undefined, begun.site);
  return value;
}

const method = (name: string, call: Method): HostValue => ({ kind: 'host', host: { name: `the query builder's ${name}`, call } });

/** Parameters by name, numbered by their first place. */
interface Parameters {
  readonly given: Map<string, Value>;
  readonly numbers: Map<string, number>;
  next(): string;
}

function built(calls: readonly Recorded[], { entity, of, site }: Begun): { readonly sql: Traced; readonly live: boolean } {
  const strange = calls.find(({ name }) => !STEPS.has(name));
  if (strange !== undefined) return refuse(`the query builder's ${strange.name} is not read`);
  const last = (name: string): Recorded | undefined => calls.findLast((one) => one.name === name);
  let count = 0;
  const parameters: Parameters = { given: new Map(), numbers: new Map(), next: () => `$${String(++count)}` };
  for (const { name, args } of calls) {
    const [first, second] = args;
    if (name === 'setParameter' && second !== undefined) parameters.given.set(textIn(first, 'the parameter'), second);
    const given = name === 'setParameters' ? first : second;
    if (isRecord(given)) for (const [key, value] of given.entries) parameters.given.set(key, value);
  }
  const target = [last('into')?.args[0], last('from')?.args[0], last('update')?.args[0], last('softDelete')?.args[0], of].find((value) => entity(value) !== undefined);
  const live = target === undefined ? undefined : entity(target);
  const plain = (sql: Traced): { readonly sql: Traced; readonly live: boolean } => ({ sql, live: live !== undefined });
  if (live === undefined) {
    if (last('insert') !== undefined) return plain(insertSql(last('into')?.args ?? [], last('values')?.args[0], last('orIgnore') !== undefined, parameters));
    if (last('update') !== undefined) return plain(updateSql(last('update')?.args ?? [], last('set')?.args[0], calls, parameters));
    if (last('delete') !== undefined) return plain(joined([`DELETE FROM ${tableIn(last('from')?.args[0])}`, conditions(calls, parameters)]));
    return refuse('a query with an entity', 'unsupported');
  }
  const where = (): Traced => {
    const own = conditions(calls, parameters, live, site);
    if (live.kind?.isChild !== true) return own;
    const clause = whereClause(live, own.text === '' ? '' : '\0', parameters.next);
    const at = clause.indexOf('\0');
    return at < 0 ? { text: clause, runs: [] } : joined([clause.slice(0, at), cut(own, ' WHERE '.length), clause.slice(at + 1)]);
  };
  const returning = (): string => (last('returning')?.args[0]?.kind === 'text' ? ` RETURNING ${textIn(last('returning')?.args[0], 'what is returned')}` : '');
  if (last('insert') !== undefined) {
    const [, columns] = last('into')?.args ?? [];
    const told = returning();
    const updates = last('updateEntity')?.args[0];
    const only = columns === undefined || isNothing(columns) ? undefined : listIn(columns, 'the columns').items.map((item) => textIn(item, 'a column'));
    return plain({ text: entityInsert(live, { rows: rowsIn(last('values')?.args[0]), ...(only === undefined ? {} : { only }), conflict: last('orIgnore') === undefined ? '' : ' ON CONFLICT DO NOTHING', returning: told === '' && !(updates?.kind === 'boolean' && !updates.value) }, site) + told, runs: [] });
  }
  if (last('update') !== undefined) {
    const values = last('set')?.args[0] ?? last('update')?.args.find(isRecord);
    const set = setSql(live, requiredRecord(values, 'the values'), parameters.next, site) ?? refuse('the values change nothing, so TypeORM stops');
    return plain(joined([`UPDATE ${tableSql(live)} SET ${set}`, where(), returning()]));
  }
  if (last('delete') !== undefined) return plain(joined([`DELETE FROM ${tableSql(live)}`, where(), returning()]));
  const soft = last('softDelete') !== undefined;
  return soft || last('restore') !== undefined ? plain({ text: softSql(live, soft, conditions(calls, parameters, live, site).text.replace(/^ WHERE /, ''), parameters.next), runs: [] }) : refuse('a query with an entity', 'unsupported');
}

const rowsIn = (values: Value | undefined): readonly Value[] => (values?.kind === 'list' ? values.items : [values ?? refuse('the values are missing')]);

/** Only a name is a table: an entity is what the code says on the day on which it runs. */
const tableIn = (value: Value | undefined): string => (value?.kind === 'text' ? escapePath(splitPath(value.text)) : refuse('a query with an entity', 'unsupported'));

function insertSql([table, columnsValue]: readonly Value[], values: Value | undefined, ignore: boolean, parameters: Parameters): Traced {
  const rows = (values?.kind === 'list' ? values.items : [values]).map((row) => requiredRecord(row, 'the values'));
  const columns = columnsValue === undefined || isNothing(columnsValue) ? [...(rows[0]?.entries.keys() ?? [])] : listIn(columnsValue, 'the columns').items.map((item) => textIn(item, 'a column'));
  if (rows.some(({ partly }) => partly !== undefined)) return refuse('which columns are filled is only known when it runs');
  const tuples = rows.map(({ entries }) => `(${[...entries.values()].map((value) => valueSql(value, parameters, 'DEFAULT')).join(', ')})`);
  return { text: `INSERT INTO ${tableIn(table)}(${columns.map((column) => `"${column}"`).join(', ')}) VALUES ${tuples.join(', ')}${ignore ? ' ON CONFLICT DO NOTHING' : ''}`, runs: [] };
}

/** A function gives SQL as it is. */
function valueSql(value: Value, { next }: Parameters, nothing: string): string {
  if (value.kind === 'undefined') return nothing;
  if (value.kind !== 'function') return next();
  const made = value.call([], text(''), { start: 0, end: 0 });
  return made.kind === 'text' ? made.text : refuse(`SQL that a function gives is ${reasonOf(made)}`);
}

function updateSql([table, inline]: readonly Value[], set: Value | undefined, calls: readonly Recorded[], parameters: Parameters): Traced {
  const changes: RecordValue = requiredRecord(set ?? inline, 'the values');
  const assignments = [...changes.entries].filter(([, value]) => value.kind !== 'undefined').map(([name, value]) => `"${name}" = ${valueSql(value, parameters, 'DEFAULT')}`);
  if (changes.partly !== undefined) return refuse(`the columns that are changed: ${changes.partly.reason}`);
  return joined([`UPDATE ${tableIn(table)} SET ${assignments.join(', ')}`, conditions(calls, parameters)]);
}

/** The conditions; names of an entity's properties are its columns there. */
function conditions(calls: readonly Recorded[], parameters: Parameters, entity?: Entity, site?: Site): Traced {
  const parts: (Traced | string)[] = [];
  for (const { name, args } of calls) {
    const kind = /^(where|andWhere|orWhere)(InIds)?$/.exec(name)?.[1];
    if (kind === undefined) continue;
    const [condition] = args;
    const own = condition?.kind === 'text' ? numbered(entity === undefined ? condition : withColumns(condition, entity), parameters) : entity === undefined || site === undefined || condition?.kind === 'function' || condition?.kind === 'chain' ? refuse('the condition is not written as SQL') : { text: whereSql(entity, condition, parameters.next, site), runs: [] };
    if (kind === 'where') parts.length = 0;
    parts.push(parts.length === 0 ? ' WHERE ' : kind === 'orWhere' ? ' OR ' : ' AND ', own);
  }
  return joined(parts);
}

/** `:name` and `:...names`, numbered. */
function numbered(sql: Traced, parameters: Parameters): Traced {
  const parts: (Traced | string)[] = [];
  let taken = 0;
  for (const match of sql.text.matchAll(/(?<!:):(\.\.\.)?([A-Za-z_][\w.]*)/g)) {
    const [whole, spread, name = ''] = match;
    const value = parameters.given.get(name);
    if (value === undefined) continue;
    const sent = spread !== undefined && value.kind === 'list' ? value.items.map(() => parameters.next()).join(', ') : parameters.next();
    parts.push(cut(sql, taken, match.index), sent);
    taken = match.index + whole.length;
  }
  return joined([...parts, cut(sql, taken)]);
}
