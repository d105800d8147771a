import type { Traced } from '../../hosts/program.ts';
import { joined } from '../../hosts/traced.ts';
import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import { record, text } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import { flag, optionalText, textIn } from '../shared/host-values.ts';
import type { Generate, Query } from '../shared/host-queries.ts';
import { from } from '../shared/host-queries.ts';
import { columnSql, commentText, createEnum, enumName, isEnum } from './columns.ts';
import type { Column, Part, TablePath } from './model.ts';
import { columnIn, columnNames, entries, escapePath, hashed, isTrue, partIn, pathIn, required, splitPath } from './model.ts';
import { primaryKeyName, uniqueName } from './naming.ts';

export const quoted = (names: readonly string[], separator = ', '): string => names.map((name) => `"${name}"`).join(separator);

const deferrable = (options: RecordValue): string => {
  const value = optionalText(options, 'deferrable');
  return value === undefined ? '' : ` DEFERRABLE ${value}`;
};

export const uniqueSql = ({ name, options }: Part): string => `CONSTRAINT "${name}" UNIQUE (${quoted(columnNames(options))})${deferrable(options)}`;
export const checkSql = ({ name, options }: Part): string => `CONSTRAINT "${name}" CHECK (${textIn(options.entries.get('expression'), 'the expression of the check')})`;
export const exclusionSql = ({ name, options }: Part): string => `CONSTRAINT "${name}" EXCLUDE ${textIn(options.entries.get('expression'), 'the expression of the exclusion')}${deferrable(options)}`;

export function foreignKeySql({ name, options }: Part, within: string | undefined, separator = ', ', gap = ' '): string {
  const own = splitPath(textIn(options.entries.get('referencedTableName'), 'the referenced table'));
  const schema = optionalText(options, 'referencedSchema') ?? within ?? own.schema;
  const target = escapePath({ ...(schema === undefined ? {} : { schema }), table: own.table });
  const deletion = optionalText(options, 'onDelete');
  const update = optionalText(options, 'onUpdate');
  return `CONSTRAINT "${name}" FOREIGN KEY (${quoted(columnNames(options))}) REFERENCES ${target}${gap}(${quoted(columnNames(options, 'referencedColumnNames'), separator)})${deletion === undefined ? '' : ` ON DELETE ${deletion}`}${
    update === undefined ? '' : ` ON UPDATE ${update}`
  }${deferrable(options)}`;
}

export function indexSql(path: TablePath, { name, options, value }: Part): Traced {
  const type = flag(options, 'isSpatial') ? 'gist' : optionalText(options, 'type');
  const where = optionalText(options, 'where');
  return from(
    `CREATE ${flag(options, 'isUnique') ? 'UNIQUE ' : ''}INDEX${flag(options, 'isConcurrent') ? ' CONCURRENTLY' : ''} "${name}" ON ${escapePath(path)} ${type === undefined ? '' : `USING ${type}`} (${quoted(columnNames(options))}) ${where === undefined ? '' : `WHERE ${where}`}`,
    value,
  );
}

const named = (value: Value): Part => ({ name: '', options: record(), value });

const createTable: Generate = ([value, ifNotExists, foreignKeys, indices]) => {
  const table = required(value, 'Table');
  const path = pathIn(value);
  const columns = entries(table, 'columns').map(columnIn);
  const parts = (entry: string, kind: Parameters<typeof partIn>[1]): readonly Part[] => entries(table, entry).map((one) => partIn(one, kind, path));
  const uniques = [...parts('uniques', 'TableUnique')];
  for (const { name, options, value: place } of columns) {
    if (!flag(options, 'isUnique') || uniques.some((unique) => columnNames(unique.options).join('\0') === name)) continue;
    uniques.push({ ...named(place), name: uniqueName(hashed(path), [name]), options: record([['columnNames', { kind: 'list', items: [text(name)] }]]) });
  }
  const primary = columns.filter(({ options }) => flag(options, 'isPrimary'));
  const definitions: Traced[] = [
    ...columns.map((column) => columnSql(path, column)),
    ...uniques.map((unique) => from(uniqueSql(unique), unique.value)),
    ...parts('checks', 'TableCheck').map((check) => from(checkSql(check), check.value)),
    ...parts('exclusions', 'TableExclusion').map((exclusion) => from(exclusionSql(exclusion), exclusion.value)),
    ...(isTrue(foreignKeys, true) ? parts('foreignKeys', 'TableForeignKey').map((key) => from(foreignKeySql(key, optionalText(table, 'schema')), key.value)) : []),
    ...(primary.length === 0 ? [] : [from(`CONSTRAINT "${primaryKey(path, primary)}" PRIMARY KEY (${quoted(primary.map(({ name }) => name))})`, undefined)]),
  ];
  const comments = columns.flatMap(({ name, options }) => {
    const comment = optionalText(options, 'comment');
    return comment === undefined ? [] : [`; COMMENT ON COLUMN ${escapePath(path)}."${name}" IS ${commentText(comment)}`];
  });
  const comment = optionalText(table, 'comment');
  return [
    ...enumsOf(path, columns),
    ...columns.flatMap((column) => generatedMetadata(path, column)),
    // It asks first whether the table is there, and sends nothing then.
    { sql: joined([`CREATE TABLE ${isTrue(ifNotExists) ? 'IF NOT EXISTS ' : ''}${escapePath(path)} (`, joined(definitions, ', '), `)${comments.join('')}`]) },
    ...(isTrue(indices, true) ? parts('indices', 'TableIndex').map((index) => ({ sql: indexSql(path, index) })) : []),
    ...(comment === undefined ? [] : [{ sql: `COMMENT ON TABLE ${escapePath(path)} IS ${commentText(comment)}` }]),
  ];
};

