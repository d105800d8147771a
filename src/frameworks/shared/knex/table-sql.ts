import type { Emission, Traced } from '../../../hosts/program.ts';
import { joined, sql, written } from '../../../hosts/traced.ts';
import type { Value } from '../../../hosts/typescript/value.ts';
import { entryOf, isNothing, textOf, truth } from '../../../hosts/typescript/value.ts';
import type { Span } from '../../../source/text.ts';
import { pieceOf } from '../sql-text.ts';
import type { ColumnSql, TypeContext } from './columns.ts';
import { checksOf, columnName, columnSql, commentOf, defaultArguments, defaultOf, isNotNull, typeName } from './columns.ts';
import { columnized, commandName, qualified, wrapped, wrappedText } from './names.ts';
import { whereOf } from './query.ts';
import { bound, rawOf } from './raw.ts';
import type { Column, Command, Table } from './table.ts';
import { columnSpan } from './table.ts';

export type Mode = 'create' | 'createIfNot' | 'createLike' | 'alter';

export interface TableOptions {
  readonly mode: Mode;
  readonly name: Value | undefined;
  readonly like?: Value | undefined;
  readonly schema: Traced | undefined;
}

/** One statement of a table, and the call that says it where that is not the table's own. */
export interface TableStatement {
  readonly text: Traced;
  readonly span?: Span;
  /** It comes of a column that is altered: the library changes more than is named. */
  readonly altered?: Column;
  /** Queries that the function which describes the table sends itself: they wait until the connection has the statement. */
  readonly others?: readonly Emission[];
}

/** All statements, in the order in which the library sends them. */
export function tableSql(table: Table, options: TableOptions): readonly TableStatement[] {
  const { mode, schema } = options;
  const name = qualified(schema, options.name);
  const statements: TableStatement[] = [];
  const first: TableStatement[] = [];
  const hasPrimary = table.commands.some(({ method }) => method === 'primary');
  const context = (column: Column): TypeContext => ({ hasPrimary, schema, before: (text) => first.unshift({ text, span: columnSpan(column) }) });
  const isAltered = (column: Column): boolean => column.calls.some((call) => call.name === 'alter');
  const added = table.columns.filter((column) => !isAltered(column)).map((column) => ({ column, own: columnSql(column, context(column)) }));
  const altered = table.columns.filter(isAltered).map((column) => ({ column, own: columnSql(column, context(column)) }));
  const definitions = added.map(({ column, own }) => (mode === 'alter' ? written(`add column ${own.definition.text}`, columnSpan(column)) : written(own.definition.text, columnSpan(column))));
  if (mode === 'alter') {
    if (definitions.length > 0) statements.push({ text: sql`alter table ${name} ${joined(definitions, ', ')}` });
    for (const { column, own } of altered) statements.push(...alterColumn(column, own, name));
  } else statements.push({ text: createTable(table, options, name, definitions) });
  if (table.comment !== undefined && mode !== 'alter') statements.push(commentOn(table, name));
  for (const { column, own } of [...added, ...altered]) statements.push(...afterColumn(column, own, name, options));
  for (const command of table.commands) statements.push(...commandSql(command, name, options));
  if (table.comment !== undefined && mode === 'alter') statements.push(commentOn(table, name));
  return [...first, ...statements];
}

const commentOn = ({ comment }: Table, name: Traced): TableStatement => ({ text: sql`comment on table ${name} is '${pieceOf(comment?.value)}'`, ...(comment === undefined ? {} : { span: comment.site.call }) });

function createTable(table: Table, { mode, like, schema, name }: TableOptions, quoted: Traced, definitions: readonly Traced[]): Traced {
  const start = sql`${mode === 'createIfNot' ? 'create table if not exists ' : 'create table '}${quoted}`;
  if (mode === 'createLike') return sql`${start} (like ${qualified(schema, like)} including all${definitions.length === 0 ? '' : ', '}${joined(definitions, ', ')})`;
  const primary = table.commands.find(({ method }) => method === 'primary');
  const checks = table.checks.map(({ args: [predicate, bindings, constraint], site }) => written(`${isNothing(constraint) ? '' : `constraint ${pieceOf(constraint).text} `}check (${bound(predicate, bindings).text})`, site.call));
  const parts = [...definitions, ...(primary === undefined ? [] : [written(primaryKey(primary, name).text, primary.site.call)]), ...checks];
  return sql`${start} (${joined(parts, ', ')})${table.inherits === undefined ? '' : sql` inherits (${wrapped(table.inherits)})`}`;
}

