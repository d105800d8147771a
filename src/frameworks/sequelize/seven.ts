import type { Traced } from '../../hosts/program.ts';
import { cut, joined } from '../../hosts/traced.ts';
import type { ChainValue, RecordValue, Value } from '../../hosts/typescript/value.ts';
import { text } from '../../hosts/typescript/value.ts';
import type { Generate, Query } from '../shared/host-queries.ts';
import { from } from '../shared/host-queries.ts';
import { flag, listIn, optionalText, recordIn, textIn } from '../shared/host-values.ts';
import { refuse } from '../shared/refusal.ts';
import { dataMethods } from './data.ts';
import { indexMethods, indexName } from './indexes.ts';
import { quoteDotted, quoteName, quoteNames, quoteTable, tableIn } from './quoting.ts';
import { tableMethods } from './tables.ts';

const ifExists = (options: RecordValue | undefined): string => (flag(options, 'ifExists') ? 'IF EXISTS ' : '');
const cascade = (options: RecordValue | undefined): string => (flag(options, 'cascade') ? ' CASCADE' : '');
const options = (value: Value | undefined): RecordValue | undefined => recordIn(value, 'the options');

const removeColumn: Generate = ([table, key, given]) => [{ sql: joined([`ALTER TABLE ${quoteTable(tableIn(table))} DROP COLUMN ${ifExists(options(given))}`, from(quoteName(textIn(key, 'the name of the column')), key), `${cascade(options(given))};`]) }];

const removeConstraint: Generate = ([table, name, given]) => [{ sql: joined(['ALTER TABLE ', from(quoteDotted(table), table), ` DROP CONSTRAINT ${ifExists(options(given))}`, from(quoteNames(textIn(name, 'the name of the constraint')), name), cascade(options(given))]) }];

const removeIndex: Generate = ([table, nameOrFields, given]) => {
  const told = options(given);
  if (flag(told, 'concurrently') && flag(told, 'cascade')) return refuse('an index is dropped concurrently or with what needs it, or Sequelize stops', 'unsupported');
  const name = nameOrFields?.kind === 'text' || nameOrFields?.kind === 'unknown' ? textIn(nameOrFields, 'the name of the index') : indexName(table, listIn(nameOrFields, 'the columns of the index').items);
  const { schema } = tableIn(table);
  return [{ sql: joined([`DROP INDEX ${flag(told, 'concurrently') ? 'CONCURRENTLY ' : ''}${ifExists(told)}${quoteName(schema ?? 'public')}.`, from(quoteNames(name), nameOrFields), cascade(told)]) }];
};

const renameTable: Generate = ([before, after, given]) => {
  const told = options(given);
  const [was, is] = [tableIn(before), tableIn(after)];
  if (flag(told, 'changeSchema') && was.schema !== is.schema) {
    if (was.table !== is.table) return refuse('a table is renamed or moved to another schema, or Sequelize stops', 'unsupported');
    return [{ sql: `ALTER TABLE ${quoteTable(was)} SET SCHEMA ${quoteName(is.schema ?? 'public')};` }];
  }
  return [{ sql: joined(['ALTER TABLE ', from(quoteTable(was), before), ' RENAME TO ', from(quoteTable(is), after), ';']) }];
};

const truncate: Generate = ([table, given]) => [{ sql: `TRUNCATE ${quoteTable(tableIn(table))}${flag(options(given), 'restartIdentity') ? ' RESTART IDENTITY' : ''}${cascade(options(given))}` }];

/** `bulkDelete(table, { where })` */
const bulkDelete: Generate = ([table, given], site) => {
  const where = options(given)?.entries.get('where');
  const rest = (dataMethods['bulkDelete'] as Generate)([...(table === undefined ? [] : [table]), ...(where === undefined ? [] : [where])], site);
  return rest;
};

const createSchema: Generate = ([schema, given]) => {
  const owner = optionalText(options(given), 'authorization');
  return [{ sql: joined([`CREATE SCHEMA ${flag(options(given), 'ifNotExists') ? 'IF NOT EXISTS ' : ''}`, from(quoteName(textIn(schema, 'the name of the schema')), schema), `${owner === undefined ? '' : ` AUTHORIZATION ${quoteName(owner)}`};`]) }];
};
const dropSchema: Generate = ([schema, given]) => [{ sql: joined([`DROP SCHEMA ${ifExists(options(given))}`, from(quoteName(textIn(schema, 'the name of the schema')), schema), `${cascade(options(given))};`]) }];

