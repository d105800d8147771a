import type { Index, Table } from './schema.ts';

/** Indexes that a foreign key to these columns can lean on. It leans on the first, which is the oldest; one that names no columns, on the primary key's, but nobody remembers that. */
export const keysFor = (indexes: readonly Index[], table: Table, columns: readonly string[]): readonly Index[] =>
  indexes.filter((index) => canServeKeys(index, table) && sameSet(index.keys.flatMap(({ column }) => column ?? []), columns));

/** All rows, plain columns, checked at once. */
const canServeKeys = ({ id, unique, where, keys, valid }: Index, { constraints }: Table): boolean =>
  unique && valid && where === undefined && keys.every(({ column }) => column !== undefined) && !constraints.some(({ index, definition }) => index === id && definition.deferrable === true);

export const sameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name) => b.includes(name));