function primaryKey({ args: [columns, named] }: Command, table: Value | undefined): Traced {
  const { name, deferrable } = constraintOptions(named, 'constraintName');
  return sql`constraint ${name ?? wrappedText(written(`${pieceOf(table).text}_pkey`))} primary key (${columnized(columns)})${deferrable}`;
}

function constraintOptions(value: Value | undefined, key: string): { readonly name: Traced | undefined; readonly deferrable: Traced } {
  const name = value?.kind === 'record' ? entryOf(value, key) : value;
  const deferrable = entryOf(value, 'deferrable');
  return { name: isNothing(name) ? undefined : wrapped(name), deferrable: isNothing(deferrable) ? written('') : sql` deferrable initially ${pieceOf(deferrable)}` };
}

function alterColumn(column: Column, { name, type }: ColumnSql, table: Traced): readonly TableStatement[] {
  const [options] = column.calls.findLast((call) => call.name === 'alter')?.args ?? [];
  const wanted = (key: string): boolean => truth(entryOf(options, key) ?? { kind: 'boolean', value: true }) !== false;
  const statements: Traced[] = [sql`drop default`];
  if (wanted('alterNullable')) statements.push(sql`drop not null`);
  if (wanted('alterType')) statements.push(sql`type ${type} using (${name}${typeName(column.method) === 'enu' ? '::text::' : '::'}${type})`);
  const value = defaultArguments(column);
  if (value !== undefined) statements.push(sql`set ${defaultOf(value[0], typeName(column.method))}`);
  if (wanted('alterNullable') && isNotNull(column) === true) statements.push(sql`set not null`);
  const span = columnSpan(column);
  return statements.map((clause, index) => ({ text: sql`alter table ${table} alter column ${name} ${clause}`, span, ...(index === 0 ? { altered: column } : {}) }));
}

