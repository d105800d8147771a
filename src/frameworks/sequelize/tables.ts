import type { Traced } from '../../hosts/program.ts';
import { joined } from '../../hosts/traced.ts';
import type { Value } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import type { Attribute } from './attributes.ts';
import { attribute, columnName, commentOn, createEnum, definition, replaceEnum } from './attributes.ts';
import type { Generate, Query } from '../shared/host-queries.ts';
import { from, ignored, placeOf } from '../shared/host-queries.ts';
import type { TableName } from './quoting.ts';
import { enumName, enumNameInFull, quoteName, quoteTable, quoteTableInFull, quoteText, tableIn } from './quoting.ts';
import { flag, isRecord, listIn, optionalText, recordIn, requiredRecord, textIn } from '../shared/host-values.ts';

const createTable: Generate = ([table, attributes, optionsValue], site) => {
  const options = recordIn(optionsValue, 'the options');
  const named = tableIn(table);
  const schema = named.schema ?? optionalText(options, 'schema');
  const whole: TableName = { ...named, ...(schema === undefined ? {} : { schema }) };
  const columns = requiredRecord(attributes, `the columns of ${named.table}`);
  const around = { table: whole, method: 'createTable' as const, site, withoutForeignKeys: flag(options, 'withoutForeignKeyConstraints') };
  const read = [...columns.entries].map(([name, value]) => attribute(name, value, around));
  const enums = read.flatMap(({ name, enumeration }): readonly Query[] => (enumeration === undefined ? [] : [{ sql: createEnum(whole, name, enumeration) }]));
  const keys = read.filter(({ sql }) => sql.includes('PRIMARY KEY')).map(({ name }) => quoteName(name));
  const parts: (Traced | string)[] = [
    ...read.map((one) => from(`${quoteName(one.name)} ${definition(one.sql, whole, one.name)}${one.comment === undefined ? '' : ' '}`, one.value)),
    ...uniqueKeys(options?.entries.get('uniqueKeys')).map((names) => `UNIQUE (${names.map(quoteName).join(', ')})`),
    ...(keys.length > 0 ? [`PRIMARY KEY (${keys.join(',')})`] : []),
  ];
  const comment = optionalText(options, 'comment');
  const comments = [
    ...(comment === undefined ? [] : [`; COMMENT ON TABLE ${quoteTable(whole)} IS ${quoteText(comment)}`]),
    ...read.flatMap((one) => (one.comment === undefined ? [] : [`; ${commentOn(whole, one.name, one.comment)}`])),
  ];
  const traps = [...read.flatMap((one) => one.traps), ...ignored(options, { indexes: `createTable makes no indexes for ${named.table}` }, site)];
  return [...enums, { sql: joined([`CREATE TABLE IF NOT EXISTS ${quoteTable(whole)} (`, joined(parts, ', '), `)${comments.join('')};`]), traps }];
};

function uniqueKeys(value: Value | undefined): readonly (readonly string[])[] {
  const keys = recordIn(value, 'the unique keys');
  return [...(keys?.entries.values() ?? [])].flatMap((key) => {
    if (!isRecord(key) || (key.entries.has('customIndex') && !flag(key, 'customIndex'))) return [];
    return [listIn(key.entries.get('fields'), 'the fields of a unique key').items.map(columnName)];
  });
}

const dropTable: Generate = ([table, optionsValue], site) => {
  const options = recordIn(optionsValue, 'the options');
  const cascade = flag(options, 'cascade') || flag(options, 'force');
  const traps = ignored(options, { schema: 'dropTable does not look at `schema` among its options: give `{ tableName, schema }` for the table' }, site);
  return [{ sql: joined(['DROP TABLE IF EXISTS ', from(quoteTable(tableIn(table)), table), `${cascade ? ' CASCADE' : ''};`]), traps }];
};

const renameTable: Generate = ([before, after]) => [{ sql: joined(['ALTER TABLE ', from(quoteTable(tableIn(before)), before), ' RENAME TO ', from(quoteTable(tableIn(after)), after), ';']) }];

const addColumn: Generate = ([table, key, value], site) => {
  if (value === undefined) return refuse('addColumn without a column, so Sequelize stops', 'unsupported');
  const named = tableIn(table);
  const name = columnName(key);
  const one = attribute(name, value, { table: named, method: 'addColumn', site });
  const sql = joined([
    ...(one.enumeration === undefined ? [] : [createEnum(named, name, one.enumeration)]),
    `ALTER TABLE ${quoteTableInFull(named)} ADD COLUMN `,
    from(quoteName(name), key),
    ' ',
    from(definition(one.sql, named, name), value),
    ...(one.comment === undefined ? [] : [`; ${commentOn(named, name, one.comment)}`]),
    ';',
  ]);
  return [{ sql, traps: one.traps }];
};

const removeColumn: Generate = ([table, key]) => [{ sql: joined([`ALTER TABLE ${quoteTableInFull(tableIn(table))} DROP COLUMN `, from(quoteName(columnName(key)), key), ';']) }];

const renameColumn: Generate = ([table, before, after]) => [
  { sql: joined([`ALTER TABLE ${quoteTable(tableIn(table))} RENAME COLUMN `, from(quoteName(columnName(before)), before), ' TO ', from(quoteName(columnName(after)), after), ';']) },
];