/** Attributes with what version 7 calls otherwise in the words of version 6. */
function asSix(value: Value | undefined): Value | undefined {
  if (value?.kind === 'chain') return valueAsSix(value);
  if (value?.kind !== 'record') return value;
  const entries = new Map([...value.entries].map(([name, own]) => [name, name === 'references' && own.kind === 'record' && own.entries.has('table') ? { ...own, entries: new Map([...own.entries, ['model', own.entries.get('table') ?? own]]) } : (asSix(own) ?? own)] as const));
  return { ...value, entries };
}

/** `sql.uuidV4` is a function of the server; some types have other words. */
function valueAsSix(value: ChainValue): ChainValue {
  const word = value.root === 'sequelize' ? value.steps.findIndex((step) => step.step === 'member' && Object.hasOwn(WORDS, step.name)) : -1;
  if (word >= 0) return { ...value, steps: value.steps.map((step, index) => (index === word && step.step === 'member' ? { ...step, name: WORDS[step.name] ?? step.name } : step)) };
  const last = value.steps.at(-1);
  const call = last?.step === 'member' && value.root === 'sequelize' ? FUNCTIONS[last.name] : undefined;
  return call === undefined ? value : { ...value, steps: [{ step: 'member', name: 'literal', span: value.span }, { step: 'call', args: [text(call)], span: value.span }] };
}

const WORDS: Readonly<Record<string, string>> = { TINYINT: 'SMALLINT', FLOAT: 'REAL' };
const FUNCTIONS: Readonly<Record<string, string>> = { uuidV4: 'gen_random_uuid()', uuidV1: 'uuid_generate_v1()' };

const six = (name: string): Generate => ([table, key, attribute, ...rest], site) => {
  const generate = tableMethods[name] as Generate;
  const args = name === 'createTable' ? [table, asSix(key), attribute, ...rest] : [table, key, asSix(attribute), ...rest];
  return generate(args.filter((arg) => arg !== undefined), site);
};

const addColumn: Generate = (args, site) => {
  const [table, , , given] = args;
  return six('addColumn')(args, site).map((query) => {
    const own = tracedIn(query.sql);
    const at = own.text.indexOf('ALTER TABLE ');
    const after = own.text.indexOf(' ADD COLUMN ', at) + ' ADD COLUMN '.length;
    return { ...query, sql: joined([cut(own, 0, at), `ALTER TABLE ${quoteTable(tableIn(table))} ADD COLUMN ${flag(options(given), 'ifNotExists') ? 'IF NOT EXISTS ' : ''}`, cut(own, after)]) };
  });
};

/** Columns that an index only carries are looked at. */
const addIndex: Generate = (args, site) => {
  const told = options(args[1]?.kind === 'record' ? args[1] : args[2]);
  const include = told?.entries.get('include');
  const made = (indexMethods['addIndex'] as Generate)(args, site);
  if (include === undefined) return made;
  const columns = listIn(include, 'the columns that the index carries').items.map((item) => quoteName(textIn(item, 'a column')));
  return made.map(({ sql }) => {
    const own = tracedIn(sql);
    const at = told?.entries.has('where') === true ? own.text.lastIndexOf(' WHERE ') : own.text.length;
    return { sql: joined([cut(own, 0, at), ` INCLUDE (${columns.join(', ')})`, cut(own, at)]) };
  });
};

const tracedIn = (sql: Query['sql']): Traced => (typeof sql === 'string' ? { text: sql, runs: [] } : sql);

/** What version 7 (`@sequelize/core`) sends in another way. */
export const sevenMethods: Readonly<Record<string, Generate>> = { createTable: six('createTable'), addColumn, addIndex, changeColumn: six('changeColumn'), removeColumn, removeConstraint, removeIndex, renameTable, truncate, bulkDelete, createSchema, dropSchema };
