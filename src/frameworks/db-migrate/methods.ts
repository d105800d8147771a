import type { Method, Site } from '../../hosts/typescript/host.ts';
import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import { entryOf, record, textOf, TRUE, truth } from '../../hosts/typescript/value.ts';
import { answer, asking, send } from '../shared/host-sending.ts';
import { flag, listIn, optionalText, placeholder, plainOf, recordIn, requiredRecord, textIn } from '../shared/host-values.ts';
import { refuse } from '../shared/refusal.ts';

/** `dbm.dataType`, with what each is called in a column's `type`. */
export const TYPES: Readonly<Record<string, string>> = {
  CHAR: 'char', STRING: 'string', TEXT: 'text', SMALLINT: 'smallint', BIGINT: 'bigint', INTEGER: 'int', SMALL_INTEGER: 'smallint', BIG_INTEGER: 'bigint', REAL: 'real',
  DATE: 'date', DATE_TIME: 'datetime', TIME: 'time', BLOB: 'blob', TIMESTAMP: 'timestamp', BINARY: 'binary', BOOLEAN: 'boolean', DECIMAL: 'decimal',
};

/** Where PostgreSQL's word is another than the type's own. */
const WORDS: Readonly<Record<string, string>> = { string: 'VARCHAR', int: 'INTEGER', datetime: 'TIMESTAMP', blob: 'BYTEA' };

const typeWord = (type: string): string => WORDS[type] ?? type.toUpperCase();
const quoted = (name: string): string => `"${name}"`;
const list = (names: readonly string[]): string => names.map(quoted).join(', ');
const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

/** The methods of the driver for PostgreSQL; each sends what its SQL says, one statement after the other. */
export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['runSql', raw],
  ['all', raw],
  ['createTable', ([name, options], site) => sendAll(createTable(textIn(name, 'the name of the table'), requiredRecord(options, 'the columns')), site)],
  ['dropTable', ([name, options], site) => sendAll([words('DROP TABLE', flag(recordIn(options, 'the options'), 'ifExists') ? 'IF EXISTS' : '', table(name))], site)],
  ['renameTable', ([from, to], site) => sendAll([`ALTER TABLE ${table(from)} RENAME TO ${table(to)}`], site)],
  ['addColumn', ([on, name, spec], site) => sendAll(addColumn(textIn(on, 'the name of the table'), textIn(name, 'the name of the column'), specOf(spec)), site)],
  ['removeColumn', ([on, name], site) => sendAll([`ALTER TABLE ${table(on)} DROP COLUMN ${column(name)}`], site)],
  ['renameColumn', ([on, from, to], site) => sendAll([`ALTER TABLE ${table(on)} RENAME COLUMN ${column(from)} TO ${column(to)}`], site)],
  ['changeColumn', ([on, name, spec], site) => sendAll(changeColumn(textIn(on, 'the name of the table'), textIn(name, 'the name of the column'), specOf(spec)), site)],
  ['addIndex', ([on, name, columns, unique], site) => sendAll([words('CREATE', unique !== undefined && truth(unique) === true ? 'UNIQUE' : '', 'INDEX', quoted(textIn(name, 'the name of the index')), 'ON', table(on), `(${list(namesIn(columns))})`)], site)],
  ['removeIndex', ([on, name], site) => sendAll([`DROP INDEX ${quoted(textIn(name ?? on, 'the name of the index'))}`], site)],
  ['addForeignKey', ([on, to, name, mapping, rules], site) => sendAll([foreignKey(textIn(on, 'the name of the table'), textIn(to, 'the table referred to'), textIn(name, 'the name of the key'), requiredRecord(mapping, 'the columns'), recordIn(rules, 'the rules'))], site)],
  ['removeForeignKey', ([on, name], site) => sendAll([`ALTER TABLE ${table(on)} DROP CONSTRAINT ${quoted(textIn(name, 'the name of the key'))}`], site)],
  ['createDatabase', ([name], site) => sendAll([`CREATE DATABASE ${column(name)}`], site)],
  ['dropDatabase', ([name, options], site) => sendAll([words('DROP DATABASE', isSaid(options, 'ifExists') ? 'IF EXISTS' : '', column(name))], site)],
  ['createSequence', ([name, options], site) => sendAll([words('CREATE', isSaid(options, 'temp') ? 'TEMP' : '', 'SEQUENCE', ticked(name))], site)],
  ['dropSequence', ([name, options], site) => sendAll([words('DROP SEQUENCE', isSaid(options, 'ifExists') ? 'IF EXISTS' : '', ticked(name), isSaid(options, 'cascade') ? 'CASCADE' : isSaid(options, 'restrict') ? 'RESTRICT' : '')], site)],
  ['switchDatabase', ([options], site) => sendAll(switched(options), site)],
  ['truncate', ([on], site) => sendAll([`TRUNCATE ${table(on)}`], site)],
]);

