import { refuse } from '../shared/refusal.ts';
import type { Fields, Plain } from './plain.ts';
import { escaped, field, flag, isFields, isList, name, shown, toList, typed } from './plain.ts';
import type { Operation } from './tables.ts';
import { cascade, drop, ifExists, sequenceOptions } from './tables.ts';

/** The library throws. */
export const stops = (why: string): never => refuse(`${why}, or node-pg-migrate stops`, 'unsupported');

export const params = (list: Plain, shorthands: Fields, withDefaults = true): string =>
  `(${toList(list)
    .map((param) => {
      const own = typed(param, shorthands);
      return [flag(own, 'mode') ? shown(own.get('mode')) : '', flag(own, 'name') ? name(own.get('name')) : '', flag(own, 'type') ? shown(own.get('type')) : '', withDefaults && own.get('default') !== undefined ? `DEFAULT ${escaped(own.get('default'))}` : ''].filter((part) => part !== '' && part !== 'undefined').join(' ');
    })
    .join(', ')})`;

function createFunction([called, list, options, definition]: readonly Plain[], shorthands: Fields): string {
  if (!flag(options, 'language')) return stops('a function needs its language');
  const said = (key: string, otherwise: string): string => (field(options, key) === undefined ? otherwise : shown(field(options, key)));
  const words = [
    said('behavior', 'VOLATILE'),
    `LANGUAGE ${said('language', '')}`,
    ...(said('security', 'INVOKER') === 'INVOKER' ? [] : [`SECURITY ${said('security', '')}`]),
    ...(flag(options, 'window') ? ['WINDOW'] : []),
    ...(flag(options, 'onNull') ? ['RETURNS NULL ON NULL INPUT'] : []),
    ...(flag(options, 'parallel') ? [`PARALLEL ${said('parallel', '')}`] : []),
    ...toList(field(options, 'set')).map((one) => `SET ${name(field(one, 'configurationParameter'))} ${field(one, 'value') === 'FROM CURRENT' ? 'FROM CURRENT' : `TO ${shown(field(one, 'value'))}`}`),
  ];
  return `CREATE${flag(options, 'replace') ? ' OR REPLACE' : ''} FUNCTION ${name(called)}${params(list, shorthands)}\n  RETURNS ${said('returns', 'void')}\n  AS ${escaped(definition)}\n  ${words.join('\n  ')};`;
}

const dropFunction = ([called, list, options]: readonly Plain[], shorthands: Fields): string => `DROP FUNCTION${ifExists(options)} ${name(called)}${params(list, shorthands, false)}${cascade(options)};`;

function createTrigger([table, trigger, options, definition]: readonly Plain[], shorthands: Fields): string {
  const constraint = flag(options, 'constraint');
  if (!constraint && !flag(options, 'when')) return stops('a trigger needs `when`');
  if (definition === undefined && !flag(options, 'function')) return stops('a trigger needs a function');
  const when = constraint ? 'AFTER' : shown(field(options, 'when'));
  const level = /instead\s+of/i.test(when) ? 'ROW' : field(options, 'level') === undefined ? 'STATEMENT' : shown(field(options, 'level'));
  const called = field(options, 'function') ?? trigger;
  const deferred = constraint ? `${flag(options, 'deferrable') ? `DEFERRABLE INITIALLY ${flag(options, 'deferred') ? 'DEFERRED' : 'IMMEDIATE'}` : 'NOT DEFERRABLE'}\n  ` : '';
  const condition = flag(options, 'condition') ? `WHEN (${shown(field(options, 'condition'))})\n  ` : '';
  const sql = `CREATE${constraint ? ' CONSTRAINT' : ''} TRIGGER ${name(trigger)}\n  ${when} ${toList(field(options, 'operation')).map(shown).join(' OR ')} ON ${name(table)}\n  ${deferred}FOR EACH ${level}\n  ${condition}EXECUTE PROCEDURE ${name(called)}(${toList(field(options, 'functionParams')).map(escaped).join(', ')});`;
  return definition === undefined ? sql : `${createFunction([called, [], new Map<string, Plain>([...(isFields(options) ? options : []), ['returns', 'trigger']]), definition], shorthands)}\n${sql}`;
}