/** The whole column is told anew: what the call leaves out goes, NOT NULL and the default with it. */
const changeColumn: Generate = ([table, key, value], site) => {
  const named = tableIn(table);
  const given = columnName(key);
  const one = attribute(given, value ?? refuse('changeColumn without a column, so Sequelize stops', 'unsupported'), { table: named, method: 'changeColumn', site });
  const changes = changesOf(one, named);
  const lost = ['allowNull', 'defaultValue'].filter((option) => !one.options.entries.has(option)).filter(() => !one.sql.includes('REFERENCES'));
  const told = lost.map((option) => (option === 'allowNull' ? 'NOT NULL' : 'the default')).join(' and ');
  const traps = lost.length === 0 ? one.traps : [...one.traps, { trap: 'more-than-named' as const, place: placeOf(value) ?? site.call, detail: `changeColumn drops ${told} of ${named.table}.${one.name}, which the call does not restate`, unsaid: lost.map((option) => (option === 'allowNull' ? 'notNull' as const : 'default' as const)) }];
  return [{ sql: joined(changes.map((change) => from(change, value))), traps }];
};

/** In the order in which Sequelize writes them, all as one string. */
function changesOf({ name, sql, enumeration, comment }: Attribute, table: TableName): readonly string[] {
  const alter = (change: string): string => `ALTER TABLE ${quoteTable(table)} ALTER COLUMN ${change};`;
  const add = (what: string): string => `ALTER TABLE ${quoteTable(table)}  ${what};`;
  const column = quoteName(name);
  const changes: string[] = [];
  const told = comment === undefined ? sql : `${sql}; ${commentOn(table, name, comment)}`;
  let rest = definition(told, table, name);
  const refers = rest.includes('REFERENCES');
  if (rest.includes('NOT NULL')) {
    changes.push(alter(`${column} SET NOT NULL`));
    rest = rest.replace('NOT NULL', '').trim();
  } else if (!refers) changes.push(alter(`${column} DROP NOT NULL`));
  if (rest.includes('DEFAULT')) {
    const [before, value, after] = defaultIn(rest);
    changes.push(alter(`${column} SET DEFAULT ${value}`));
    rest = (before + after).trim();
  } else if (!refers) changes.push(alter(`${column} DROP DEFAULT`));
  if (told.startsWith('ENUM(') && enumeration !== undefined) {
    changes.push(createEnum(table, name, enumeration));
    rest = `${replaceEnum(rest, enumName(table, name))} USING (${column}::${enumNameInFull(table, name)})`;
  }
  if (/UNIQUE;?$/.test(rest)) {
    rest = rest.replace(/UNIQUE;?$/, '');
    changes.push(add(`ADD UNIQUE (${column})`));
  }
  const reference = rest.indexOf('REFERENCES', 1);
  changes.push(reference < 0 ? alter(`${column} TYPE ${rest}`) : add(`ADD FOREIGN KEY (${column}) ${rest.slice(reference)}`));
  return changes;
}

/** What stands after DEFAULT, up to a semicolon, is the default to Sequelize. */
function defaultIn(definitionSql: string): readonly [string, string, string] {
  const at = definitionSql.indexOf('DEFAULT ');
  if (at < 0) return [definitionSql, '', ''];
  const semicolon = definitionSql.indexOf(';', at);
  const end = semicolon < 0 ? definitionSql.length : semicolon;
  return [definitionSql.slice(0, at), definitionSql.slice(at + 'DEFAULT '.length, end), definitionSql.slice(end)];
}

const createSchema: Generate = ([schema]) => [{ sql: joined(['CREATE SCHEMA IF NOT EXISTS ', from(quoteName(textIn(schema, 'the name of the schema')), schema), ';']) }];
const dropSchema: Generate = ([schema]) => [{ sql: joined(['DROP SCHEMA IF EXISTS ', from(quoteName(textIn(schema, 'the name of the schema')), schema), ' CASCADE;']) }];

const createDatabase: Generate = ([database, optionsValue]) => {
  const options = recordIn(optionsValue, 'the options');
  const settings = [['encoding', 'ENCODING'], ['collate', 'LC_COLLATE'], ['ctype', 'LC_CTYPE'], ['template', 'TEMPLATE']] as const;
  const told = settings.map(([name, word]) => [word, optionalText(options, name)] as const).filter(([, value]) => value !== undefined);
  return [{ sql: `CREATE DATABASE ${quoteTable(tableIn(database, 'the name of the database'))}${told.map(([word, value]) => ` ${word} = ${quoteText(value ?? '')}`).join('')};` }];
};
const dropDatabase: Generate = ([database]) => [{ sql: `DROP DATABASE IF EXISTS ${quoteTable(tableIn(database, 'the name of the database'))};` }];

const dropEnum: Generate = ([name]) => [{ sql: joined(['DROP TYPE IF EXISTS ', from(quoteName(textIn(name, 'the name of the type')), name), '; ']) }];

export const tableMethods: Readonly<Record<string, Generate>> = {
  createTable,
  dropTable,
  renameTable,
  addColumn,
  removeColumn,
  renameColumn,
  changeColumn,
  createSchema,
  dropSchema,
  createDatabase,
  dropDatabase,
  dropEnum,
};
