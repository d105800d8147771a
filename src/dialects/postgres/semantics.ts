import type { CatalogSemantics } from '../../catalog/semantics.ts';
import type { ConstraintDefinition } from '../../ir/constraints.ts';
import type { Expression } from '../../ir/expressions.ts';
import type { IndexKey } from '../../ir/operations/indexes.ts';
import { expressionName } from './expression-name.ts';

/** How PostgreSQL finds and names things. */
export const postgresSemantics: CatalogSemantics = {
  searchPath: ['public'],
  schemas: ['public', 'pg_catalog', 'information_schema', 'pg_toast', 'pg_temp'],
  temporarySchema: 'pg_temp',
  isSystemSchema: (schema) => schema === 'pg_catalog' || schema === 'information_schema' || schema === 'pg_toast',
  systemSchemaOf: (relation) => (relation.startsWith('pg_') ? 'pg_catalog' : undefined),
  constraintName: (table, constraint, taken) => {
    const { middle, label } = constraintParts(constraint);
    return freeName(table, middle, label, taken);
  },
  indexName: (table, keys, taken) => freeName(table, joinColumns(keyNames(keys)), 'idx', taken),
  sequenceName: (table, column, taken) => freeName(table, column, 'seq', taken),
  key: (name) => name,
};

/** Bytes of the longest identifier. */
const LIMIT = 63;
const encoder = new TextEncoder();
const bytes = (text: string): number => (isAscii(text) ? text.length : encoder.encode(text).length);

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function constraintParts(constraint: ConstraintDefinition): { readonly middle?: string; readonly label: string } {
  switch (constraint.type) {
    case 'primaryKey':
      return { label: 'pkey' };
    case 'unique':
      return { middle: joinColumns(keyNames(asKeys([...constraint.columns, ...(constraint.include ?? [])]))), label: 'key' };
    case 'exclusion':
      return { middle: joinColumns(keyNames(exclusionKeys(constraint.columns, constraint.expressions))), label: 'excl' };
    case 'foreignKey':
      return { middle: joinColumns(constraint.columns), label: 'fkey' };
    case 'check': {
      const [only, ...others] = constraint.expression.columns;
      return only === undefined || others.length > 0 ? { label: 'check' } : { middle: only, label: 'check' };
    }
    case 'notNull':
      return { middle: constraint.column, label: 'not_null' };
  }
}

/** The first name that is free: `t_a_idx`, `t_a_idx1`, `t_a_idx2`, … */
function freeName(table: string, middle: string | undefined, label: string, taken: (name: string) => boolean): string {
  for (let pass = 0; ; pass++) {
    const name = objectName(table, middle, pass === 0 ? label : `${label}${String(pass)}`);
    if (!taken(name)) return name;
  }
}

/** `first_middle_label`, the longer of the first two shortened until all of it fits. */
function objectName(first: string, middle: string | undefined, label: string): string {
  const room = LIMIT - bytes(label) - 1 - (middle === undefined ? 0 : 1);
  let firstBytes = bytes(first);
  let middleBytes = middle === undefined ? 0 : bytes(middle);
  const excess = firstBytes + middleBytes - room;
  if (excess > 0) {
    const gap = Math.min(excess, Math.abs(firstBytes - middleBytes));
    const rest = excess - gap;
    // Byte by byte from whichever is longer; from the second when they are equal.
    if (firstBytes > middleBytes) firstBytes -= gap;
    else middleBytes -= gap;
    middleBytes -= Math.ceil(rest / 2);
    firstBytes -= Math.floor(rest / 2);
  }
  const parts = [clip(first, firstBytes), ...(middle === undefined ? [] : [clip(middle, middleBytes)]), label];
  return parts.join('_');
}

/** At most `limit` bytes of the text, no character cut in two. */
function clip(text: string, limit: number): string {
  if (isAscii(text)) return text.slice(0, Math.max(limit, 0));
  let used = 0;
  let result = '';
  for (const char of text) {
    used += bytes(char);
    if (used > limit) break;
    result += char;
  }
  return result;
}

/** Column names joined until the identifier limit is reached. */
function joinColumns(names: readonly string[]): string {
  let joined = '';
  for (const name of names) {
    joined += joined === '' ? name : `_${name}`;
    if (bytes(joined) >= LIMIT + 1) break;
  }
  return clip(joined, LIMIT);
}

const asKeys = (columns: readonly string[]): readonly IndexKey[] => columns.map((column) => ({ column, descending: false }));

function exclusionKeys(columns: readonly (string | undefined)[], expressions: readonly Expression[]): readonly IndexKey[] {
  let next = 0;
  return columns.map((column): IndexKey => {
    if (column !== undefined) return { column, descending: false };
    const expression = expressions[next++];
    return expression === undefined ? { descending: false } : { expression, descending: false };
  });
}

/** The names of an index's columns: unique within it, numbered where they would not be. */
function keyNames(keys: readonly IndexKey[]): readonly string[] {
  const names: string[] = [];
  const used = new Set<string>();
  for (const key of keys) {
    const base = key.column ?? (key.expression === undefined ? undefined : expressionName(key.expression.text)) ?? 'expr';
    let name = base;
    for (let i = 1; used.has(name); i++) name = `${clip(base, LIMIT - String(i).length)}${String(i)}`;
    used.add(name);
    names.push(name);
  }
  return names;
}
