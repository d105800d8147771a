import type { Traced } from '../../hosts/program.ts';
import { joined } from '../../hosts/traced.ts';
import type { Value } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import { flag, listIn, optionalText, placeholder, textIn } from '../shared/host-values.ts';
import type { Generate, Query } from '../shared/host-queries.ts';
import { from } from '../shared/host-queries.ts';
import type { Column, Part, TablePath } from './model.ts';
import { columnIn, entries, escapePath, hashed, isObject, isTrue, optionsOf, partIn, partName, pathIn } from './model.ts';
import { primaryKeyName } from './naming.ts';
import { checkSql, exclusionSql, foreignKeySql, indexSql, primaryKey, quoted, uniqueSql } from './tables.ts';

type Kind = Parameters<typeof partIn>[1];

const alter = (path: TablePath, change: Traced | string): Query => ({ sql: joined([`ALTER TABLE ${escapePath(path)} `, change]) });

const adds = (kind: Kind, sql: (part: Part) => string): Generate => ([table, value]) => {
  const path = pathIn(table);
  const part = partIn(value, kind, path);
  return [alter(path, joined(['ADD ', from(sql(part), part.value)]))];
};

/** Given by name, TypeORM looks it up in the database and stops if it is not there, unless told `ifExists`. */
const drops = (kind: Kind): Generate => ([table, value, ifExists]) => {
  const path = pathIn(table);
  return [alter(path, joined([`DROP CONSTRAINT ${isTrue(ifExists) ? 'IF EXISTS ' : ''}`, from(`"${partName(value, kind, path)}"`, value)]))];
};

const createIndex: Generate = ([table, value]) => {
  const path = pathIn(table);
  return [{ sql: indexSql(path, partIn(value, 'TableIndex', path)) }];
};

const dropIndex: Generate = ([table, value, ifExists]) => {
  const path = pathIn(table);
  const options = isObject(value, 'TableIndex') ? value : undefined;
  const concurrently = options !== undefined && flag(options, 'isConcurrent');
  return [{ sql: joined([`DROP INDEX ${concurrently ? 'CONCURRENTLY ' : ''}${isTrue(ifExists) ? 'IF EXISTS ' : ''}`, from(`"${path.schema ?? 'public'}"."${partName(value, 'TableIndex', path)}"`, value)]) }];
};

const createPrimaryKey: Generate = ([table, columns, name]) => {
  const path = pathIn(table);
  const names = listIn(columns, 'the columns of the key').items.map((item) => textIn(item, 'a column of the key'));
  const own = name === undefined || name.kind === 'undefined' ? primaryKeyName(hashed(path), names) : textIn(name, 'the name of the key');
  return [alter(path, `ADD CONSTRAINT "${own}" PRIMARY KEY (${quoted(names)})`)];
};

/** Its name is made of the columns that the table has: where the call does not bring the table, only the database tells. */
const dropPrimaryKey: Generate = ([table, , ifExists]) => {
  const path = pathIn(table);
  const primary = keyColumns(table);
  return [alter(path, `DROP CONSTRAINT ${isTrue(ifExists) ? 'IF EXISTS ' : ''}"${primary === undefined ? keyOf(path) : primaryKey(path, primary)}"`)];
};

/** The key that there is goes, and the new one gets its name only if it was given. */
const updatePrimaryKeys: Generate = ([table, columns]) => {
  const path = pathIn(table);
  const primary = keyColumns(table);
  const names = listIn(columns, 'the columns of the key').items.map((item) => columnIn(item).name);
  const named = primary?.[0] === undefined ? undefined : optionalText(primary[0].options, 'primaryKeyConstraintName');
  const old = primary === undefined ? keyOf(path) : primary.length === 0 ? undefined : primaryKey(path, primary);
  const own = primary === undefined ? keyOf(path) : (named ?? primaryKeyName(hashed(path), names));
  return [...(old === undefined ? [] : [alter(path, `DROP CONSTRAINT "${old}"`)]), alter(path, `ADD CONSTRAINT "${own}" PRIMARY KEY (${quoted(names)})`)];
};

/** The columns of the key of a table that the call brings. */
function keyColumns(table: Value | undefined): readonly Column[] | undefined {
  const options = optionsOf(table, 'Table');
  return options === undefined ? undefined : entries(options, 'columns').map(columnIn).filter((column) => flag(column.options, 'isPrimary'));
}

const keyOf = ({ table }: TablePath): string => placeholder({ source: `primary key of ${table}` });

/** One call for each of a list. */
const each = (generate: Generate, listed = 'the list'): Generate => ([table, values, ...rest], site) =>
  values?.kind === 'unknown' ? refuse(`${listed}: ${values.reason}`) : listIn(values, listed).items.flatMap((value: Value) => generate([table ?? value, value, ...rest], site));

const createForeignKey = adds('TableForeignKey', (part) => foreignKeySql(part, undefined, ',', ''));
const dropForeignKey = drops('TableForeignKey');
const createUniqueConstraint = adds('TableUnique', uniqueSql);
const dropUniqueConstraint = drops('TableUnique');
const createCheckConstraint = adds('TableCheck', checkSql);
const dropCheckConstraint = drops('TableCheck');
const createExclusionConstraint = adds('TableExclusion', exclusionSql);
const dropExclusionConstraint = drops('TableExclusion');

export const constraintMethods: Readonly<Record<string, Generate>> = {
  createIndex,
  createIndices: each(createIndex),
  createViewIndex: createIndex,
  createViewIndices: each(createIndex),
  dropIndex,
  dropIndices: each(dropIndex),
  dropViewIndex: dropIndex,
  createPrimaryKey,
  dropPrimaryKey,
  updatePrimaryKeys,
  createForeignKey,
  createForeignKeys: each(createForeignKey),
  dropForeignKey,
  dropForeignKeys: each(dropForeignKey),
  createUniqueConstraint,
  createUniqueConstraints: each(createUniqueConstraint),
  dropUniqueConstraint,
  dropUniqueConstraints: each(dropUniqueConstraint),
  createCheckConstraint,
  createCheckConstraints: each(createCheckConstraint),
  dropCheckConstraint,
  dropCheckConstraints: each(dropCheckConstraint),
  createExclusionConstraint,
  createExclusionConstraints: each(createExclusionConstraint),
  dropExclusionConstraint,
  dropExclusionConstraints: each(dropExclusionConstraint),
};
