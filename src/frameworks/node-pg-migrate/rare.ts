import { params, stops, roles } from './objects.ts';
import type { Fields, Plain } from './plain.ts';
import { escaped, field, flag, isFields, lines, name, shown, toList, typed } from './plain.ts';
import type { Operation } from './tables.ts';
import { cascade, ifExists, sequenceOptions } from './tables.ts';

type Make = Operation['up'];

/** A name as the library prints it where it quotes nothing. */
const unquoted = (value: Plain): string => (isFields(value) ? `${flag(value, 'schema') ? `${shown(field(value, 'schema'))}.` : ''}${shown(field(value, 'name'))}` : shown(value));
const typeOf = (type: Plain, shorthands: Fields): string => shown(typed(type, shorthands).get('type'));

const SWITCHES = ['superuser', 'createdb', 'createrole', 'inherit', 'login', 'replication', 'bypassrls'];

function roleOptions(options: Fields): string {
  const list = (key: string): string => toList(options.get(key)).map(shown).join(', ');
  return [
    ...SWITCHES.filter((key) => options.get(key) !== undefined).map((key) => `${flag(options, key) ? '' : 'NO'}${key.toUpperCase()}`),
    ...(flag(options, 'limit') ? [`CONNECTION LIMIT ${shown(options.get('limit'))}`] : []),
    ...(options.get('password') === undefined ? [] : [`${options.get('encrypted') === false ? 'UNENCRYPTED' : 'ENCRYPTED'} PASSWORD ${escaped(options.get('password'))}`]),
    ...(options.get('valid') === undefined ? [] : [`VALID UNTIL ${flag(options, 'valid') ? escaped(options.get('valid')) : "'infinity'"}`]),
    ...(flag(options, 'inRole') ? [`IN ROLE ${list('inRole')}`] : []),
    ...(flag(options, 'role') ? [`ROLE ${list('role')}`] : []),
    ...(flag(options, 'admin') ? [`ADMIN ${list('admin')}`] : []),
  ].join(' ');
}

function createRole([role, options]: readonly Plain[]): string {
  const said = isFields(options) ? options : new Map<string, Plain>();
  const all = new Map<string, Plain>(said);
  for (const key of SWITCHES.slice(0, -1)) all.set(key, key === 'inherit' ? said.get(key) !== false : flag(said, key));
  return `CREATE ROLE ${name(role)} WITH ${roleOptions(all)};`;
}

function alterRole([role, options]: readonly Plain[]): readonly string[] {
  const said = roleOptions(isFields(options) ? options : new Map());
  return said === '' ? [] : [`ALTER ROLE ${name(role)} WITH ${said};`];
}

const grantRoles: Make = ([list, to, options]) => `GRANT ${roles(list)} TO ${roles(to)}${flag(options, 'withAdminOption') ? ' WITH ADMIN OPTION' : ''};`;
const revokeRoles: Make = ([list, from, options]) => `REVOKE${flag(options, 'onlyAdminOption') ? ' ADMIN OPTION FOR' : ''} ${roles(list)} FROM ${roles(from)}${cascade(options)};`;

/** SET for those with a value, RESET for those with null. */
function settings(options: Plain): readonly string[] {
  const all = isFields(options) ? [...options] : [];
  const set = all.filter(([, value]) => value !== null).map(([key, value]) => `${key}${value === true ? '' : ` = ${shown(value)}`}`);
  const reset = all.filter(([, value]) => value === null).map(([key]) => key);
  return [...(set.length === 0 ? [] : [`SET (${set.join(', ')})`]), ...(reset.length === 0 ? [] : [`RESET (${reset.join(', ')})`])];
}

const defaultActions = (options: Plain): readonly string[] => (field(options, 'default') === null ? ['DROP DEFAULT'] : field(options, 'default') === undefined ? [] : [`SET DEFAULT ${escaped(field(options, 'default'))}`]);

function alterView([view, options]: readonly Plain[]): string {
  const own = field(options, 'options');
  const all = new Map<string, Plain>([...(isFields(own) ? own : []), ...(field(options, 'checkOption') === undefined ? [] : [['check_option', field(options, 'checkOption')] as const])]);
  return settings(all).map((clause) => `ALTER VIEW ${name(view)} ${clause};`).join('\n');
}

