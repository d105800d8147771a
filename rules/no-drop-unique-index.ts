import { defineRule, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-unique-index',
  summary: 'a unique index is dropped and with it the guarantee that it gave',
  severity: 'warning',
  category: 'compatibility',
  on: ['dropIndex'],
  recommended: true,
  why: 'A unique index is a constraint under another name. Without it duplicates get in, INSERT … ON CONFLICT on its columns fails at once, and it cannot be built again while there are duplicates.',
  references: [{ title: 'PostgreSQL: Unique Indexes', url: 'https://www.postgresql.org/docs/current/indexes-unique.html' }],
  check(op, { before, isNew, madeHere, name, script }) {
    const index = before.index(op.index);
    if (index?.unique !== true || !index.valid || madeHere(index.origin)) return undefined;
    const table = before.byId(index.table);
    if (table?.kind !== 'table' || isNew(table) || table.persistence === 'temporary') return undefined;
    const keys = key(index);
    const other = before.indexesOf(table).some((one) => one.id !== index.id && one.unique && one.valid && key(one) === keys);
    const built = operationsIn(script, 'createIndex').some((one) => one.unique && name(one.table) === name(table) && (key(one) === keys || one.name === index.name));
    const added = operationsIn(script, 'addConstraint').some(
      ({ constraint, table: on }) => (constraint.type === 'unique' || constraint.type === 'primaryKey') && name(on) === name(table) && String([...constraint.columns].sort()) === String(index.keys.map((one) => one.column).sort()),
    );
    if (other || built || added || operationsIn(script, 'dropTable').some((one) => name(one.table) === name(table))) return undefined;
    return { relation: name(table), index: index.name, columns: index.keys.map((one) => one.column ?? one.expression?.text ?? '').join(', ') };
  },
  message: ({ relation, index, columns }) => `Without unique index ${index}, ${String(relation)} accepts duplicates of (${columns}), and ON CONFLICT on them fails.`,
  advice: () => 'If a new index replaces it, build that first (CREATE UNIQUE INDEX CONCURRENTLY) and drop the old one after it. If uniqueness is no longer wanted, first deploy code without ON CONFLICT on it.',
});

interface Keyed {
  readonly keys: readonly { readonly column?: string; readonly expression?: { readonly text: string } }[];
  readonly where?: { readonly text: string };
}

/** Equal for indexes that keep the same things apart. */
const key = ({ keys, where }: Keyed): string => `${keys.map((one) => one.column ?? one.expression?.text ?? '').sort().join(',')} ${where?.text ?? ''}`;
