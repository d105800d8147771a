import { code } from '../../hosts/typescript/source.ts';
import type { Js } from '../../hosts/typescript/source.ts';
import type { ObjectName } from '../../ir/names.ts';
import { actionWord, typeWord } from '../shared/call-parts.ts';
import type { Call, CallOn, Calls, OptionOf } from '../shared/code-calls.ts';
import { call } from '../shared/code-calls.ts';
import { onlyConcurrently } from '../shared/code-options.ts';

const named = ({ schema, name }: ObjectName): string => (schema === undefined ? name : `${schema}.${name}`);

/** `queryRunner.method('table', new TableIndex({ … }))`. */
const withNew = ({ on }: CallOn, method: string, table: ObjectName, name: string, options: Js): Call => ({ ...call(`${on}.${method}`, named(table), code(`new ${name}`, options)), needs: [{ name, from: 'typeorm' }] });

/** What the query runner says in its own words. */
export const calls: Calls = {
  createIndex({ table, keys, name, unique, concurrently, where, method }, at) {
    const columns = keys.map(({ column }) => column ?? '');
    if (columns.includes('') || method !== 'btree') return undefined;
    return withNew(at, 'createIndex', table, 'TableIndex', { name, columnNames: columns, isUnique: unique || undefined, where: where?.text, isConcurrent: concurrently || undefined });
  },
  dropIndex({ index, concurrently }, at) {
    const made = at.known.index(index.name);
    return concurrently || made === undefined ? undefined : call(`${at.on}.dropIndex`, named(made.table), index.name);
  },
  addColumn: ({ table, column: { name, type, notNull, default: value } }, at) =>
    withNew(at, 'addColumn', table, 'TableColumn', {
      name,
      type: typeWord(type).replace(/\(.*\)/, ''),
      length: type.modifiers.length === 1 ? String(type.modifiers[0]) : undefined,
      isNullable: notNull ? undefined : true,
      default: value === undefined ? undefined : value.text,
    }),
  dropColumn: ({ table, column }, { on }) => call(`${on}.dropColumn`, named(table), column),
  dropTable: ({ table, ifExists }, { on }) => call(`${on}.dropTable`, named(table), ...(ifExists ? [true] : [])),
  addConstraint({ table, constraint }, at) {
    const { name, type } = constraint;
    if (type === 'unique') return withNew(at, 'createUniqueConstraint', table, 'TableUnique', { name, columnNames: constraint.columns });
    if (type !== 'foreignKey') return undefined;
    return withNew(at, 'createForeignKey', table, 'TableForeignKey', {
      name,
      columnNames: constraint.columns,
      referencedTableName: named(constraint.references),
      referencedColumnNames: constraint.referencedColumns,
      onDelete: actionWord(constraint.onDelete),
      onUpdate: actionWord(constraint.onUpdate),
    });
  },
  dropConstraint({ table, name }, { on, known }) {
    const made = known.constraint(name);
    const method = made === undefined ? undefined : ({ unique: 'dropUniqueConstraint', foreignKey: 'dropForeignKey', check: 'dropCheckConstraint' } as Readonly<Record<string, string>>)[made.type];
    return method === undefined ? undefined : call(`${on}.${method}`, named(table), name);
  },
};

/** `isConcurrent: true` is all that the index lacks. */
export const option: OptionOf = (before, after) => (onlyConcurrently(before, after) ? { methods: ['createIndex', 'dropIndex'], argument: (args) => (args[1]?.type === 'NewExpression' ? 1 : undefined), name: 'isConcurrent', value: true } : undefined);