const dropTrigger = ([table, trigger, options]: readonly Plain[]): string => `DROP TRIGGER${ifExists(options)} ${name(trigger)} ON ${name(table)}${cascade(options)};`;

function createType([called, options]: readonly Plain[], shorthands: Fields): string {
  if (isList(options)) return `CREATE TYPE ${name(called)} AS ENUM (${options.map(escaped).join(', ')});`;
  return `CREATE TYPE ${name(called)} AS (\n${[...(isFields(options) ? options : [])].map(([attribute, type]) => `${name(attribute)} ${shown(typed(type, shorthands).get('type'))}`).join(',\n')}\n);`;
}

const addTypeValue = ([type, value, options]: readonly Plain[]): string =>
  flag(options, 'before') && flag(options, 'after') ? stops('a value comes before or after another') :
  `ALTER TYPE ${name(type)} ADD VALUE${flag(options, 'ifNotExists') ? ' IF NOT EXISTS' : ''} ${escaped(value)}${flag(options, 'before') ? ` BEFORE ${escaped(field(options, 'before'))}` : ''}${flag(options, 'after') ? ` AFTER ${escaped(field(options, 'after'))}` : ''};`;

const withOptions = (options: Plain, word = ' WITH '): string => (isFields(options) && options.size > 0 ? `${word}(${[...options].map(([key, value]) => `${key}${value === true ? '' : ` = ${shown(value)}`}`).join(', ')})` : '');
const dataOf = (options: Plain): string => (field(options, 'data') === undefined ? '' : flag(options, 'data') ? ' WITH DATA' : ' WITH NO DATA');
const columnList = (options: Plain): string => (toList(field(options, 'columns')).length === 0 ? '' : `(${toList(field(options, 'columns')).map(name).join(', ')})`);

const createView = ([view, options, definition]: readonly Plain[]): string =>
  `CREATE${flag(options, 'replace') ? ' OR REPLACE' : ''}${flag(options, 'temporary') ? ' TEMPORARY' : ''}${flag(options, 'recursive') ? ' RECURSIVE' : ''} VIEW ${name(view)}${columnList(options)}${withOptions(field(options, 'options'))} AS ${shown(definition)}${flag(options, 'checkOption') ? ` WITH ${shown(field(options, 'checkOption'))} CHECK OPTION` : ''};`;

const createMaterializedView = ([view, options, definition]: readonly Plain[]): string =>
  `CREATE MATERIALIZED VIEW${flag(options, 'ifNotExists') ? ' IF NOT EXISTS' : ''} ${name(view)}${columnList(options)}${withOptions(field(options, 'storageParameters'))}${flag(options, 'tablespace') ? ` TABLESPACE ${name(field(options, 'tablespace'))}` : ''} AS ${shown(definition)}${dataOf(options)};`;

const refresh = ([view, options]: readonly Plain[]): string => `REFRESH MATERIALIZED VIEW${flag(options, 'concurrently') ? ' CONCURRENTLY' : ''} ${name(view)}${dataOf(options)};`;

const extensions =
  (start: (options: Plain) => string, end: (options: Plain) => string) =>
  ([list, options]: readonly Plain[]): readonly string[] =>
    toList(list).map((extension) => `${start(options)} ${name(extension)}${end(options)};`);
/** Turned around, the last one goes first. */
const undoExtension: Operation['up'] = (args, shorthands) => [dropExtension(args, shorthands)].flat().toReversed();
const dropExtension: Operation['up'] = extensions((options) => `DROP EXTENSION${ifExists(options)}`, cascade);
const createExtension = extensions((options) => `CREATE EXTENSION${flag(options, 'ifNotExists') ? ' IF NOT EXISTS' : ''}`, (options) => (flag(options, 'schema') ? ` SCHEMA ${name(field(options, 'schema'))}` : ''));