function afterColumn(column: Column, { name }: ColumnSql, table: Traced, { name: tableName }: TableOptions): readonly TableStatement[] {
  const statements: TableStatement[] = [];
  const comment = commentOf(column);
  if (comment !== undefined) {
    const [value] = comment;
    const escaped = textOf(value)?.replace(/(?<!')'(?!')/g, "''");
    statements.push({ text: sql`comment on column ${table}.${name} is ${value === undefined || truth(value) === false ? 'NULL' : `'${escaped ?? pieceOf(value).text}'`}`, span: columnSpan(column) });
  }
  if (column.calls.some((call) => call.name === 'alter') && !typeName(column.method).includes('increments')) {
    // Those without a name are counted.
    let unnamed = 0;
    for (const { predicate, name: constraint } of checksOf(column)) {
      const own = constraint ?? written(`${pieceOf(tableName).text}_${pieceOf(columnName(column)).text}_${String(++unnamed)}`);
      statements.push({ text: sql`alter table ${table} add constraint ${own} check(${predicate})`, span: columnSpan(column) });
    }
  }
  return statements;
}

function commandSql(command: Command, table: Traced, options: TableOptions): readonly TableStatement[] {
  const { method, args, site, foreign } = command;
  const [first, second, third] = args;
  const name = pieceOf(options.name);
  const one = (text: Traced): readonly TableStatement[] => [{ text, span: foreign?.span ?? site.call }];
  const named = (type: string, value: Value | undefined, columns: Value | undefined): Traced => (isNothing(value) || (value?.kind === 'text' && value.text === '') ? commandName(type, name, columns) : wrapped(value));
  const dropConstraint = (own: Traced): readonly TableStatement[] => one(sql`alter table ${table} drop constraint ${method.endsWith('IfExists') ? 'if exists ' : ''}${own}`);
  const pkey = (value: Value | undefined): Traced => (isNothing(value) ? wrappedText(written(`${name.text}_pkey`)) : wrapped(value));
  switch (method) {
    case 'primary':
      return options.mode === 'create' || options.mode === 'createIfNot' ? [] : one(sql`alter table ${table} add ${primaryKey(command, options.name)}`);
    case 'index': {
      const using = third?.kind === 'record' ? entryOf(third, 'storageEngineIndexType') : third;
      const unique = textOf(entryOf(third, 'indexType'))?.toLowerCase() === 'unique';
      return one(sql`create${unique ? ' unique' : ''} index ${named('index', second, first)} on ${table}${isNothing(using) ? '' : sql` using ${pieceOf(using)}`} (${columnized(first)})${predicateOf(entryOf(third, 'predicate'))}`);
    }
    case 'unique': {
      const { name: own, deferrable } = constraintOptions(second, 'indexName');
      const predicate = entryOf(second, 'predicate');
      const asked = entryOf(second, 'useConstraint');
      const useConstraint = isNothing(asked) ? deferrable.text !== '' || isNothing(predicate) : truth(asked ?? { kind: 'undefined' }) === true;
      const index = own ?? commandName('unique', name, first);
      return one(useConstraint ? sql`alter table ${table} add constraint ${index} unique (${columnized(first)})${deferrable}` : sql`create unique index ${index} on ${table} (${columnized(first)})${predicateOf(predicate)}`);
    }
    case 'foreign': {
      if (foreign?.references === undefined || foreign.table === undefined) return [];
      const action = (word: string, value: Value | undefined): Traced => (isNothing(value) ? written('') : sql` on ${word} ${pieceOf(value)}`);
      const later = isNothing(foreign.deferrable) ? '' : ` deferrable initially ${pieceOf(foreign.deferrable).text.toLowerCase()} `;
      return one(
        sql`alter table ${table} add constraint ${named('foreign', foreign.name, foreign.columns)} foreign key (${columnized(foreign.columns)}) references ${wrapped(foreign.table)} (${columnized(foreign.references)})${action('update', foreign.onUpdate)}${action('delete', foreign.onDelete)}${later}`,
      );
    }
    case 'dropPrimary':
    case 'dropPrimaryIfExists':
      return dropConstraint(pkey(first));
    case 'dropIndex': {
      const index = named('index', second, first);
      return one(sql`drop index ${options.schema === undefined ? index : sql`${wrappedText(options.schema)}.${index}`}`);
    }
    case 'dropUnique':
    case 'dropUniqueIfExists':
      return dropConstraint(named('unique', second, first));
    case 'dropForeign':
    case 'dropForeignIfExists':
      return dropConstraint(named('foreign', second, first));
    case 'dropColumn': {
      const columns = first?.kind === 'list' ? first.items : args;
      return one(sql`alter table ${table} ${joined(columns.map((column) => sql`drop column ${wrapped(column)}`), ', ')}`);
    }
    case 'renameColumn':
      return one(sql`alter table ${table} rename ${wrapped(first)} to ${wrapped(second)}`);
    case 'setNullable':
      return one(sql`alter table ${table} alter column ${wrapped(first)} drop not null`);
    case 'dropNullable':
      return one(sql`alter table ${table} alter column ${wrapped(first)} set not null`);
    case 'check':
      return one(sql`alter table ${table} add constraint ${isNothing(third) ? written(`${table.text}_1`) : pieceOf(third)} check(${rawOf(first) ?? pieceOf(first)})`);
    default: {
      const names = first?.kind === 'list' ? first.items : args.slice(0, 1);
      return one(sql`alter table ${table} ${joined(names.map((own) => sql`drop constraint ${pieceOf(own)}`), ', ')}`);
    }
  }
}

const predicateOf = (predicate: Value | undefined): Traced => (isNothing(predicate) ? written('') : sql` ${whereOf(predicate) ?? written('where ${predicate}')}`);
