import { joined } from '../../hosts/traced.ts';
import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import { deferrableSql } from './attributes.ts';
import { methodSql, sqlMethodIn } from './expressions.ts';
import type { Generate } from '../shared/host-queries.ts';
import { from, ignored } from '../shared/host-queries.ts';
import { quoteDotted, quoteName, quoteNames, quoteTable, tableIn, underscore } from './quoting.ts';
import { flag, isRecord, listIn, optionalText, recordIn, requiredRecord, textIn } from '../shared/host-values.ts';
import { whereItems, whereSql } from './where.ts';

/** `addIndex(table, fields, options)` or `addIndex(table, { fields, … })`. */
const addIndex: Generate = ([table, second, third, fourth], site) => {
  const short = isRecord(second);
  const options = recordIn(short ? second : third, 'the options');
  const fields = listIn(short ? second.entries.get('fields') : second, 'the columns of the index').items;
  const raw = short ? third : fourth;
  const name = optionalText(options, 'name') ?? indexName(options?.entries.get('prefix') ?? raw ?? table, fields);
  const type = optionalText(options, 'type');
  const unique = flag(options, 'unique') || type?.toLowerCase() === 'unique';
  const using = optionalText(options, 'using');
  const where = whereSql(options?.entries.get('where'));
  const head = ['CREATE', ...(unique ? ['UNIQUE'] : []), 'INDEX', ...(flag(options, 'concurrently') ? ['CONCURRENTLY'] : [])].join(' ');
  const columns = fields.map((field) => from(fieldSql(field, optionalText(options, 'operator')), field));
  const traps = ignored(options, { include: 'addIndex does not look at `include`: the index covers no further columns', nullsNotDistinct: 'addIndex does not look at `nullsNotDistinct`' }, site);
  const sql = joined([`${head} ${quoteNames(name)} ON `, from(quoteDotted(table), table), `${using === undefined ? '' : ` USING ${using}`} (`, joined(columns, ', '), `)${where === '' ? '' : ` ${where}`}`]);
  return [{ sql, traps }];
};

