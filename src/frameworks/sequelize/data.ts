import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import type { Trap } from '../../ir/migration.ts';
import { refuse } from '../shared/refusal.ts';
import type { DataType } from './data-types.ts';
import { dataTypeIn } from './data-types.ts';
import { escape, isTrue, sqlMethodIn } from './expressions.ts';
import type { Generate } from '../shared/host-queries.ts';
import { quoteName, quoteTable, tableIn } from './quoting.ts';
import { flag, listIn, placeholder, recordIn, requiredRecord, textIn } from '../shared/host-values.ts';
import type { Bind } from './where.ts';
import { whereItems, whereSql } from './where.ts';

/** Rows with the columns of all of them; what one lacks is NULL. */
const bulkInsert: Generate = ([table, records, optionsValue, attributes]) => {
  const options = recordIn(optionsValue, 'the options');
  // Rows that the program has read from the server: the table is known.
  if (records?.kind === 'unknown' || (records?.kind === 'list' && records.items.some(({ kind }) => kind === 'unknown'))) return [{ sql: `INSERT INTO ${quoteTable(tableIn(table))} VALUES (\${rows});` }];
  const rows = listIn(records, 'the rows').items.map((row) => requiredRecord(row, 'a row'));
  const types = recordIn(attributes, 'the types of the columns');
  const columns = [...new Set(rows.flatMap(({ entries }) => [...entries.keys()]))];
  const partly = rows.find((row) => row.partly !== undefined)?.partly;
  if (partly !== undefined) return refuse(`the columns that are filled: ${partly.reason}`);
  const typed = new Map(columns.map((column) => [column, typeOf(types, column)]));
  const tuples = rows.map(({ entries }) => `(${columns.map((column) => escape(entries.get(column) ?? { kind: 'undefined' }, typed.get(column))).join(',')})`);
  const parts = ['INSERT INTO', quoteTable(tableIn(table)), `(${columns.map(quoteName).join(',')})`, 'VALUES', tuples.join(','), ...conflict(options), ...returning(options)];
  return [{ sql: `${parts.join(' ')};` }];
};

function typeOf(types: RecordValue | undefined, column: string): DataType | undefined {
  const told = types?.entries.get(column);
  const type = told?.kind === 'record' ? told.entries.get('type') : undefined;
  return type?.kind === 'chain' ? dataTypeIn(type, column) : undefined;
}

function conflict(options: RecordValue | undefined): readonly string[] {
  const update = options?.entries.get('updateOnDuplicate');
  if (update !== undefined && update.kind !== 'undefined') {
    const keys = listIn(options?.entries.get('upsertKeys'), 'the keys of the conflict').items.map((key) => quoteName(textIn(key, 'a key of the conflict')));
    const where = whereSql(options?.entries.get('conflictWhere'));
    const set = listIn(update, 'the columns that are updated').items.map((item) => quoteName(textIn(item, 'a column'))).map((column) => `${column}=EXCLUDED.${column}`);
    return [`ON CONFLICT (${keys.join(',')})${where === '' ? '' : ` ${where}`} DO UPDATE SET ${set.join(',')}`];
  }
  return flag(options, 'ignoreDuplicates') ? ['ON CONFLICT DO NOTHING'] : [];
}

const returning = (options: RecordValue | undefined): readonly string[] => {
  const asked = options?.entries.get('returning');
  if (asked?.kind === 'list') return [`RETURNING ${asked.items.map((item) => (sqlMethodIn(item) === undefined ? quoteName(textIn(item, 'a column')) : escape(item))).join(',')}`];
  return isTrue(asked) ? ['RETURNING *'] : [];
};

/** Values travel beside the query, as `$1` and so on; functions and literals stand in it. */
export function parameters(): Bind {
  let count = 0;
  return (value) => (sqlMethodIn(value) === undefined ? `$${String(++count)}` : escape(value));
}

const insert: Generate = ([, table, values, optionsValue]) => {
  const options = recordIn(optionsValue, 'the options');
  const { entries } = requiredRecord(values, 'the values');
  const bind = parameters();
  const columns = [...entries.keys()];
  const filled = columns.length === 0 ? ' DEFAULT VALUES' : ` (${columns.map(quoteName).join(',')}) VALUES (${[...entries.values()].map(bind).join(',')})`;
  return [{ sql: `INSERT INTO ${quoteTable(tableIn(table))}${filled}${[...conflict(options), ...returning(options)].map((part) => ` ${part}`).join('')};` }];
};

const bulkUpdate: Generate = ([table, values, where, optionsValue]) => {
  const options = recordIn(optionsValue, 'the options');
  const changes = requiredRecord(values, 'the values');
  if (changes.partly !== undefined) return refuse(`the columns that are changed: ${changes.partly.reason}`);
  if (changes.entries.size === 0) return [];
  const bind = parameters();
  const set = [...changes.entries].map(([name, value]) => `${quoteName(name)}=${bind(value)}`).join(',');
  const condition = whereSql(where, bind);
  return [{ sql: [`UPDATE ${quoteTable(tableIn(table))} SET ${set}`, ...(condition === '' ? [] : [condition]), ...returning(options)].join(' ') }];
};

const bulkDelete: Generate = ([table, where, optionsValue], site) => {
  const options = recordIn(optionsValue, 'the options');
  const named = quoteTable(tableIn(table));
  if (flag(options, 'truncate')) {
    const traps: readonly Trap[] = conditionSql(where) === '' ? [] : [{ trap: 'ignored-option', place: site.args[1] ?? site.call, detail: 'with `truncate` bulkDelete empties the table whatever the condition says' }];
    return [{ sql: `TRUNCATE ${named}${flag(options, 'restartIdentity') ? ' RESTART IDENTITY' : ''}${flag(options, 'cascade') ? ' CASCADE' : ''}`, traps }];
  }
  if (flag(options, 'limit')) return refuse('bulkDelete with a limit but without a model, so Sequelize stops', 'unsupported');
  const condition = conditionSql(where);
  return [{ sql: `DELETE FROM ${named}${condition === '' ? '' : ` WHERE ${condition}`}` }];
};

/** A number is that of the `id`; an empty list is no condition. */
function conditionSql(where: Value | undefined): string {
  if (where === undefined) return '';
  if (where.kind === 'number') return `"id" = ${String(where.value)}`;
  if (where.kind === 'list' && where.items.length === 0) return '1=1';
  return where.kind === 'unknown' ? placeholder(where) : whereItems(where);
}

/** `increment(model, table, where, amounts, more, options)` */
const arithmetic = (operator: '+' | '-'): Generate => ([, table, where, amounts, more, optionsValue]) => {
  const options = recordIn(optionsValue, 'the options');
  const counted = [...requiredRecord(amounts, 'the amounts').entries].map(([name, value]) => `${quoteName(name)}=${quoteName(name)}${operator} ${escape(value)}`);
  const set = [...(recordIn(more, 'the other values')?.entries ?? [])].map(([name, value]) => `${quoteName(name)}=${escape(value)}`);
  const condition = whereSql(where);
  const asked = options?.entries.has('returning') === true ? returning(options) : ['RETURNING *'];
  return [{ sql: ['UPDATE', quoteTable(tableIn(table)), 'SET', [...counted, ...set].join(','), ...(condition === '' ? [] : [condition]), ...asked].join(' ') }];
};

export const dataMethods: Readonly<Record<string, Generate>> = {
  bulkInsert,
  insert,
  bulkUpdate,
  bulkDelete,
  increment: arithmetic('+'),
  decrement: arithmetic('-'),
};