/** The values of a row; with a callback behind them, be it undefined, what is no text comes as the text of its JSON. */
export function insert([on, columns, values, ...more]: readonly Value[], site: Site, isTold: boolean): Value {
  const hasCallback = isTold || more.length > 0;
  if (values === undefined) return refuse('an insert of one list, which the driver cannot read', 'unsupported');
  if (columns?.kind !== 'list' || values.kind !== 'list') return sendAll([`INSERT INTO ${table(on)} VALUES (${placeholder({ source: site.source(site.call) })});`], site);
  if (/^(?:list|record|null)$/.test(values.items[0]?.kind ?? '') && !hasCallback) return refuse('an insert of several rows, which the driver writes without the commas between their values', 'unsupported');
  if (columns.items.length !== values.items.length) return refuse('the number of columns is not that of the values, so the driver stops', 'unsupported');
  const row = values.items.map((item) => inserted(item, hasCallback)).join(',');
  return sendAll([`INSERT INTO ${table(on)} (${columns.items.map((name) => quoted(textIn(name, 'a column'))).join(',')}) VALUES (${row});`], site);
}

function inserted(value: Value, hasCallback: boolean): string {
  if (value.kind === 'unknown') return placeholder(value);
  if (value.kind === 'chain') return placeholder({ source: value.root });
  if (value.kind === 'text') return `'${value.text.replaceAll("'", "''")}'`;
  if (hasCallback) return value.kind === 'undefined' ? 'undefined' : `'${(JSON.stringify(plainOf(value)) ?? '').replaceAll("'", "''")}'`;
  if (value.kind === 'list') return value.items.map((item) => (item.kind === 'text' ? item.text : inserted(item, false))).join(',');
  return value.kind === 'record' ? '[object Object]' : value.kind === 'number' || value.kind === 'boolean' ? String(value.value) : value.kind;
}

const table = (value: Value | undefined): string => quoted(textIn(value, 'the name of the table'));
const column = (value: Value | undefined): string => quoted(textIn(value, 'the name of the column'));
const namesIn = (value: Value | undefined): readonly string[] => (value?.kind === 'text' ? [value.text] : listIn(value, 'the columns').items.map((item) => textIn(item, 'a column')));

/** True and nothing else. */
const isSaid = (options: Value | undefined, name: string): boolean => entryOf(recordIn(options, 'the options') ?? record(), name) === TRUE;
/** The driver quotes sequences as MySQL does, so that PostgreSQL refuses it. */
const ticked = (value: Value | undefined): string => `\`${textIn(value, 'the name of the sequence')}\``;

function switched(options: Value | undefined): readonly string[] {
  const to = options?.kind === 'record' ? (optionalText(options, 'database') ?? optionalText(options, 'schema')) : options === undefined ? undefined : textIn(options, 'the schema');
  return to === undefined ? [] : [`SET search_path TO ${to}`];
}

/** Bound values are no part of the text: `?` becomes `$1`. */
function raw([sql, ...values]: readonly Value[], site: Site): Value {
  if (sql?.kind !== 'text') return refuse(sql?.kind === 'unknown' ? sql.reason : 'the SQL is not a text');
  let number = 0;
  if (values.length === 0 || !sql.text.includes('?')) send(sql, [], site);
  else send(sql.text.replace(/\?/g, () => `$${String(++number)}`), [], site);
  return { ...answer(site), ...asking(sql.text) };
}

function sendAll(statements: readonly string[], site: Site): Value {
  for (const sql of statements) send(sql, [], site);
  return answer(site);
}

/** A column by its type alone is one with nothing else said. */
function specOf(value: Value | undefined): RecordValue {
  return value?.kind === 'text' ? record([['type', value]]) : requiredRecord(value, 'the column');
}

function createTable(name: string, options: RecordValue): readonly string[] {
  const columns = recordIn(entryOf(options, 'columns'), 'the columns') ?? options;
  const specs = [...columns.entries].map(([own, spec]) => [own, specOf(spec)] as const);
  const keys = specs.filter(([, spec]) => flag(spec, 'primaryKey')).map(([own]) => own);
  const definitions = specs.map(([own, spec]) => definition(own, spec, keys.length === 1));
  const ifNotExists = columns === options ? false : flag(options, 'ifNotExists');
  const created = words('CREATE TABLE', ifNotExists ? 'IF NOT EXISTS' : '', quoted(name), `(${[...definitions, ...(keys.length > 1 ? [`PRIMARY KEY (${list(keys)})`] : [])].join(', ')})`);
  return [created, ...specs.flatMap(([own, spec]) => besides(name, own, spec)).toReversed()];
}

const addColumn = (on: string, name: string, spec: RecordValue): readonly string[] => [`ALTER TABLE ${quoted(on)} ADD COLUMN ${definition(name, spec, false)}`, ...besides(on, name, spec)];

