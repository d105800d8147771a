/** Columns that every table has, so that it can get no others of their names. */
export const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

/** Whether a relation may have the column though nobody has made it: the server's own have an `oid`, and others could before version 12. */
export const isGiven = (column: string): boolean => column === 'oid' || SYSTEM_COLUMNS.has(column);