const alterViewColumn = ([view, column, options]: readonly Plain[]): string => defaultActions(options).map((action) => `ALTER VIEW ${name(view)} ALTER COLUMN ${name(column)} ${action};`).join('\n');

function alterMaterializedView([view, options]: readonly Plain[]): string {
  const cluster = field(options, 'cluster');
  const clauses = [
    ...(cluster === undefined ? [] : [flag(options, 'cluster') ? `CLUSTER ON ${name(cluster)}` : 'SET WITHOUT CLUSTER']),
    ...(flag(options, 'extension') ? [`DEPENDS ON EXTENSION ${name(field(options, 'extension'))}`] : []),
    ...settings(field(options, 'storageParameters')),
  ];
  return `ALTER MATERIALIZED VIEW ${name(view)}\n${lines(clauses)};`;
}

const renameViewColumn = ([view, from, to]: readonly Plain[]): string => `ALTER MATERIALIZED VIEW ${name(view)} RENAME COLUMN ${name(from)} TO ${name(to)};`;

const renameAttribute = ([type, from, to]: readonly Plain[]): string => `ALTER TYPE ${name(type)} RENAME ATTRIBUTE ${name(from)} TO ${name(to)};`;

function alterDomain([domain, options]: readonly Plain[]): string {
  const actions = [
    ...defaultActions(options),
    ...(flag(options, 'notNull') ? ['SET NOT NULL'] : field(options, 'notNull') === false || flag(options, 'allowNull') ? ['DROP NOT NULL'] : []),
    ...(flag(options, 'check') ? [`${flag(options, 'constraintName') ? `CONSTRAINT ${name(field(options, 'constraintName'))} ` : ''}CHECK (${shown(field(options, 'check'))})`] : []),
  ];
  return `${actions.map((action) => `ALTER DOMAIN ${name(domain)} ${action}`).join(';\n')};`;
}

function alterSequence([sequence, options]: readonly Plain[], shorthands: Fields): string {
  const restart = field(options, 'restart');
  const clauses = [...sequenceOptions(options, shorthands), ...(flag(options, 'restart') ? [restart === true ? 'RESTART' : `RESTART WITH ${shown(restart)}`] : [])];
  if (clauses.length === 0) return stops('alterSequence is told nothing');
  return `ALTER SEQUENCE ${name(sequence)}\n  ${clauses.join('\n  ')};`;
}

const renameFunction: Make = ([from, list, to], shorthands) => `ALTER FUNCTION ${name(from)}${params(list, shorthands)} RENAME TO ${name(to)};`;

function createOperator([operator, options]: readonly Plain[]): string {
  const part = (word: string, key: string, print: (value: Plain) => string): readonly string[] => (flag(options, key) ? [`${word} = ${print(field(options, key))}`] : []);
  const parts = [
    `PROCEDURE = ${name(field(options, 'procedure'))}`,
    ...part('LEFTARG', 'left', name),
    ...part('RIGHTARG', 'right', name),
    ...part('COMMUTATOR', 'commutator', unquoted),
    ...part('NEGATOR', 'negator', unquoted),
    ...part('RESTRICT', 'restrict', name),
    ...part('JOIN', 'join', name),
    ...(flag(options, 'hashes') ? ['HASHES'] : []),
    ...(flag(options, 'merges') ? ['MERGES'] : []),
  ];
  return `CREATE OPERATOR ${unquoted(operator)} (${parts.join(', ')});`;
}

const dropOperator = ([operator, options]: readonly Plain[]): string => `DROP OPERATOR${ifExists(options)} ${unquoted(operator)}(${name(field(options, 'left') ?? 'none')}, ${name(field(options, 'right') ?? 'none')})${cascade(options)};`;

const members = (list: Plain, shorthands: Fields): string =>
  toList(list)
    .map((member) => {
      const own = toList(field(member, 'params'));
      const isOperator = shown(field(member, 'type')).toLowerCase() === 'operator';
      return `${isOperator ? 'OPERATOR' : 'FUNCTION'} ${shown(field(member, 'number'))} ${name(field(member, 'name'))}${isOperator && own.length === 0 ? '' : params(own, shorthands)}`;
    })
    .join(',\n  ');