function definition(name: string, spec: RecordValue, emitKey: boolean): string {
  const said = textIn(entryOf(spec, 'type') ?? refuse(`column ${name} has no type`), 'the type');
  const type = said.replace(/^(time|timestamp)tz$/, '$1');
  const key = flag(spec, 'primaryKey');
  const counts = key && flag(spec, 'autoIncrement');
  return words(
    quoted(name),
    counts ? '' : typeWord(type),
    lengthOf(spec),
    type !== said || flag(spec, 'timezone') ? 'WITH TIME ZONE' : '',
    counts ? (type === 'bigint' ? 'BIGSERIAL' : 'SERIAL') : '',
    key && emitKey ? 'PRIMARY KEY' : '',
    entryOf(spec, 'notNull')?.kind === 'boolean' && flag(spec, 'notNull') ? 'NOT NULL' : '',
    flag(spec, 'unique') ? 'UNIQUE' : '',
    defaultOf(spec),
  );
}

function lengthOf(spec: RecordValue): string {
  const length = entryOf(spec, 'length');
  return length === undefined || truth(length) === false ? '' : `(${textIn(length, 'the length')})`;
}

function defaultOf(spec: RecordValue): string {
  const value = entryOf(spec, 'defaultValue');
  if (value === undefined || value.kind === 'undefined') return '';
  if (value.kind === 'null') return refuse('a default of null, at which the driver stops', 'unsupported');
  if (value.kind === 'text' && value.boxed === true) return `DEFAULT ${value.text}`;
  if (value.kind === 'record') return `DEFAULT ${textOf(entryOf(value, 'raw')) ?? textOf(entryOf(value, 'prep')) ?? (textOf(entryOf(value, 'special')) === 'CURRENT_TIMESTAMP' ? 'CURRENT_TIMESTAMP' : refuse('the default is made by the driver'))}`;
  return `DEFAULT ${literal(value)}`;
}

function literal(value: Value): string {
  if (value.kind === 'text') return value.boxed === true ? `[String: '${value.text}']` : `'${value.text}'`;
  if (value.kind === 'boolean' || value.kind === 'number') return String(value.value);
  return value.kind === 'null' ? 'null' : textIn(value, 'the default');
}

/** What a column needs besides its definition: its comment, and the key that refers elsewhere. Of a new table, the driver sends the last one first. */
function besides(on: string, name: string, spec: RecordValue): readonly string[] {
  const comment = optionalText(spec, 'comment');
  const key = recordIn(entryOf(spec, 'foreignKey'), 'the foreign key');
  const commented = comment === undefined ? [] : [`COMMENT on COLUMN ${on}.${name} IS '${comment}'`];
  if (key === undefined) return commented;
  const mapping = entryOf(key, 'mapping');
  const columns = mapping?.kind === 'text' ? record([[name, mapping]]) : requiredRecord(mapping, 'the columns of the foreign key');
  return [foreignKey(on, textIn(entryOf(key, 'table'), 'the table referred to'), textIn(entryOf(key, 'name'), 'the name of the key'), columns, recordIn(entryOf(key, 'rules'), 'the rules')), ...commented];
}

function foreignKey(on: string, to: string, name: string, mapping: RecordValue, rules: RecordValue | undefined): string {
  const columns = [...mapping.entries];
  return `ALTER TABLE ${quoted(on)} ADD CONSTRAINT ${quoted(name)} FOREIGN KEY (${list(columns.map(([own]) => own))}) REFERENCES ${quoted(to)} (${list(columns.map(([, there]) => textIn(there, 'a column')))}) ON DELETE ${optionalText(rules, 'onDelete') ?? 'NO ACTION'} ON UPDATE ${optionalText(rules, 'onUpdate') ?? 'NO ACTION'}`;
}

/** An empty text is one, too: no cast. */
function usingOf(spec: RecordValue): string | undefined {
  const value = entryOf(spec, 'using');
  return value === undefined || value.kind === 'undefined' ? undefined : textIn(value, 'the cast');
}

/** Whatever is left out is taken away: NOT NULL and the default. */
function changeColumn(on: string, name: string, spec: RecordValue): readonly string[] {
  const alter = `ALTER TABLE ${quoted(on)} ALTER COLUMN ${quoted(name)}`;
  const unique = entryOf(spec, 'unique');
  const constraint = quoted(`${on}_${name}_key`);
  const value = entryOf(spec, 'defaultValue');
  const type = optionalText(spec, 'type');
  return [
    `${alter} ${flag(spec, 'notNull') ? 'SET' : 'DROP'} NOT NULL`,
    ...(unique?.kind !== 'boolean' ? [] : [`ALTER TABLE ${quoted(on)} ${unique.value ? `ADD CONSTRAINT ${constraint} UNIQUE (${quoted(name)})` : `DROP CONSTRAINT ${constraint}`}`]),
    value === undefined || value.kind === 'undefined' ? `${alter} DROP DEFAULT` : `${alter} SET DEFAULT ${literal(value)}`,
    ...(type === undefined ? [] : [words(`${alter} TYPE`, typeWord(type), lengthOf(spec), usingOf(spec) ?? `USING ${quoted(name)}::${typeWord(type)}`)]),
  ];
}
