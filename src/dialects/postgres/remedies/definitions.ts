import type { Column, Constraint, Index, Table } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { ConstraintDefinition, ReferentialAction } from '../../../ir/constraints.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import { indexSql } from './index-sql.ts';
import { tableNameSql } from './names.ts';
import { columnRightsSql, publishedSql, rightsSql } from './rights.ts';
import { isTold, typeSql } from './type-sql.ts';

/** How parts of a table are defined, from what the catalog knows. Names of tables carry their schema unless it is the first of the search path. */

/** The column without its constraints, NOT NULL included where asked for. */
export function columnSql(column: Column, before: CatalogView, { required = true } = {}): string {
  const parts = [`${quote(column.name)} ${typeSql(column.type, before)}`];
  if (column.collation !== undefined) parts.push(`COLLATE ${quote(column.collation)}`);
  if (column.generated !== undefined) parts.push(`GENERATED ALWAYS AS (${column.generated.expression.text})${column.generated.stored ? ' STORED' : ' VIRTUAL'}`);
  else if (column.identity !== undefined) parts.push(`GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`);
  else if (column.default !== undefined) parts.push(`DEFAULT ${defaultSql(column, before)}`);
  if (required && column.notNull && column.identity === undefined) parts.push('NOT NULL');
  return parts.join(' ');
}

/** The default as it has to stand in SQL; that of a serial column is the catalog's own, its name not quoted. */
export function defaultSql(column: Column, before: CatalogView): string {
  const sequence = column.sequence === undefined ? undefined : before.byId(column.sequence);
  const numbered = column.default?.calls.length === 1 && column.default.calls[0]?.name.name === 'nextval';
  return sequence !== undefined && numbered ? `nextval(${quoteLiteral(tableNameSql(sequence, before))})` : (column.default?.text ?? 'NULL');
}

/** `CONSTRAINT name …`; undefined for what cannot be told again. */
export function constraintSql({ name, definition, valid, references }: Constraint, before: CatalogView): string | undefined {
  const body = definitionSql(definition, references === undefined ? undefined : before.byId(references), before);
  if (body === undefined) return undefined;
  return `CONSTRAINT ${quote(name)} ${body}${timing(definition)}${definition.noInherit === true ? ' NO INHERIT' : ''}${definition.notEnforced === true ? ' NOT ENFORCED' : valid ? '' : ' NOT VALID'}`;
}

/** What makes a constraint one of its kind; the names of columns and of the table that a foreign key refers to may be others. */
export function definitionSql(definition: ConstraintDefinition, target: { readonly schema: string; readonly name: string } | undefined, before: CatalogView): string | undefined {
  const list = (columns: readonly string[]): string => `(${columns.map(quote).join(', ')})`;
  switch (definition.type) {
    case 'primaryKey':
    case 'unique': {
      if (definition.withoutOverlaps === true) return undefined;
      const kind = definition.type === 'primaryKey' ? 'PRIMARY KEY' : `UNIQUE${definition.nullsNotDistinct === true ? ' NULLS NOT DISTINCT' : ''}`;
      return `${kind} ${list(definition.columns)}${definition.include === undefined || definition.include.length === 0 ? '' : ` INCLUDE ${list(definition.include)}`}`;
    }
    case 'foreignKey': {
      const referenced = definition.referencedColumns.length === 0 ? '' : ` ${list(definition.referencedColumns)}`;
      const match = definition.match === 'full' ? ' MATCH FULL' : '';
      const name = target === undefined ? quoteName(definition.references) : tableNameSql(target, before);
      return `FOREIGN KEY ${list(definition.columns)} REFERENCES ${name}${referenced}${match}${action('DELETE', definition.onDelete)}${action('UPDATE', definition.onUpdate)}`;
    }
    case 'check':
      return `CHECK (${definition.expression.text})`;
    case 'notNull':
    case 'exclusion':
      return undefined;
  }
}

const ACTIONS: { readonly [Action in ReferentialAction]: string } = { noAction: '', restrict: 'RESTRICT', cascade: 'CASCADE', setNull: 'SET NULL', setDefault: 'SET DEFAULT' };
const action = (event: string, how: ReferentialAction): string => (how === 'noAction' ? '' : ` ON ${event} ${ACTIONS[how]}`);

export const timing = ({ deferrable, initiallyDeferred }: ConstraintDefinition): string =>
  `${deferrable === true ? ' DEFERRABLE' : ''}${initiallyDeferred === true ? ' INITIALLY DEFERRED' : ''}`;

/** The columns that a constraint is over. */
export function columnsOf(definition: ConstraintDefinition): readonly string[] {
  switch (definition.type) {
    case 'check':
      return definition.expression.columns;
    case 'notNull':
      return [definition.column];
    case 'exclusion':
      return [...definition.columns.filter((column) => column !== undefined), ...definition.expressions.flatMap(({ columns }) => columns)];
    case 'primaryKey':
    case 'unique':
      return [...definition.columns, ...(definition.include ?? [])];
    case 'foreignKey':
      return definition.columns;
  }
}

export const indexUses = ({ keys, include, where }: Index, column: string): boolean =>
  keys.some((key) => key.column === column || key.expression?.columns.includes(column) === true) || include.includes(column) || where?.columns.includes(column) === true;

export interface Restored {
  readonly sql: readonly string[];
  /** What could not be told, in words. */
  readonly missing: readonly string[];
}