function createDomain([domain, type, options]: readonly Plain[], shorthands: Fields): string {
  if (flag(options, 'notNull') && flag(options, 'check')) return stops('a domain has `notNull` or `check`');
  const clauses = [...(flag(options, 'collation') ? [`COLLATE ${shown(field(options, 'collation'))}`] : []), ...(field(options, 'default') === undefined ? [] : [`DEFAULT ${escaped(field(options, 'default'))}`])];
  if ((flag(options, 'notNull') || flag(options, 'check')) && flag(options, 'constraintName')) clauses.push(`CONSTRAINT ${name(field(options, 'constraintName'))}`);
  if (flag(options, 'notNull')) clauses.push('NOT NULL');
  else if (flag(options, 'check')) clauses.push(`CHECK (${shown(field(options, 'check'))})`);
  return `CREATE DOMAIN ${name(domain)} AS ${shown(typed(type, shorthands).get('type'))}${clauses.length === 0 ? '' : ` ${clauses.join(' ')}`};`;
}

const policyClauses = (options: Plain): string[] => {
  const roles = toList(field(options, 'role')).map(shown).join(', ');
  return [...(roles === '' ? [] : [`TO ${roles}`]), ...(flag(options, 'using') ? [`USING (${shown(field(options, 'using'))})`] : []), ...(flag(options, 'check') ? [`WITH CHECK (${shown(field(options, 'check'))})`] : [])];
};
const dropPolicy = ([table, policy, options]: readonly Plain[]): string => `DROP POLICY${ifExists(options)} ${name(policy)} ON ${name(table)};`;
const renamed = (object: string): Operation => ({ up: ([from, to]) => `ALTER ${object} ${name(from)} RENAME TO ${name(to)};`, reverse: ([from, to]) => `ALTER ${object} ${name(to)} RENAME TO ${name(from)};` });
const renamedOn = (object: string): Operation => ({ up: ([table, from, to]) => `ALTER ${object} ${name(from)} ON ${name(table)} RENAME TO ${name(to)};`, reverse: ([table, from, to]) => `ALTER ${object} ${name(to)} ON ${name(table)} RENAME TO ${name(from)};` });
const dropSecond = (object: string): Operation['up'] => ([of, , options]) => drop(object)([of, options]);

export const roles = (list: Plain): string => toList(list).map((role) => (role === 'PUBLIC' ? 'PUBLIC' : name(role))).join(', ');
const privileges = (options: Plain): string => toList(field(options, 'privileges')).map(shown).join(', ');
const onTables = (options: Plain): string => (isFields(options) && options.has('schema') ? `ALL TABLES IN SCHEMA ${name(options.get('schema'))}` : toList(field(options, 'tables')).map(name).join(', '));
const onSchemas = (options: Plain): string => `SCHEMA ${toList(field(options, 'schemas')).map(name).join(', ')}`;
const grant = (on: (options: Plain) => string): Operation['up'] => ([options]) => `GRANT ${privileges(options)} ON ${on(options)} TO ${roles(field(options, 'roles'))}${flag(options, 'withGrantOption') ? ' WITH GRANT OPTION' : ''};`;
const revoke = (on: (options: Plain) => string): Operation['up'] => ([options]) => `REVOKE${flag(options, 'onlyGrantOption') ? ' GRANT OPTION FOR' : ''} ${privileges(options)} ON ${on(options)} FROM ${roles(field(options, 'roles'))}${cascade(options)};`;