const createOperatorClass: Make = ([called, type, method, list, options], shorthands) =>
  `CREATE OPERATOR CLASS ${name(called)}${flag(options, 'default') ? ' DEFAULT' : ''} FOR TYPE ${name(typeOf(type, new Map()))} USING ${name(method)}${flag(options, 'family') ? ` FAMILY ${shown(field(options, 'family'))}` : ''} AS\n  ${members(list, shorthands)};`;
const dropOf = (object: string): Make => ([called, method, options]) => `DROP ${object}${ifExists(options)} ${name(called)} USING ${shown(method)}${cascade(options)};`;
const renameOf = (object: string): Operation => {
  const up = ([from, method, to]: readonly Plain[]): string => `ALTER ${object} ${name(from)} USING ${shown(method)} RENAME TO ${name(to)};`;
  return { up, reverse: ([from, method, to]) => up([to, method, from]) };
};
const familyMembers = (word: string): Make => ([family, method, list], shorthands) => `ALTER OPERATOR FAMILY ${name(family)} USING ${shown(method)} ${word}\n  ${members(list, shorthands)};`;

function createCast([source, target, options]: readonly Plain[]): string {
  const taken = field(options, 'argumentTypes');
  const by = flag(options, 'functionName') ? ` WITH FUNCTION ${name(field(options, 'functionName'))}(${(taken === undefined ? [source] : toList(taken)).map(shown).join(', ')})` : flag(options, 'inout') ? ' WITH INOUT' : ' WITHOUT FUNCTION';
  return `CREATE CAST (${shown(source)} AS ${shown(target)})${by}${flag(options, 'as') ? ` AS ${shown(field(options, 'as'))}` : ''};`;
}

const dropCast = ([source, target, options]: readonly Plain[]): string => `DROP CAST${ifExists(options)} (${shown(source)} AS ${shown(target)});`;

/** Objects and changes that few migrations have. */
export const RARE: readonly (readonly [string, Operation])[] = [
  ['createRole', { up: createRole, reverse: ([role, options]) => `DROP ROLE${ifExists(options)} ${name(role)};` }],
  ['alterRole', { up: alterRole }],
  ['grantRoles', { up: grantRoles, reverse: revokeRoles }],
  ['revokeRoles', { up: revokeRoles }],
  ['alterView', { up: alterView }],
  ['alterViewColumn', { up: alterViewColumn }],
  ['alterMaterializedView', { up: alterMaterializedView }],
  ['renameMaterializedViewColumn', { up: renameViewColumn, reverse: ([view, from, to]) => renameViewColumn([view, to, from]) }],
  ['alterDomain', { up: alterDomain }],
  ['alterSequence', { up: alterSequence }],
  ['renameFunction', { up: renameFunction, reverse: ([from, list, to], shorthands) => renameFunction([to, list, from], shorthands) }],
  ['setTypeAttribute', { up: ([type, attribute, of], shorthands) => `ALTER TYPE ${name(type)} ALTER ATTRIBUTE ${name(attribute)} SET DATA TYPE ${typeOf(of, shorthands)};` }],
  ['renameTypeAttribute', { up: renameAttribute, reverse: ([type, from, to]) => renameAttribute([type, to, from]) }],
  ['createOperator', { up: createOperator, reverse: dropOperator }],
  ['dropOperator', { up: dropOperator }],
  ['createOperatorClass', { up: createOperatorClass, reverse: ([called, , method, , options], shorthands) => dropOf('OPERATOR CLASS')([called, method, options], shorthands) }],
  ['dropOperatorClass', { up: dropOf('OPERATOR CLASS') }],
  ['renameOperatorClass', renameOf('OPERATOR CLASS')],
  ['createOperatorFamily', { up: ([family, method]) => `CREATE OPERATOR FAMILY ${name(family)} USING ${shown(method)};`, reverse: dropOf('OPERATOR FAMILY') }],
  ['dropOperatorFamily', { up: dropOf('OPERATOR FAMILY') }],
  ['renameOperatorFamily', renameOf('OPERATOR FAMILY')],
  ['addToOperatorFamily', { up: familyMembers('ADD'), reverse: familyMembers('DROP') }],
  ['removeFromOperatorFamily', { up: familyMembers('DROP') }],
  ['createCast', { up: createCast, reverse: dropCast }],
  ['dropCast', { up: dropCast }],
];
