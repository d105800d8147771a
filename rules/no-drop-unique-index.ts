import { defineRule, isRefused, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-unique-index',
  summary: 'a unique index is dropped and with it the guarantee that it gave',
  severity: 'warning',
  category: 'compatibility',
  on: ['dropIndex'],
  recommended: true,
  why: 'A unique index is a constraint under another name. Without it duplicates get in, INSERT … ON CONFLICT on its columns fails at once, and it cannot be built again while there are duplicates.',
  references: [{ title: 'PostgreSQL: Unique Indexes', url: 'https://www.postgresql.org/docs/current/indexes-unique.html' }],
  check(op, context) {
    const { before, effects, isNew, madeHere, name } = context;
    const index = before.index(op.index);
    if (index?.unique !== true || !index.valid || madeHere(index.origin) || isRefused(effects)) return undefined;
    const table = before.byId(index.table);
    if (table?.kind !== 'table' || isNew(table) || table.persistence === 'temporary') return undefined;
    const keys = key(index);
    // Columns may get other names before their index comes back.
    const renames = new Map(operationsOn(context, 'renameColumn', table).map(({ column, newName }) => [column, newName]));
    const later = { ...index, keys: index.keys.map((one) => ({ ...one, ...(one.column !== undefined && { column: renames.get(one.column) ?? one.column }) })) };
    const columns = index.keys.flatMap((one) => one.column ?? []);
    // The column goes, and with it the index: that is the finding then.
    if (operationsOn(context, 'dropColumn', table).some((one) => columns.includes(one.column))) return undefined;
    // A key over some of the columns keeps the rows apart all the same; only ON CONFLICT on the dropped one fails.
    const implied = before.indexesOf(table).some((one) => one.id !== index.id && one.unique && one.valid && one.where === undefined && one.keys.every((part) => part.column !== undefined && columns.includes(part.column)));
    const other = before.indexesOf(table).some((one) => one.id !== index.id && one.unique && one.valid && key(one) === keys);
    const built = operationsOn(context, 'createIndex', table).some((one) => one.unique && (key(one) === keys || key(one) === key(later) || one.name === index.name));
    const added = operationsOn(context, 'addConstraint', table).some(
      ({ constraint }) => (constraint.type === 'unique' || constraint.type === 'primaryKey') && [index, later].some(({ keys: parts }) => String([...constraint.columns].sort()) === String(parts.map((one) => one.column).sort())),
    );
    // It has given up its name to one that was built in its place.
    const heir = before.indexesOf(table).some((one) => one.unique && one.valid && (index.name === `${one.name}_replaced` || index.name === `${one.name}_old`));
    if (other || built || added || heir || operationsOn(context, 'dropTable', table).length > 0) return undefined;
    return { relation: name(table), index: index.name, columns: index.keys.map((one) => one.column ?? one.expression?.text ?? '').join(', '), implied, ...(implied ? { severity: 'info' as const } : {}) };
  },
  message: ({ relation, index, columns, implied }) =>
    implied ? `Without unique index ${index}, INSERT … ON CONFLICT (${columns}) on ${relation} fails.` : `Without unique index ${index}, ${relation} accepts duplicates of (${columns}), and ON CONFLICT on them fails.`,
  advice: () => 'If a new index replaces it, build that first (CREATE UNIQUE INDEX CONCURRENTLY) and drop the old one after it. If uniqueness is no longer wanted, first deploy code without ON CONFLICT on it.',
});

interface Keyed {
  readonly keys: readonly { readonly column?: string; readonly expression?: { readonly text: string } }[];
  readonly where?: { readonly text: string };
}

/** Equal for indexes that keep the same things apart. */
const key = ({ keys, where }: Keyed): string => `${keys.map((one) => one.column ?? one.expression?.text ?? '').sort().join(',')} ${where?.text ?? ''}`;
