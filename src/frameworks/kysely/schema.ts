import type { Traced } from '../../hosts/program.ts';
import { joined, sql, written } from '../../hosts/traced.ts';
import { recorder } from '../../hosts/typescript/recorder.ts';
import type { Recorded } from '../../hosts/typescript/recorder.ts';
import type { Value } from '../../hosts/typescript/value.ts';
import { hostValue, textOf } from '../../hosts/typescript/value.ts';
import { literalOf, pieceOf, quotedName } from '../shared/sql-text.ts';
import { conditionOf } from './expressions.ts';
import { subquery } from './runner.ts';
import { rawOf, reference, valueOf } from './sql.ts';

type Calls = readonly Recorded[];

const has = (calls: Calls, name: string): boolean => calls.some((call) => call.name === name);
const find = (calls: Calls, name: string): readonly Value[] | undefined => calls.findLast((call) => call.name === name)?.args;
const names = (value: Value | undefined): Traced => joined((value?.kind === 'list' ? value.items : value === undefined ? [] : [value]).map(reference), ', ');
const optional = (calls: Calls, name: string, text: string): string => (has(calls, name) ? text : '');
/** Of calls that exclude each other the last one counts. */
const lastOf = (calls: Calls, texts: Readonly<Record<string, string>>): string => texts[calls.findLast(({ name }) => Object.hasOwn(texts, name))?.name ?? ''] ?? '';

/** What a callback of a builder is told. */
function told({ args, site }: Recorded, index: number): Calls {
  const callback = args[index];
  if (callback?.kind !== 'function') return [];
  const { value, calls } = recorder('the builder', (member) => member !== 'then', {
    member: (member) => (member === '$call' ? hostValue({ name: 'the builder.$call', call: ([own], at) => at.invoke(own, [value]) }) : undefined),
  }, undefined, site);
  site.invoke(callback, [value]);
  return calls;
}

const within = (schema: Traced | undefined, name: Value | undefined): Traced => {
  const own = reference(name);
  return schema === undefined || /"\."/.test(own.text) ? own : sql`${quotedName(schema)}.${own}`;
};

/** The name of a view or an index is one, whatever stands in it. */
const whole = (schema: Traced | undefined, name: Value | undefined): Traced => {
  const own = quotedName(pieceOf(name));
  return schema === undefined ? own : sql`${quotedName(schema)}.${own}`;
};

/** A statement of `db.schema`, or why it cannot be said. */
export function statementOf(calls: Calls, schema: Traced | undefined): Traced | string {
  const [first] = calls;
  const [name] = first?.args ?? [];
  const cascade = optional(calls, 'cascade', ' cascade');
  const ifExists = optional(calls, 'ifExists', 'if exists ');
  switch (first?.name) {
    case 'createTable':
      return createTable(calls, within(schema, name), schema);
    case 'dropTable':
      return sql`drop table ${ifExists}${within(schema, name)}${cascade}`;
    case 'alterTable':
      return alterTable(calls, within(schema, name), schema);
    case 'createIndex':
      return createIndex(calls, quotedName(pieceOf(name)), schema);
    case 'dropIndex':
      return sql`drop index ${ifExists}${whole(schema, name)}${onTable(calls, schema)}${cascade}`;
    case 'createSchema':
      return sql`create schema ${optional(calls, 'ifNotExists', 'if not exists ')}${reference(name)}`;
    case 'dropSchema':
      return sql`drop schema ${ifExists}${reference(name)}${cascade}`;
    case 'createView': {
      const columns = find(calls, 'columns');
      const query = find(calls, 'as')?.[0];
      return sql`create ${optional(calls, 'orReplace', 'or replace ')}${optional(calls, 'materialized', 'materialized ')}${optional(calls, 'temporary', 'temporary ')}view ${optional(calls, 'ifNotExists', 'if not exists ')}${whole(schema, name)}${columns === undefined ? '' : sql` (${names(columns[0])})`} as ${rawOf(query) ?? subquery(query, schema) ?? 'select ${query}'}`;
    }
    case 'dropView':
      return sql`drop ${optional(calls, 'materialized', 'materialized ')}view ${ifExists}${whole(schema, name)}${cascade}`;
    case 'refreshMaterializedView':
      return sql`refresh materialized view ${lastOf(calls, { concurrently: 'concurrently ', withNoData: '', withData: optional(calls, 'concurrently', 'concurrently ') })}${whole(schema, name)}${lastOf(calls, { concurrently: ' with data', withNoData: ' with no data' }) || ' with data'}`;
    case 'createType': {
      const values = find(calls, 'asEnum')?.[0];
      return sql`create type ${within(schema, name)}${values === undefined ? '' : sql` as enum (${joined((values.kind === 'list' ? values.items : []).map(literalOf), ', ')})`}`;
    }
    case 'dropType':
      return sql`drop type ${ifExists}${within(schema, name)}${cascade}`;
    default:
      return `\`${first?.name ?? ''}\` is not known`;
  }
}

