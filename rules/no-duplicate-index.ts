import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-duplicate-index',
  summary: 'an index repeats another one of the table, or its beginning',
  severity: 'info',
  category: 'hygiene',
  on: ['createIndex', 'addConstraint'],
  recommended: true,
  why: 'Every INSERT and most UPDATEs write every index of the table. An index whose columns are those of another, or the first ones of another, answers no query that the other does not; a unique constraint or primary key has an index already.',
  references: [{ title: 'PostgreSQL: Multicolumn Indexes', url: 'https://www.postgresql.org/docs/current/indexes-multicolumn.html' }],
  check(op, context) {
    const { before, name, script } = context;
    if (op.kind === 'addConstraint' && ((op.constraint.type !== 'unique' && op.constraint.type !== 'primaryKey') || op.constraint.usingIndex !== undefined)) return undefined;
    const table = before.table(op.table);
    if (table === undefined || table.persistence === 'temporary') return undefined;
    const wanted = shapeOf(op);
    const first = op.kind === 'createIndex' ? op.keys[0]?.column : wanted.keys[0];
    const dropped = (index: string): boolean => operationsIn(script, 'dropIndex').some((one) => one.index.name === index) || operationsIn(script, 'dropConstraint').some((one) => one.name === index);
    const other = before.indexesOf(table).find((index) => {
      if (index.keys[0]?.column !== first || index.name === wanted.name || index.method !== wanted.method || (index.where?.text ?? '') !== wanted.where || dropped(index.name)) return false;
      const keys = keysOf(index);
      if (String(keys) === String(wanted.keys)) return index.unique || !wanted.unique;
      return !wanted.unique && wanted.method === 'btree' && wanted.keys.length < keys.length && wanted.keys.every((key, i) => key === keys[i]) && wanted.include.length === 0;
    });
    return other === undefined ? undefined : { relation: name(op.table), index: wanted.name ?? 'This index', other: other.name, columns: keysOf(other).join(', ') };
  },
  message: ({ relation, index, other, columns }) => `${index} adds nothing to ${other} (${columns}) of ${relation}.`,
  advice: ({ other }) => `Leave it out, or drop ${other} if the new one is meant to replace it.`,
});

function shapeOf(op: SubjectOf<'createIndex' | 'addConstraint'>): { name: string | undefined; keys: string[]; unique: boolean; method: string; where: string; include: readonly string[] } {
  if (op.kind === 'createIndex') return { name: op.name, keys: op.keys.map(keyText), unique: op.unique, method: op.method, where: op.where?.text ?? '', include: op.include };
  const columns = 'columns' in op.constraint ? op.constraint.columns : [];
  return { name: op.constraint.name, keys: columns.map((column) => keyText({ column })), unique: true, method: 'btree', where: '', include: [] };
}

type Index = ReturnType<RuleContext['before']['indexesOf']>[number];

/** Index states are immutable, so their keys are put into words once. */
function keysOf(index: Index): readonly string[] {
  let keys = KEYS.get(index);
  if (keys === undefined) KEYS.set(index, (keys = index.keys.map(keyText)));
  return keys;
}

const KEYS = new WeakMap<Index, readonly string[]>();

const keyText = (key: { readonly column?: string | undefined; readonly expression?: { readonly text: string }; readonly operatorClass?: string; readonly collation?: string; readonly descending?: boolean }): string =>
  [key.column ?? key.expression?.text ?? '', key.collation ?? '', key.operatorClass ?? '', key.descending === true ? 'desc' : ''].filter((part) => part !== '').join(' ');