/** Of the name of the table and those of the columns; an expression has none. */
export function indexName(table: Value | undefined, fields: readonly Value[]): string {
  const prefix = isRecord(table) ? tableIn(table).table : textIn(table, 'the name of the table').replaceAll('.', '_').replace(/["']/g, '');
  return underscore(`${prefix}_${fields.map((field) => (isRecord(field) ? (optionalText(field, 'name') ?? optionalText(field, 'attribute') ?? '') : sqlMethodIn(field) === undefined ? textIn(field, 'a column of the index') : '')).join('_')}`);
}

function fieldSql(field: Value, operator: string | undefined): string {
  const method = sqlMethodIn(field);
  if (method !== undefined) return methodSql(method);
  if (!isRecord(field)) return `${quoteName(textIn(field, 'a column of the index'))}${operator === undefined ? '' : ` ${operator}`}`;
  const name = optionalText(field, 'attribute') ?? optionalText(field, 'name') ?? refuse('a column of the index without a name, so Sequelize stops', 'unsupported');
  const collate = optionalText(field, 'collate');
  const own = optionalText(field, 'operator') ?? operator;
  const order = optionalText(field, 'order');
  return `${quoteName(name)}${collate === undefined ? '' : ` COLLATE ${quoteName(collate)}`}${own === undefined ? '' : ` ${own}`}${order === undefined ? '' : ` ${order}`}`;
}

/** As JavaScript makes a text of it. */
const printed = (value: Value | undefined, what: string): string => (isRecord(value) ? '[object Object]' : textIn(value, what));

const removeIndex: Generate = ([table, nameOrFields, optionsValue]) => {
  const options = recordIn(optionsValue, 'the options');
  const name = nameOrFields?.kind === 'list' ? underscore(`${printed(table, 'the name of the table')}_${nameOrFields.items.map((item) => printed(item, 'a column of the index')).join('_')}`) : textIn(nameOrFields, 'the name of the index');
  return [{ sql: joined([`DROP INDEX ${flag(options, 'concurrently') ? 'CONCURRENTLY ' : ''}IF EXISTS `, from(quoteNames(name), nameOrFields)]) }];
};

const addConstraint: Generate = ([table, second, third], site) => {
  // Before version 6 the columns were an argument of their own.
  const old = second?.kind === 'list';
  const options = requiredRecord(old ? third : second, 'the options');
  const fields = old ? second : listIn(options.entries.get('fields'), 'the columns of the constraint');
  const quoted = quoteDotted(table);
  const constraint = constraintSql(quoted, fields.items, options);
  const deferrable = options.entries.get('deferrable');
  const later = deferrable === undefined || optionalText(options, 'type')?.toUpperCase() === 'CHECK' ? '' : ` ${deferrableSql(deferrable)}`;
  return [{ sql: joined(['ALTER TABLE ', from(quoted, table), ' ADD ', from(constraint + later, options), ';']), traps: ignored(options, { concurrently: 'addConstraint does not look at `concurrently`' }, site) }];
};

function constraintSql(quotedTable: string, fields: readonly Value[], options: RecordValue): string {
  const columns = fields.map((field) => {
    const method = sqlMethodIn(field);
    return method !== undefined ? methodSql(method) : quoteName(isRecord(field) ? (optionalText(field, 'attribute') ?? textIn(field.entries.get('name'), 'a column')) : textIn(field, 'a column of the constraint'));
  });
  const named = (ending: string): string => quoteName(optionalText(options, 'name') ?? `${quotedTable}_${columns.join('_')}_${ending}`);
  const type = textIn(options.entries.get('type'), 'the type of the constraint').toUpperCase();
  switch (type) {
    case 'UNIQUE':
      return `CONSTRAINT ${named('uk')} UNIQUE (${columns.join(', ')})`;
    case 'CHECK':
      return `CONSTRAINT ${named('ck')} CHECK (${whereItems(options.entries.get('where') ?? refuse('a check without a condition', 'unsupported'))})`;
    case 'PRIMARY KEY':
      return `CONSTRAINT ${named('pk')} PRIMARY KEY (${columns.join(', ')})`;
    case 'FOREIGN KEY':
      return foreignKey(columns, options, named);
    case 'DEFAULT':
      return refuse('Sequelize adds default constraints to SQL Server only and stops', 'unsupported');
    default:
      return refuse(`Sequelize has no constraint of the type ${type}`, 'unsupported');
  }
}

function foreignKey(columns: readonly string[], options: RecordValue, named: (ending: string) => string): string {
  const references = requiredRecord(options.entries.get('references'), 'what the foreign key refers to');
  const table = references.entries.get('table') ?? refuse('a foreign key without a table to refer to, so Sequelize stops', 'unsupported');
  const field = references.entries.get('field');
  const targets = field === undefined ? listIn(references.entries.get('fields'), 'the referenced columns').items : [field];
  const deletion = optionalText(options, 'onDelete');
  const update = optionalText(options, 'onUpdate');
  const target = printed(table, 'the referenced table');
  return `CONSTRAINT ${named(`${target}_fk`)} FOREIGN KEY (${columns.join(', ')}) REFERENCES ${quoteTable(tableIn(table))} (${targets.map((one) => quoteName(textIn(one, 'a referenced column'))).join(', ')})${
    update === undefined ? '' : ` ON UPDATE ${update.toUpperCase()}`
  }${deletion === undefined ? '' : ` ON DELETE ${deletion.toUpperCase()}`}`;
}

const removeConstraint: Generate = ([table, name]) => [{ sql: joined(['ALTER TABLE ', from(quoteDotted(table), table), ' DROP CONSTRAINT ', from(quoteNames(textIn(name, 'the name of the constraint')), name)]) }];

export const indexMethods: Readonly<Record<string, Generate>> = { addIndex, removeIndex, addConstraint, removeConstraint };