/** The call alone, from its name on. */
const clause = (text: Traced, { site }: Recorded): Traced => written(text.text, site.step);

const columnOf = (call: Recorded, schema: Traced | undefined): Traced => {
  const own = told(call, 2);
  return sql`${optional(own, 'ifNotExists', 'if not exists ')}${reference(call.args[0])} ${rawOf(call.args[1]) ?? pieceOf(call.args[1])}${modifiers(own, schema)}`;
};

function modifiers(calls: Calls, schema: Traced | undefined): Traced {
  const value = find(calls, 'defaultTo');
  const generated = find(calls, 'generatedAlwaysAs');
  const to = find(calls, 'references')?.[0];
  const check = find(calls, 'check')?.[0];
  const raws = (name: string): readonly Traced[] => calls.filter((call) => call.name === name).map(({ args }) => sql` ${valueOf(args[0])}`);
  return joined([
    optional(calls, 'unsigned', ' unsigned'),
    ...raws('modifyFront'),
    generated === undefined ? '' : sql` generated always as (${valueOf(generated[0])})${optional(calls, 'stored', ' stored')}`,
    lastOf(calls, { generatedAlwaysAsIdentity: ' generated always as identity', generatedByDefaultAsIdentity: ' generated by default as identity' }),
    optional(calls, 'identity', ' identity'),
    value === undefined ? '' : sql` default ${valueOf(value[0])}`,
    optional(calls, 'notNull', ' not null'),
    optional(calls, 'unique', ' unique'),
    optional(calls, 'nullsNotDistinct', ' nulls not distinct'),
    optional(calls, 'primaryKey', ' primary key'),
    optional(calls, 'autoIncrement', ' auto_increment'),
    to === undefined ? '' : sql` ${referencesOf(to, schema)}${actions(calls)}`,
    check === undefined ? '' : sql` check (${valueOf(check)})`,
    ...raws('modifyEnd'),
  ]);
}

function referencesOf(to: Value, schema: Traced | undefined): Traced {
  const text = pieceOf(to).text;
  const dot = text.lastIndexOf('.');
  const table = text.slice(0, dot).split('.').map((part) => `"${part}"`).join('.');
  return written(`references ${schema === undefined || table.includes('.') ? '' : `"${schema.text}".`}${table} ("${text.slice(dot + 1)}")`);
}

const actions = (calls: Calls): Traced => joined(['onDelete', 'onUpdate'].map((name) => (has(calls, name) ? ` ${name === 'onDelete' ? 'on delete' : 'on update'} ${pieceOf(find(calls, name)?.[0]).text}` : '')));

const deferral = (calls: Calls): string => `${lastOf(calls, { deferrable: ' deferrable', notDeferrable: ' not deferrable' })}${lastOf(calls, { initiallyDeferred: ' initially deferred', initiallyImmediate: ' initially immediate' })}`;

/** A constraint of a table, with what is said of it behind; undefined for other calls. */
function constraintOf(call: Recorded, schema: Traced | undefined, behind: Calls = []): Traced | undefined {
  const [name, second, third, fourth] = call.args;
  const start = sql`constraint ${reference(name)} `;
  switch (call.name) {
    case 'addPrimaryKeyConstraint':
      return sql`${start}primary key (${names(second)})${deferral([...told(call, 2), ...behind])}`;
    case 'addUniqueConstraint': {
      const own = [...told(call, 2), ...behind];
      return sql`${start}unique${optional(own, 'nullsNotDistinct', ' nulls not distinct')} (${names(second)})${deferral(own)}`;
    }
    case 'addCheckConstraint':
      return sql`${start}check (${valueOf(second)})`;
    case 'addForeignKeyConstraint': {
      const own = [...told(call, 4), ...behind];
      return sql`${start}foreign key (${names(second)}) references ${within(schema, third)} (${names(fourth)})${actions(own)}${deferral(own)}`;
    }
    default:
      return undefined;
  }
}

function createTable(calls: Calls, name: Traced, schema: Traced | undefined): Traced {
  const columns = calls.filter((call) => call.name === 'addColumn').map((call) => clause(columnOf(call, schema), call));
  const constraints = calls.flatMap((call) => {
    const own = constraintOf(call, schema);
    return own === undefined ? [] : [clause(own, call)];
  });
  const modify = (which: string): readonly Traced[] => calls.filter((call) => call.name === which).map(({ args }) => valueOf(args[0]));
  const front = modify('modifyFront');
  const end = modify('modifyEnd');
  const query = find(calls, 'as')?.[0];
  const body = query === undefined ? sql` (${joined([...columns, ...constraints], ', ')})` : '';
  const commit = find(calls, 'onCommit');
  return sql`create ${joined(front, ' ')}${front.length === 0 ? '' : ' '}${optional(calls, 'temporary', 'temporary ')}table ${optional(calls, 'ifNotExists', 'if not exists ')}${name}${body}${commit === undefined ? '' : sql` on commit ${pieceOf(commit[0])}`}${end.length === 0 ? '' : sql` ${joined(end, ' ')}`}${query === undefined ? '' : sql` as ${rawOf(query) ?? subquery(query, schema) ?? 'select ${query}'}`}`;
}

