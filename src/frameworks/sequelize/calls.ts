import { code } from '../../hosts/typescript/source.ts';
import type { Js } from '../../hosts/typescript/source.ts';
import type { ColumnDefinition } from '../../ir/columns.ts';
import type { DataType, Expression } from '../../ir/expressions.ts';
import type { ObjectName } from '../../ir/names.ts';
import type { IndexKey } from '../../ir/operations/indexes.ts';
import type { Call, CallOn, Calls, OptionOf } from '../shared/code-calls.ts';
import { call } from '../shared/code-calls.ts';
import { actionWord } from '../shared/call-parts.ts';
import { onlyConcurrently } from '../shared/code-options.ts';

const table = ({ schema, name }: ObjectName): Js => (schema === undefined || schema === 'public' ? name : { tableName: name, schema });

/** Between the object of a call and the transaction that it goes over. */
export const WITHIN = '\0';

const on = ({ on: object }: CallOn): string => (object.split(WITHIN)[0] ?? '').replace(/\.sequelize$/, '');

/** The options of a call, with its transaction. */
function options(at: CallOn, own: { readonly [key: string]: Js | undefined } = {}): Js {
  const transaction = at.on.split(WITHIN)[1];
  return { ...own, transaction: transaction === undefined ? undefined : code(transaction) };
}

/** What the query interface says in its own words. */
export const calls: Calls = {
  createIndex({ table: of, keys, name, unique, concurrently, method, where }, at) {
    const fields = keys.map((key) => keyOf(key, at));
    const own = {
      name,
      unique: unique || undefined,
      using: method === 'btree' ? undefined : method,
      where: where === undefined ? undefined : condition(where, at),
      concurrently: concurrently || undefined,
    };
    // Beside the options, the library's types take names only.
    return fields.every((field) => typeof field === 'string') ? call(`${on(at)}.addIndex`, table(of), fields, options(at, own)) : call(`${on(at)}.addIndex`, table(of), options(at, { fields, ...own }));
  },
  dropIndex: ({ index, concurrently }, at) => known(index, at, (of) => call(`${on(at)}.removeIndex`, table(of), index.name, options(at, { concurrently: concurrently || undefined }))),
  addColumn: ({ table: of, column }, at) => call(`${on(at)}.addColumn`, table(of), column.name, columnOf(column, at), options(at)),
  dropColumn: ({ table: of, column }, at) => call(`${on(at)}.removeColumn`, table(of), column, options(at)),
  renameColumn: ({ table: of, column, newName }, at) => call(`${on(at)}.renameColumn`, table(of), column, newName, options(at)),
  renameTable: ({ table: of, newName }, at) => call(`${on(at)}.renameTable`, table(of), newName, options(at)),
  dropTable: ({ table: of, behavior }, at) => call(`${on(at)}.dropTable`, table(of), options(at, { cascade: behavior === 'cascade' || undefined })),
  dropConstraint: ({ table: of, name }, at) => call(`${on(at)}.removeConstraint`, table(of), name, options(at)),
  addConstraint({ table: of, constraint }, at) {
    const { name, type } = constraint;
    if (type === 'unique' || type === 'primaryKey') return call(`${on(at)}.addConstraint`, table(of), options(at, { fields: constraint.columns, type: type === 'unique' ? 'unique' : 'primary key', name }));
    if (type !== 'foreignKey') return undefined;
    const [field = 'id', ...more] = constraint.referencedColumns;
    // The library's types know one field, and want both actions.
    if (more.length > 0) return undefined;
    return call(`${on(at)}.addConstraint`, table(of), options(at, {
      fields: constraint.columns,
      type: 'foreign key',
      name,
      references: { table: table(constraint.references), field },
      onDelete: actionWord(constraint.onDelete) ?? 'NO ACTION',
      onUpdate: actionWord(constraint.onUpdate) ?? 'NO ACTION',
    }));
  },
};

/** `concurrently: true` is all that a call lacks. */
export const option: OptionOf = (before, after) =>
  onlyConcurrently(before, after) ? { methods: ['addIndex', 'removeIndex'], argument: (args) => (args[1]?.type === 'ObjectExpression' ? 1 : 2), name: 'concurrently', value: true } : undefined;

/** The library wants the table of an index, too. */
function known({ schema, name }: ObjectName, at: CallOn, make: (table: ObjectName) => Call): Call | undefined {
  const of = at.known.index(name)?.table;
  return of === undefined || (schema !== undefined && schema !== (of.schema ?? 'public')) ? undefined : make(of);
}

function keyOf({ column, expression, collation, operatorClass, descending }: IndexKey, at: CallOn): Js {
  if (column === undefined) return expression === undefined ? '' : literal(expression.text, at);
  if (collation === undefined && operatorClass === undefined && !descending) return column;
  return { name: column, collate: collation, operator: operatorClass, order: descending ? 'DESC' : undefined };
}

const library = (at: CallOn): string => (/^[A-Z]\w*$/.test(at.names[1] ?? '') ? (at.names[1] ?? '') : `${on(at)}.sequelize`);

const literal = (sql: string, at: CallOn): Js => code(`${library(at)}.literal`, sql);

function condition({ terms, termsComplete, text }: Expression, at: CallOn): Js {
  const [only, ...more] = terms;
  if (termsComplete && more.length === 0 && only?.kind === 'isNull') return { [only.column]: null };
  if (termsComplete && more.length === 0 && only?.kind === 'compare' && only.operator === '=') return { [only.column]: only.value };
  return literal(text, at);
}

/** SQL's types by their names in the library; others are told as SQL. */
const TYPES: Readonly<Record<string, string>> = {
  text: 'TEXT', integer: 'INTEGER', bigint: 'BIGINT', smallint: 'SMALLINT', boolean: 'BOOLEAN', uuid: 'UUID', jsonb: 'JSONB', json: 'JSON', date: 'DATEONLY', time: 'TIME',
  'timestamp with time zone': 'DATE', 'double precision': 'DOUBLE', real: 'REAL', bytea: 'BLOB', numeric: 'DECIMAL', 'character varying': 'STRING', character: 'CHAR', citext: 'CITEXT', tsvector: 'TSVECTOR', inet: 'INET', cidr: 'CIDR',
};

function typeOf(type: DataType, at: CallOn): Js {
  const { names: [, second = ''] } = at;
  const [length, ...more] = type.modifiers;
  const known = type.dimensions === 0 && type.schema === undefined ? TYPES[type.name] : undefined;
  const sql = `${type.schema === undefined ? '' : `${type.schema}.`}${type.name.toUpperCase()}${type.modifiers.length === 0 ? '' : `(${type.modifiers.join(', ')})`}${'[]'.repeat(type.dimensions)}`;
  if (known === undefined || !/^[A-Z]\w*$/.test(second)) return sql;
  const isUsual = known === 'STRING' && length === 255 && more.length === 0;
  if (known === 'STRING' && length === undefined) return sql;
  return code(`${second}.${known}${type.modifiers.length === 0 || isUsual ? '' : `(${type.modifiers.join(', ')})`}`);
}

function columnOf({ type, notNull, default: value }: ColumnDefinition, at: CallOn): Js {
  const text = value === undefined ? undefined : value.literal === undefined ? literal(value.text, at) : value.literal;
  return { type: typeOf(type, at), allowNull: notNull ? false : true, ...(text === undefined ? {} : { defaultValue: text }) };
}
