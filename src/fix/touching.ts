import type { Statement } from '../ir/migration.ts';

/** What statements have been about, by name. */
export interface Touched {
  readonly names: Set<string>;
  /** Types of columns: whoever makes or changes such a type is about the same thing, another column of it is not. */
  readonly types: Set<string>;
  everything: boolean;
  /** Something has gone on which others may have hung that are dropped then: a trigger of its function, a view of its table. */
  freed: boolean;
  /** Rows have been changed: those of another table may refer to them. */
  rows: boolean;
}

export const nothingTouched = (): Touched => ({ names: new Set(), types: new Set(), everything: false, freed: false, rows: false });

export function touch(statement: Statement, touched: Touched): void {
  const own = namesIn(statement);
  if (statement.operations.some(({ kind }) => FREES.has(kind))) touched.freed = true;
  if (changesRows(statement)) touched.rows = true;
  if (own === undefined) touched.everything = true;
  else {
    for (const name of own.names) touched.names.add(name);
    for (const type of own.types) touched.types.add(type);
  }
}

/** Whether a statement may count on what others have done, as far as names tell; one that does not say what it is about may. */
export function isTouched(statement: Statement, touched: Touched): boolean {
  const own = namesIn(statement);
  if (own === undefined || touched.everything || (touched.freed && statement.operations.some(({ kind }) => TAKES_AWAY.has(kind))) || (touched.rows && changesRows(statement))) return true;
  return own.names.some((name) => touched.names.has(name) || touched.types.has(name)) || own.types.some((type) => touched.names.has(type));
}

/** Undefined where the text does not say. */
export function namesIn({ operations }: Statement): { readonly names: readonly string[]; readonly types: readonly string[] } | undefined {
  if (operations.some(({ kind }) => UNKNOWN.has(kind))) return undefined;
  const names = new Set<string>();
  const types = new Set<string>();
  const visit = (value: unknown, key: string): void => {
    if (typeof value !== 'object' || value === null || key === 'columns') return;
    if (Array.isArray(value)) for (const one of value) visit(one, '');
    else {
      if ('name' in value && typeof value.name === 'string' && Object.keys(value).every((own) => own === 'name' || own === 'schema')) names.add(value.name);
      for (const [own, inner] of Object.entries(value)) if (key !== 'column' || own !== 'type') visit(inner, own);
    }
  };
  for (const operation of operations) {
    visit(operation, '');
    if ('newName' in operation && typeof operation.newName === 'string') names.add(operation.newName);
    if (operation.kind === 'createIndex' && operation.name !== undefined) names.add(operation.name);
    if (operation.kind === 'createTable') for (const { type } of operation.columns) types.add(type.name);
    if (operation.kind === 'addColumn') types.add(operation.column.type.name);
  }
  return { names: [...names], types: [...types] };
}

const changesRows = ({ operations }: Statement): boolean => operations.some(({ kind }) => ROWS.has(kind));

const ROWS: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge', 'truncate']);

const FREES: ReadonlySet<string> = new Set(['dropTrigger', 'dropView', 'dropMaterializedView', 'dropPolicy', 'dropRule', 'dropConstraint', 'dropColumn', 'dropDefault', 'dropTable', 'changeColumnType', 'setDefault']);

const TAKES_AWAY: ReadonlySet<string> = new Set(['dropRoutine', 'dropType', 'dropSequence', 'dropTable', 'dropView', 'dropMaterializedView', 'dropSchema', 'dropExtension', 'dropObject']);

const UNKNOWN: ReadonlySet<string> = new Set(['opaque', 'call', 'select', 'copy', 'refreshMaterializedView']);