export const OBJECTS: readonly (readonly [string, Operation])[] = [
  ['createExtension', { up: createExtension, reverse: undoExtension }],
  ['addExtension', { up: createExtension, reverse: undoExtension }],
  ['dropExtension', { up: dropExtension }],
  ['createSchema', { up: ([schema, options]) => `CREATE SCHEMA${flag(options, 'ifNotExists') ? ' IF NOT EXISTS' : ''} ${name(schema)}${flag(options, 'authorization') ? ` AUTHORIZATION ${shown(field(options, 'authorization'))}` : ''};`, reverse: drop('SCHEMA') }],
  ['dropSchema', { up: drop('SCHEMA') }],
  ['renameSchema', renamed('SCHEMA')],
  ['createType', { up: createType, reverse: ([of]) => drop('TYPE')([of]) }],
  ['addType', { up: createType, reverse: ([of]) => drop('TYPE')([of]) }],
  ['dropType', { up: drop('TYPE') }],
  ['renameType', renamed('TYPE')],
  ['addTypeValue', { up: addTypeValue }],
  ['renameTypeValue', { up: ([type, from, to]) => `ALTER TYPE ${name(type)} RENAME VALUE ${escaped(from)} TO ${escaped(to)};`, reverse: ([type, from, to]) => `ALTER TYPE ${name(type)} RENAME VALUE ${escaped(to)} TO ${escaped(from)};` }],
  ['addTypeAttribute', { up: ([type, attribute, of], shorthands) => `ALTER TYPE ${name(type)} ADD ATTRIBUTE ${name(attribute)} ${shown(typed(of, shorthands).get('type'))};`, reverse: ([type, attribute]) => `ALTER TYPE ${name(type)} DROP ATTRIBUTE ${name(attribute)};` }],
  ['dropTypeAttribute', { up: ([type, attribute, options]) => `ALTER TYPE ${name(type)} DROP ATTRIBUTE ${name(attribute)}${ifExists(options)};` }],
  ['createFunction', { up: createFunction, reverse: dropFunction }],
  ['dropFunction', { up: dropFunction }],
  ['createTrigger', { up: createTrigger, reverse: ([table, trigger, options, definition], shorthands) => `${dropTrigger([table, trigger, options])}${definition === undefined ? '' : `\n${dropFunction([field(options, 'function') ?? trigger, [], options], shorthands)}`}` }],
  ['dropTrigger', { up: dropTrigger }],
  ['renameTrigger', renamedOn('TRIGGER')],
  ['createView', { up: createView, reverse: dropSecond('VIEW') }],
  ['dropView', { up: drop('VIEW') }],
  ['renameView', renamed('VIEW')],
  ['createMaterializedView', { up: createMaterializedView, reverse: dropSecond('MATERIALIZED VIEW') }],
  ['dropMaterializedView', { up: drop('MATERIALIZED VIEW') }],
  ['renameMaterializedView', renamed('MATERIALIZED VIEW')],
  ['refreshMaterializedView', { up: refresh, reverse: refresh }],
  ['createSequence', { up: ([sequence, options], shorthands) => `CREATE${flag(options, 'temporary') ? ' TEMPORARY' : ''} SEQUENCE${flag(options, 'ifNotExists') ? ' IF NOT EXISTS' : ''} ${name(sequence)}\n  ${sequenceOptions(options, shorthands).join('\n  ')};`, reverse: drop('SEQUENCE') }],
  ['dropSequence', { up: drop('SEQUENCE') }],
  ['renameSequence', renamed('SEQUENCE')],
  ['createDomain', { up: createDomain, reverse: dropSecond('DOMAIN') }],
  ['dropDomain', { up: drop('DOMAIN') }],
  ['renameDomain', renamed('DOMAIN')],
  ['createPolicy', { up: ([table, policy, options]) => `CREATE POLICY ${name(policy)} ON ${name(table)} ${[`FOR ${field(options, 'command') === undefined ? 'ALL' : shown(field(options, 'command'))}`, ...policyClauses(new Map<string, Plain>([['role', 'PUBLIC'], ...(isFields(options) ? options : [])]))].join(' ')};`, reverse: dropPolicy }],
  ['alterPolicy', { up: ([table, policy, options]) => policyClauses(options).length === 0 ? stops('alterPolicy is told nothing') : `ALTER POLICY ${name(policy)} ON ${name(table)} ${policyClauses(options).join(' ')};` }],
  ['dropPolicy', { up: dropPolicy }],
  ['renamePolicy', renamedOn('POLICY')],
  ['dropRole', { up: ([role, options]) => `DROP ROLE${ifExists(options)} ${name(role)};` }],
  ['renameRole', renamed('ROLE')],
  ['grantOnTables', { up: grant(onTables), reverse: revoke(onTables) }],
  ['revokeOnTables', { up: revoke(onTables) }],
  ['grantOnSchemas', { up: grant(onSchemas), reverse: revoke(onSchemas) }],
  ['revokeOnSchemas', { up: revoke(onSchemas) }],
];
