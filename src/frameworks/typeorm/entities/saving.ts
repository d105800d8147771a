import type { Site } from '../../../hosts/typescript/host.ts';
import type { RecordValue, Value } from '../../../hosts/typescript/value.ts';
import { isNothing, record } from '../../../hosts/typescript/value.ts';
import { isRecord, reasonOf } from '../../shared/host-values.ts';
import { refuse } from '../../shared/refusal.ts';
import type { Entity } from './entity.ts';
import { columnWith, keysOf, valueIn } from './entity.ts';
import { insertSql, numbers, rowsSql, setSql, softSql, tableSql, whereClause } from './sql.ts';
import type { Target } from './work.ts';
import { filled, given, isSaved, storedIn } from './work.ts';

/** `save`: new rows are inserted, all of an entity by one statement; rows that have their key may be there already. */
export function save({ of, work }: Target, value: Value | undefined, what: string, site: Site): void {
  const entity = work.entity(of);
  const rows = given(value, what);
  const fresh: RecordValue[] = [];
  const perhaps: { readonly values: RecordValue; readonly isNew: boolean }[] = [];
  for (const row of rows) {
    const stored = storedIn(row);
    if (stored !== undefined) perhaps.push({ values: record(stored.changed.entries), isNew: false });
    else if (!isRecord(row)) refuse(`what is saved as ${entity.name} is only known when it runs: ${reasonOf(row)}`);
    else {
      alone(entity, row);
      const keys = keysOf(entity).map((key) => valueIn(row, key));
      if (isSaved(row)) perhaps.push({ values: row, isNew: false });
      else if (keys.every((key) => key !== undefined && !isNothing(key))) perhaps.push({ values: row, isNew: true });
      else fresh.push(row);
    }
  }
  const changes = perhaps.map(({ values, isNew }) => ({ values, isNew, update: updateSql(entity, values, site) }));
  if (fresh.length === 0 && changes.every(({ isNew, update }) => !isNew && update === undefined)) return;
  work.together(site, () => {
    if (fresh.length > 0) work.send(insertSql(entity, { rows: fresh, returning: true }, site), what, site);
    for (const { values, isNew, update } of changes) {
      if (isNew) work.send(insertSql(entity, { rows: [values], returning: true }, site), what, site, true);
      if (update !== undefined) work.send(update, what, site, true);
    }
  });
  for (const row of rows) if (isRecord(row)) filled(row, entity, site);
}

/** Refuses a row that takes rows of other tables with it. */
function alone(entity: Entity, row: RecordValue): void {
  if (row.partly !== undefined) refuse(`what is saved as ${entity.name} is only known when it runs: ${row.partly.reason}`);
  for (const { property, owned, cascades } of entity.relations) {
    const value = row.entries.get(property);
    if (value === undefined || isNothing(value)) continue;
    if (!owned || (cascades && value.kind !== 'unknown' && value.kind !== 'text' && value.kind !== 'number')) refuse(`\`${property}\` of ${entity.name} is saved with it, which is not followed`);
  }
}

function updateSql(entity: Entity, values: RecordValue, site: Site): string | undefined {
  const { next } = numbers();
  const keys = new Set(keysOf(entity).map(({ path }) => path[0]));
  const owned = new Set([...entity.columns.flatMap(({ path, through }) => [path[0], through?.path[0]])]);
  const own = record([...values.entries].filter(([name]) => owned.has(name) && !keys.has(name)));
  if (own.entries.size === 0) return undefined;
  const set = setSql(entity, own, next, site);
  const asked = [columnWith(entity, 'version'), columnWith(entity, 'updated')].filter((column) => column !== undefined);
  const returning = entity.columns.filter((column) => asked.includes(column)).map(({ column }) => `"${column}"`);
  return set === undefined ? undefined : `UPDATE ${tableSql(entity)} SET ${set}${whereClause(entity, rowsSql(entity, 1, next), next)}${returning.length === 0 ? '' : ` RETURNING ${returning.join(', ')}`}`;
}

/** `remove`, `softRemove`, `recover`: rows by their keys. */
export function removeRows({ of, work }: Target, value: Value | undefined, what: 'remove' | 'softRemove' | 'recover', site: Site): void {
  const entity = work.entity(of);
  const rows = given(value, what);
  if (rows.length === 0) return;
  const { next } = numbers();
  const where = rowsSql(entity, rows.length, next);
  work.together(site, () => { work.send(what === 'remove' ? `DELETE FROM ${tableSql(entity)}${whereClause(entity, where, next)}` : softSql(entity, what === 'softRemove', where, next), what, site); });
}
