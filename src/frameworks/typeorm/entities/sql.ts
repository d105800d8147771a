import type { Traced } from '../../../hosts/program.ts';
import { cut, joined } from '../../../hosts/traced.ts';
import type { Site } from '../../../hosts/typescript/host.ts';
import type { FunctionValue, RecordValue, Value } from '../../../hosts/typescript/value.ts';
import { isNothing } from '../../../hosts/typescript/value.ts';
import { isRecord, placeholder, reasonOf } from '../../shared/host-values.ts';
import { refuse } from '../../shared/refusal.ts';
import { escapePath } from '../model.ts';
import type { Entity, EntityColumn } from './entity.ts';
import { columnWith, keysOf, valueIn } from './entity.ts';

/** Numbers the parameters of one statement. */
export interface Numbers {
  readonly next: () => string;
}

export function numbers(): Numbers {
  let count = 0;
  return { next: () => `$${String(++count)}` };
}

export const tableSql = ({ table }: Entity): string => (table.schema === undefined ? escapePath(table) : `"${table.schema}"."${table.table}"`);
const quoted = ({ column }: Pick<EntityColumn, 'column'>): string => `"${column}"`;

/** ` WHERE …`, with the rows of other classes of the same table left out; nothing where nothing is. */
export function whereClause({ kind }: Entity, condition: string, next: Numbers['next']): string {
  if (kind?.isChild !== true) return condition === '' ? '' : ` WHERE ${condition}`;
  const own = `"${kind.column}" IN (${next()})`;
  return condition === '' ? ` WHERE ${own}` : ` WHERE ( ${condition} ) AND ( ${own} )`;
}

export interface Insert {
  readonly rows: readonly Value[];
  /** Properties that are filled, where the program lists them. */
  readonly only?: readonly string[];
  /** What stands behind the values. */
  readonly conflict?: string;
  /** The rows are updated with what the server made of them: it is asked for it. */
  readonly returning: boolean;
}

export function insertSql(entity: Entity, { rows, only, conflict = '', returning }: Insert, site: Site): string {
  if (entity.kind?.isChild === false) return refuse(`the table of ${entity.name} has columns of all classes that extend it, and nobody says which there are`);
  const all = entity.columns.filter(({ path, insert, generated }) => (only === undefined ? insert && generated !== 'increment' : only.includes(path.join('.'))));
  const { next } = numbers();
  const tuples = rows.map((row) => `(${all.map((column) => insertedSql(row, column, next, site)).join(', ')})`);
  const asked = returning ? entity.columns.filter(({ returned }) => returned) : [];
  return `INSERT INTO ${tableSql(entity)}${all.length === 0 ? ' DEFAULT VALUES' : `(${all.map(quoted).join(', ')}) VALUES ${tuples.join(', ')}`}${conflict}${asked.length === 0 ? '' : ` RETURNING ${asked.map(quoted).join(', ')}`}`;
}

function insertedSql(row: Value, column: EntityColumn, next: () => string, site: Site): string {
  const value = isRecord(row) ? valueIn(row, column) : row;
  if (column.kind !== undefined) return valueSql(column.kind, column, next, site);
  if (column.role === 'version') return '1';
  return value === undefined || value.kind === 'undefined' || (isNothing(value) && column.generated !== undefined) ? 'DEFAULT' : valueSql(value, column, next, site);
}

/** A value is a parameter; a function gives SQL as it is. */
function valueSql(value: Value, { type }: EntityColumn, next: () => string, site: Site): string {
  if (value.kind === 'function') {
    const made = site.invoke(value as FunctionValue, []);
    return made.kind === 'text' ? made.text : placeholder({ source: made.kind === 'unknown' ? made.source : 'SQL' });
  }
  const parameter = next();
  return type === 'geometry' || type === 'geography' ? `ST_GeomFromGeoJSON(${parameter})::${type}` : parameter;
}