export const primaryKey = (path: TablePath, primary: readonly Column[]): string =>
  (primary[0] === undefined ? undefined : optionalText(primary[0].options, 'primaryKeyConstraintName')) ?? primaryKeyName(hashed(path), primary.map(({ name }) => name));

function enumsOf(path: TablePath, columns: readonly Column[]): readonly Query[] {
  const made = new Map<string, Query>();
  for (const column of columns) {
    if (isEnum(column) && !made.has(enumName(path, column))) made.set(enumName(path, column), { sql: createEnum(path, column) });
  }
  return [...made.values()];
}

/** TypeORM writes down the expressions of generated columns in a table of its own. */
export function generatedMetadata(path: TablePath, { options }: Column): readonly Query[] {
  if (optionalText(options, 'generatedType') !== 'STORED' || optionalText(options, 'asExpression') === undefined) return [];
  return [{ sql: `INSERT INTO "typeorm_metadata"("database", "schema", "table", "type", "name", "value") VALUES ($1, $2, $3, $4, $5, $6)` }];
}

/** With `ifExists` it asks first whether the table is there. Indexes and keys that it drops one by one before go with the table. */
const dropTable: Generate = ([target, ifExists]) => [{ sql: joined([`DROP TABLE ${isTrue(ifExists) ? 'IF EXISTS ' : ''}`, from(escapePath(pathIn(target)), target)]) }];

/** Keys, indexes, sequences and enums with generated names follow; which there are only the database knows. */
const renameTable: Generate = ([before, after]) => [{ sql: joined([`ALTER TABLE `, from(escapePath(pathIn(before)), before), ` RENAME TO `, from(`"${textIn(after, 'the new name')}"`, after)]) }];

const changeTableComment: Generate = ([table, comment]) => [{ sql: `COMMENT ON TABLE ${escapePath(pathIn(table))} IS ${commentText(comment?.kind === 'text' ? comment.text : undefined)}` }];

const clearTable: Generate = ([table, optionsValue]) => {
  const cascade = optionsValue?.kind === 'record' && flag(optionsValue, 'cascade');
  return [{ sql: joined([`TRUNCATE TABLE `, from(escapePath(pathIn(table)), table), cascade ? ' CASCADE' : '']) }];
};

const createView: Generate = ([value, sync]) => {
  const view = required(value, 'View');
  const expression = view.entries.get('expression');
  if (expression?.kind !== 'text') return refuse('the query of the view is made by a function');
  const metadata: readonly Query[] = isTrue(sync) ? [{ sql: `INSERT INTO "typeorm_metadata"("database", "schema", "table", "type", "name", "value") VALUES (DEFAULT, $1, DEFAULT, $2, $3, $4)` }] : [];
  return [{ sql: joined([`CREATE ${flag(view, 'materialized') ? 'MATERIALIZED ' : ''}VIEW ${escapePath(pathIn(value))} AS `, expression]) }, ...metadata];
};

const dropView: Generate = ([target, ifExists]) => [
  { sql: `DELETE FROM "typeorm_metadata" WHERE "type" = $1 AND "name" = $2 AND "schema" = $3` },
  { sql: joined([`DROP VIEW ${isTrue(ifExists) ? 'IF EXISTS ' : ''}`, from(escapePath(pathIn(target)), target)]) },
];

const schemaIn = (value: Value | undefined): string => {
  const name = textIn(value, 'the name of the schema');
  return name.includes('.') ? (name.split('.')[1] ?? '') : name;
};

const createSchema: Generate = ([name, ifNotExists]) => [{ sql: joined([`CREATE SCHEMA ${isTrue(ifNotExists) ? 'IF NOT EXISTS ' : ''}`, from(`"${schemaIn(name)}"`, name)]) }];
const dropSchema: Generate = ([name, ifExists, cascade]) => [{ sql: joined([`DROP SCHEMA ${isTrue(ifExists) ? 'IF EXISTS ' : ''}`, from(`"${schemaIn(name)}"`, name), isTrue(cascade) ? ' CASCADE' : '']) }];
const createDatabase: Generate = ([name]) => [{ sql: joined([`CREATE DATABASE `, from(`"${textIn(name, 'the name of the database')}"`, name)]) }];
const dropDatabase: Generate = ([name, ifExists]) => [{ sql: joined([`DROP DATABASE ${isTrue(ifExists) ? 'IF EXISTS ' : ''}`, from(`"${textIn(name, 'the name of the database')}"`, name)]) }];

export const tableMethods: Readonly<Record<string, Generate>> = { createTable, dropTable, renameTable, changeTableComment, clearTable, createView, dropView, createSchema, dropSchema, createDatabase, dropDatabase };