/** Everything about a table that the catalog knows, as statements that make it again, empty. */
export function tableSql(table: Table, before: CatalogView): Restored | undefined {
  if (!table.complete || !table.columns.every(({ type }) => isTold(type)) || table.foreign || table.partitionBy !== undefined || table.partitionOf !== undefined || table.inherits.length > 0 || table.ofType !== undefined) return undefined;
  const name = tableNameSql(table, before);
  const missing: string[] = [];
  const constraints: string[] = [];
  const foreign: string[] = [];
  for (const constraint of table.constraints) {
    if (constraint.definition.type === 'notNull') continue;
    const text = constraintSql(constraint, before);
    if (text === undefined) missing.push(`constraint ${constraint.name}`);
    else if (constraint.definition.type === 'foreignKey') foreign.push(`ALTER TABLE ${name} ADD ${text}`);
    else constraints.push(text);
  }
  const sequences = table.columns.flatMap((column) => {
    const sequence = column.identity === undefined && column.sequence !== undefined ? before.byId(column.sequence) : undefined;
    return sequence === undefined ? [] : [{ column, sql: tableNameSql(sequence, before), type: column.type.name }];
  });
  const sql = [
    ...sequences.map((sequence) => `CREATE SEQUENCE ${sequence.sql} AS ${sequence.type}`),
    `CREATE ${table.persistence === 'unlogged' ? 'UNLOGGED ' : ''}TABLE ${name} (\n  ${[...table.columns.map((column) => columnSql(column, before)), ...constraints].join(',\n  ')}\n)`,
    ...sequences.map((sequence) => `ALTER SEQUENCE ${sequence.sql} OWNED BY ${name}.${quote(sequence.column.name)}`),
    ...foreign,
  ];
  for (const index of before.indexesOf(table)) {
    if (index.constraint !== undefined) continue;
    const text = indexSql(index, before);
    if (text === undefined) missing.push(`index ${index.name}`);
    else sql.push(text.replace('INDEX CONCURRENTLY', 'INDEX'));
  }
  sql.push(...comments(table, name, before));
  sql.push(...rightsSql(table, name), ...publishedSql(table, name));
  if (table.rowSecurity.enabled) sql.push(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`);
  if (table.rowSecurity.forced) sql.push(`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`);
  if (table.policies.length > 0) missing.push('its policies');
  if (table.triggers.length > 0) missing.push('its triggers');
  if (table.rules.length > 0) missing.push('its rules');
  return { sql, missing };
}

function comments(table: Table, name: string, before: CatalogView): readonly string[] {
  const indexes = before.indexesOf(table).filter(({ comment, constraint }) => comment !== undefined && constraint === undefined);
  return [
    ...(table.comment === undefined ? [] : [`COMMENT ON TABLE ${name} IS ${quoteLiteral(table.comment)}`]),
    ...table.columns.flatMap((column) => columnComment(column, name)),
    ...table.constraints.flatMap((constraint) => (constraint.comment === undefined ? [] : [`COMMENT ON CONSTRAINT ${quote(constraint.name)} ON ${name} IS ${quoteLiteral(constraint.comment)}`])),
    ...indexes.map((index) => `COMMENT ON INDEX ${tableNameSql(index, before)} IS ${quoteLiteral(index.comment ?? '')}`),
  ];
}

export const columnComment = ({ name, comment }: Column, table: string): readonly string[] => (comment === undefined ? [] : [`COMMENT ON COLUMN ${table}.${quote(name)} IS ${quoteLiteral(comment)}`]);

/** NOT NULL where no row stands in its way: a way back must not fail over rows that were written meanwhile. */
export const notNullIfPossible = (table: string, column: string): string =>
  `DO $back$\nBEGIN\n  IF NOT EXISTS (SELECT FROM ${table} WHERE ${quote(column)} IS NULL) THEN\n    ALTER TABLE ${table} ALTER COLUMN ${quote(column)} SET NOT NULL;\n  END IF;\nEND\n$back$`;

/** Columns that rows cannot be without and that have nothing to start from: they come back as columns that may be NULL first. */
export const isRequired = ({ notNull, default: value, identity, generated }: Column): boolean => notNull && value === undefined && identity === undefined && generated === undefined;

/** A column with all that hangs on it in its own table, as statements that make it again, without its values. */
export function columnWithParts(table: Table, column: Column, before: CatalogView, tableName = tableNameSql(table, before)): Restored {
  const missing: string[] = [];
  const sql: string[] = [];
  const sequence = column.identity === undefined && column.sequence !== undefined ? before.byId(column.sequence) : undefined;
  if (sequence !== undefined) sql.push(`CREATE SEQUENCE ${tableNameSql(sequence, before)} AS ${column.type.name}`);
  const key = table.constraints.some(({ definition }) => definition.type === 'primaryKey' && definition.columns.includes(column.name));
  const required = isRequired(column) && !key;
  sql.push(`ALTER TABLE ${tableName} ADD COLUMN ${columnSql(column, before, { required: !required })}`);
  if (sequence !== undefined) sql.push(`ALTER SEQUENCE ${tableNameSql(sequence, before)} OWNED BY ${tableName}.${quote(column.name)}`);
  for (const constraint of table.constraints) {
    if (constraint.definition.type === 'notNull' || !columnsOf(constraint.definition).includes(column.name)) continue;
    const text = constraintSql(constraint, before);
    if (text === undefined) missing.push(`constraint ${constraint.name}`);
    else sql.push(`ALTER TABLE ${tableName} ADD ${text}`);
  }
  for (const index of before.indexesOf(table)) {
    if (index.constraint !== undefined || !indexUses(index, column.name)) continue;
    const text = indexSql(index, before);
    if (text === undefined) missing.push(`index ${index.name}`);
    else sql.push(text.replace('INDEX CONCURRENTLY', 'INDEX'));
  }
  sql.push(...columnComment(column, tableName), ...columnRightsSql(table, column.name, tableName), ...(required ? [notNullIfPossible(tableName, column.name)] : []));
  return { sql, missing };
}
