import { code } from '../../hosts/typescript/source.ts';
import type { Js } from '../../hosts/typescript/source.ts';
import type { ColumnDefinition } from '../../ir/columns.ts';
import type { ObjectName } from '../../ir/names.ts';
import { actionWord, isPlain, typeWord } from '../shared/call-parts.ts';
import type { Call, Calls } from '../shared/code-calls.ts';
import { call } from '../shared/code-calls.ts';

/** The driver knows no schemas. */
const plain = (table: ObjectName, make: (name: string) => Call): Call | undefined => (isPlain(table) ? make(table.name) : undefined);

/** What the driver says in its own words. It knows no CONCURRENTLY. */
export const calls: Calls = {
  createIndex({ table, keys, name, unique, concurrently, where, method }, { on }) {
    const columns = keys.map(({ column }) => column ?? '');
    if (concurrently || where !== undefined || method !== 'btree' || columns.includes('')) return undefined;
    return plain(table, (of) => call(`${on}.addIndex`, of, name ?? '', columns, ...(unique ? [true] : [])));
  },
  dropIndex({ index, concurrently }, { on, known }) {
    const made = known.index(index.name);
    return concurrently || made === undefined ? undefined : plain(made.table, (of) => call(`${on}.removeIndex`, of, index.name));
  },
  addColumn: ({ table, column }, { on }) => plain(table, (of) => call(`${on}.addColumn`, of, column.name, columnOf(column))),
  dropColumn: ({ table, column }, { on }) => plain(table, (of) => call(`${on}.removeColumn`, of, column)),
  renameColumn: ({ table, column, newName }, { on }) => plain(table, (of) => call(`${on}.renameColumn`, of, column, newName)),
  renameTable: ({ table, newName }, { on }) => plain(table, (of) => call(`${on}.renameTable`, of, newName)),
  dropTable: ({ table, ifExists }, { on }) => plain(table, (of) => call(`${on}.dropTable`, of, { ifExists: ifExists || undefined })),
  addConstraint({ table, constraint }, { on }) {
    if (constraint.type !== 'foreignKey' || constraint.name === undefined) return undefined;
    const mapping = Object.fromEntries(constraint.columns.map((column, index) => [column, constraint.referencedColumns[index] ?? '']));
    return plain(table, (of) => call(`${on}.addForeignKey`, of, constraint.references.name, constraint.name ?? '', mapping, { onDelete: actionWord(constraint.onDelete), onUpdate: actionWord(constraint.onUpdate) }));
  },
  dropConstraint({ table, name }, { on, known }) {
    return known.constraint(name)?.type === 'foreignKey' ? plain(table, (of) => call(`${on}.removeForeignKey`, of, name)) : undefined;
  },
};

/** SQL's types by their names in db-migrate. */
const TYPES: Readonly<Record<string, string>> = { 'character varying': 'string', integer: 'int', 'timestamp without time zone': 'timestamp', bytea: 'blob' };

function columnOf({ type, notNull, default: value }: ColumnDefinition): Js {
  const [length] = type.modifiers;
  const { literal, text } = value ?? {};
  const told = value === undefined ? undefined : literal === undefined ? { raw: text ?? '' } : literal;
  return { type: TYPES[type.name] ?? typeWord({ ...type, modifiers: [] }), length: typeof length === 'number' ? code(String(length)) : undefined, notNull: notNull || undefined, ...(told === undefined ? {} : { defaultValue: told }) };
}