function createIndex(calls: Calls, name: Traced, schema: Traced | undefined): Traced {
  const columns = indexed(calls);
  const using = methodOf(calls);
  const where = calls.filter((call) => call.name === 'where').map(({ args, site }) => conditionOf(args, site));
  return sql`create ${optional(calls, 'unique', 'unique ')}index ${optional(calls, 'ifNotExists', 'if not exists ')}${name}${onTable(calls, schema)}${using}${columns}${optional(calls, 'nullsNotDistinct', ' nulls not distinct')}${where.length === 0 ? '' : sql` where ${joined(where, ' and ')}`}`;
}

/** The columns and expressions of an index, in brackets. */
function indexed(calls: Calls): Traced | string {
  const columns = calls.flatMap((call): readonly Traced[] => {
    if (call.name === 'column' || call.name === 'expression') return call.args[0] === undefined ? [] : [call.name === 'expression' ? valueOf(call.args[0]) : ordered(call.args[0])];
    return call.name === 'columns' && call.args[0]?.kind === 'list' ? call.args[0].items.map(ordered) : [];
  });
  return columns.length === 0 ? '' : sql` (${joined(columns, ', ')})`;
}

function methodOf(calls: Calls): Traced | string {
  const using = find(calls, 'using');
  return using === undefined ? '' : sql` using ${rawOf(using[0]) ?? pieceOf(using[0])}`;
}

function onTable(calls: Calls, schema: Traced | undefined): Traced | string {
  const table = find(calls, 'on')?.[0];
  return table === undefined ? '' : sql` on ${within(schema, table)}`;
}

/** `column desc`. */
function ordered(value: Value): Traced {
  const match = /^(.*?)\s+(asc|desc)$/i.exec(textOf(value) ?? '');
  return match === null ? reference(value) : written(`"${match[1] ?? ''}" ${match[2] ?? ''}`);
}

function alterTable(calls: Calls, table: Traced, schema: Traced | undefined): Traced | string {
  const clauses: Traced[] = [];
  for (const call of calls.slice(1)) {
    const [first, second] = call.args;
    const constraint = constraintOf(call, schema, calls.slice(1));
    if (constraint !== undefined) clauses.push(clause(sql`add ${constraint}`, call));
    else if (call.name === 'addColumn') clauses.push(clause(sql`add column ${columnOf(call, schema)}`, call));
    else if (call.name === 'modifyColumn') clauses.push(clause(sql`modify column ${columnOf(call, schema)}`, call));
    else if (call.name === 'addIndex') clauses.push(sql`add ${optional(calls, 'unique', 'unique ')}index ${quotedName(pieceOf(first))}${indexed(calls)}${methodOf(calls)}`);
    else if (call.name === 'dropIndex') clauses.push(sql`drop index ${whole(schema, first)}`);
    else if (call.name === 'dropColumn') clauses.push(clause(sql`drop column ${reference(first)}`, call));
    else if (call.name === 'renameColumn') clauses.push(sql`rename column ${reference(first)} to ${reference(second)}`);
    else if (call.name === 'renameTo') clauses.push(sql`rename to ${reference(first)}`);
    else if (call.name === 'setSchema') clauses.push(sql`set schema ${reference(first)}`);
    else if (call.name === 'alterColumn') clauses.push(...alterColumn(call));
    else if (call.name === 'renameConstraint') clauses.push(sql`rename constraint ${reference(first)} to ${reference(second)}`);
    else if (call.name === 'dropConstraint') clauses.push(sql`drop constraint ${optional(calls, 'ifExists', 'if exists ')}${reference(first)}${lastOf(calls, { cascade: ' cascade', restrict: ' restrict' })}`);
    else if (!FLAGS.has(call.name)) return `\`${call.name}\` of alterTable is not known`;
  }
  return sql`alter table ${table} ${joined(clauses, ', ')}`;
}

const FLAGS = new Set(['unique', 'column', 'columns', 'expression', 'using', 'onDelete', 'onUpdate', 'ifExists', 'cascade', 'restrict', 'deferrable', 'notDeferrable', 'initiallyDeferred', 'initiallyImmediate']);

function alterColumn(call: Recorded): readonly Traced[] {
  const column = reference(call.args[0]);
  return told(call, 1).flatMap(({ name, args: [value] }) => {
    const what = name === 'setDataType' ? sql`type ${rawOf(value) ?? pieceOf(value)}` : name === 'setDefault' ? sql`set default ${valueOf(value)}` : ({ dropDefault: 'drop default', setNotNull: 'set not null', dropNotNull: 'drop not null' } as Record<string, string | undefined>)[name];
    return what === undefined ? [] : [clause(sql`alter column ${column} ${what}`, call)];
  });
}