/** What the values of an update set; undefined: nothing. */
export function setSql(entity: Entity, values: RecordValue, next: () => string, site: Site): string | undefined {
  if (values.partly !== undefined) return refuse(`which columns of ${entity.name} are changed is only known when it runs: ${values.partly.reason}`);
  const set = new Map<EntityColumn, string>();
  const given = [...values.entries].filter(([, value]) => value.kind !== 'undefined');
  for (const [name] of given) {
    const own = entity.columns.filter(({ path, through }) => path[0] === name || through?.path[0] === name || path.join('.') === name);
    if (own.length === 0) return refuse(`${entity.name} has no property ${name}, so TypeORM stops`, 'unsupported');
    for (const column of own) {
      const value = valueIn(values, column);
      if (column.update && !set.has(column) && value !== undefined && value.kind !== 'undefined') set.set(column, `${quoted(column)} = ${withColumns({ text: valueSql(value, column, next, site), runs: [] }, entity).text}`);
    }
  }
  const version = columnWith(entity, 'version');
  const updated = columnWith(entity, 'updated');
  if (set.size === 0 && given.length > 0) return undefined;
  const more = [...(version === undefined || set.has(version) ? [] : [`${quoted(version)} = ${quoted(version)} + 1`]), ...(updated === undefined || set.has(updated) ? [] : [`${quoted(updated)} = CURRENT_TIMESTAMP`])];
  const parts = [...set.values(), ...more];
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Marks rows as deleted, or takes the mark away. */
export function softSql(entity: Entity, deleted: boolean, where: string, next: Numbers['next']): string {
  const mark = columnWith(entity, 'deleted') ?? refuse(`${entity.name} has no @DeleteDateColumn, so TypeORM stops`, 'unsupported');
  const version = columnWith(entity, 'version');
  const updated = columnWith(entity, 'updated');
  const set = [`${quoted(mark)} = ${deleted ? 'CURRENT_TIMESTAMP' : 'NULL'}`, ...(version === undefined ? [] : [`${quoted(version)} = ${quoted(version)} + 1`]), ...(updated === undefined ? [] : [`${quoted(updated)} = CURRENT_TIMESTAMP`])];
  const open = `${quoted(mark)} IS ${deleted ? 'NULL' : 'NOT NULL'}`;
  return `UPDATE ${tableSql(entity)} SET ${set.join(', ')}${whereClause(entity, `${where === '' ? '' : `${where} AND `}${open}`, next)}`;
}

/** Rows by their keys; what a row does not tell stands as a parameter all the same. */
export function rowsSql(entity: Entity, count: number, next: () => string): string {
  const keys = keysOf(entity);
  const [only] = keys;
  if (only === undefined) return refuse(`${entity.name} has no key`);
  const rows = Array.from({ length: Math.max(1, count) });
  if (keys.length === 1) return rows.length === 1 ? `${quoted(only)} = ${next()}` : `${quoted(only)} IN (${rows.map(next).join(', ')})`;
  const each = rows.map(() => `(${keys.map((key) => `${quoted(key)} = ${next()}`).join(' AND ')})`);
  return each.length === 1 ? (each[0] ?? '') : `(${each.join(' OR ')})`;
}

/** SQL in which properties and columns of the entity, alone or behind its name, stand as columns, as the library has them in any change. */
export function withColumns(sql: Traced, { columns, name: entity }: Entity): Traced {
  const parts: (Traced | string)[] = [];
  let taken = 0;
  for (const match of sql.text.matchAll(/(?<=^|[ =(])(?:(\w+)\.)?([A-Za-z_][\w.]*)(?=[ =),]|$)/g)) {
    const [whole, alias, name = ''] = match;
    const column = columns.find(({ path, column: own }) => (path.join('.') === name || own === name) && (alias === undefined || alias === entity));
    if (column === undefined) continue;
    parts.push(cut(sql, taken, match.index), quoted(column));
    taken = match.index + whole.length;
  }
  return joined([...parts, cut(sql, taken)]);
}

export const sourceOf = (value: Value): string => (value.kind === 'unknown' ? value.source : reasonOf(value));
