import { joined } from '../../hosts/traced.ts';
import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import { isNothing } from '../../hosts/typescript/value.ts';
import type { Trap } from '../../ir/migration.ts';
import { refuse } from '../shared/refusal.ts';
import { flag, listIn, optionalText, textIn } from '../shared/host-values.ts';
import type { Generate, Query } from '../shared/host-queries.ts';
import { from } from '../shared/host-queries.ts';
import { columnSql, commentText, createEnum, defaultOf, enumName, enumValues, fullType, isEnum } from './columns.ts';
import type { Column, TablePath } from './model.ts';
import { columnIn, escapePath, hashed, isObject, isTrue, pathIn } from './model.ts';
import { uniqueName } from './naming.ts';
import { generatedMetadata, primaryKey } from './tables.ts';

const addColumn: Generate = ([table, value]) => {
  const path = pathIn(table);
  return added(path, columnIn(value));
};

function added(path: TablePath, column: Column): readonly Query[] {
  const { name, options, value } = column;
  const comment = optionalText(options, 'comment');
  const on = `ALTER TABLE ${escapePath(path)}`;
  return [
    ...(isEnum(column) ? [{ sql: createEnum(path, column) }] : []),
    { sql: joined([`${on} ADD `, columnSql(path, column)]) },
    // A key that the table has already is dropped before and made anew with this column.
    ...(flag(options, 'isPrimary') ? [{ sql: `${on} ADD CONSTRAINT "${primaryKey(path, [column])}" PRIMARY KEY ("${name}")` }] : []),
    ...(flag(options, 'isUnique') ? [{ sql: joined([`${on} ADD `, from(`CONSTRAINT "${uniqueName(hashed(path), [name])}" UNIQUE ("${name}")`, value)]) }] : []),
    ...generatedMetadata(path, column),
    ...(comment === undefined ? [] : [{ sql: `COMMENT ON COLUMN ${escapePath(path)}."${name}" IS ${commentText(comment)}` }]),
  ];
}

/** The expression of a column that is not generated any more. */
const FORGOTTEN = 'DELETE FROM "typeorm_metadata" WHERE "type" = $1 AND "name" = $2 AND "database" = $3 AND "schema" = $4 AND "table" = $5';

/** A column by name, or as a TableColumn. */
const nameIn = (value: Value | undefined): string => (value?.kind === 'text' || value?.kind === 'unknown' ? textIn(value, 'the name of the column') : columnIn(value).name);

const dropColumn: Generate = ([table, value, ifExists]) => {
  const path = pathIn(table);
  return dropped(path, isObject(value, 'TableColumn') ? columnIn(value) : undefined, nameIn(value), isTrue(ifExists), value);
};

/** Indexes, checks and keys of the column alone are dropped before it; they would go with it. Its enum type goes too where the call tells the type. */
function dropped(path: TablePath, column: Column | undefined, name: string, ifExists: boolean, place: Value | undefined): readonly Query[] {
  return [
    { sql: joined([`ALTER TABLE ${escapePath(path)} DROP COLUMN ${ifExists ? 'IF EXISTS ' : ''}`, from(`"${name}"`, place)]) },
    ...(column !== undefined && isEnum(column) ? [{ sql: `DROP TYPE ${enumName(path, column)}` }] : []),
    ...(column !== undefined && optionalText(column.options, 'generatedType') === 'STORED' ? [{ sql: FORGOTTEN }] : []),
  ];
}

/** With a name only, the new column is the old one but for the name; keys and indexes with generated names follow, as the database tells. */
const renameColumn: Generate = (args, site) => {
  const [table, before, after] = args;
  if (after?.kind === 'record') return changeColumn(args, site);
  const path = pathIn(table);
  return [{ sql: joined([`ALTER TABLE ${escapePath(path)} RENAME COLUMN `, from(`"${nameIn(before)}"`, before), ' TO ', from(`"${textIn(after, 'the new name')}"`, after)]) }];
};

const changeColumn: Generate = ([table, before, after], site) => {
  const path = pathIn(table);
  const next = columnIn(after);
  if (!isObject(before, 'TableColumn')) return unforeseen(path, next, nameIn(before), site.call);
  const old = columnIn(before);
  if (isRemade(old, next)) {
    const detail = `TypeORM drops ${path.table}.${old.name} with its data and adds ${next.name} anew, as type, length or list differ`;
    const traps: readonly Trap[] = [{ trap: 'more-than-named', place: site.call, detail }];
    return [...dropped(path, old, old.name, false, before).map((query, index) => (index === 0 ? { ...query, traps } : query)), ...added(path, next)];
  }
  return altered(path, old, next);
};

/** What it does hangs on the column that the database has: the same type and length, and it is altered; else it is dropped and added. */
function unforeseen(path: TablePath, next: Column, name: string, place: Trap['place']): never {
  const detail = `TypeORM compares ${path.table}.${name} with the database: if type (${next.type}${optionalText(next.options, 'length') === undefined ? '' : `(${optionalText(next.options, 'length') ?? ''})`}), length or list differ, it drops the column with its data and adds it anew`;
  const length = optionalText(next.options, 'length');
  // Keys, generated values and renames come on top of what is compared.
  const isPlain = name === next.name && !isEnum(next) && !['isPrimary', 'isUnique', 'isGenerated', 'isArray'].some((option) => flag(next.options, option)) && optionalText(next.options, 'generatedType') === undefined;
  const storedAs = { table: { ...(path.schema === undefined ? {} : { schema: path.schema }), name: path.table }, column: name, type: next.type, length: length ?? '', precision: ['precision', 'scale'].map((option) => shown(next.options.entries.get(option))).filter((text) => text !== ''), notNull: !flag(next.options, 'isNullable'), defaulted: !isNothing(next.options.entries.get('default')) };
  return refuse(detail, 'dynamic', [{ trap: 'more-than-named', place, detail, ...(isPlain && { storedAs }) }]);
}

const same = (one: RecordValue, other: RecordValue, name: string): boolean => shown(one.entries.get(name)) === shown(other.entries.get(name));

const shown = (value: Value | undefined): string => (value === undefined || value.kind === 'undefined' ? '' : value.kind === 'text' ? value.text : value.kind === 'number' || value.kind === 'boolean' ? String(value.value) : value.kind === 'list' ? value.items.map(shown).join('\0') : value.kind);

const isRemade = (old: Column, next: Column): boolean =>
  old.type !== next.type ||
  !same(old.options, next.options, 'length') ||
  flag(old.options, 'isArray') !== flag(next.options, 'isArray') ||
  (optionalText(next.options, 'generatedType') === 'STORED' && (optionalText(old.options, 'generatedType') === undefined || !same(old.options, next.options, 'asExpression')));

function altered(path: TablePath, old: Column, next: Column): readonly Query[] {
  const on = `ALTER TABLE ${escapePath(path)}`;
  const alter = (change: string): string => `${on} ALTER COLUMN "${next.name}" ${change}`;
  const sent: string[] = [];
  if (old.name !== next.name) {
    sent.push(`${on} RENAME COLUMN "${old.name}" TO "${next.name}"`);
    if (isEnum(old)) sent.push(`ALTER TYPE ${enumName(path, old)} RENAME TO ${enumName(path, next, { withSchema: false })}`);
  }
  if (!same(old.options, next.options, 'precision') || !same(old.options, next.options, 'scale')) sent.push(alter(`TYPE ${fullType(next)}`));
  const swapped = isEnum(old) && isEnum(next) && (enumValues(old).join('\0') !== enumValues(next).join('\0') || !same(old.options, next.options, 'enumName'));
  if (swapped) sent.push(...enumChange(path, old, next, alter));
  if (flag(old.options, 'isNullable') !== flag(next.options, 'isNullable')) sent.push(alter(`${flag(next.options, 'isNullable') ? 'DROP' : 'SET'} NOT NULL`));
  if (!same(old.options, next.options, 'comment')) sent.push(`COMMENT ON COLUMN ${escapePath(path)}."${next.name}" IS ${commentText(optionalText(next.options, 'comment'))}`);
  if (flag(old.options, 'isPrimary') !== flag(next.options, 'isPrimary') || (flag(old.options, 'isPrimary') && flag(old.options, 'isGenerated') !== flag(next.options, 'isGenerated'))) return refuse(`what becomes of the key of ${path.table} hangs on its other columns, which TypeORM reads from the database`);
  if (flag(old.options, 'isUnique') !== flag(next.options, 'isUnique')) {
    const name = uniqueName(hashed(path), [next.name]);
    sent.push(flag(next.options, 'isUnique') ? `${on} ADD CONSTRAINT "${name}" UNIQUE ("${next.name}")` : `${on} DROP CONSTRAINT "${name}"`);
  }
  sent.push(...generationChange(path, old, next, alter));
  const restored = swapped && !onlyAdds(old, next) && defaultOf(old.options) !== undefined;
  if (defaultOf(old.options) !== defaultOf(next.options) && !restored) sent.push(alter(defaultOf(next.options) === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${defaultOf(next.options) ?? ''}`));
  if (spatial(old) !== spatial(next)) sent.push(alter(`TYPE ${fullType(next)}`));
  if (!same(old.options, next.options, 'collation')) sent.push(alter(`TYPE ${next.type} COLLATE "${optionalText(next.options, 'collation') ?? 'undefined'}"`));
  const copied = same(old.options, next.options, 'generatedType') ? [] : [`${on} RENAME COLUMN "${old.name}" TO "TEMP_OLD_${old.name}"`, `${on} ADD ${columnSql(path, next).text}`, `UPDATE ${escapePath(path)} SET "${next.name}" = "TEMP_OLD_${old.name}"`, `${on} DROP COLUMN "TEMP_OLD_${old.name}"`, FORGOTTEN];
  return [...sent, ...copied].map((sql) => ({ sql: from(sql, next.value) }));
}

const spatial = ({ options }: Column): string => `${optionalText(options, 'spatialFeatureType')?.toLowerCase() ?? ''} ${shown(options.entries.get('srid'))}`;

/** Values that the server makes by itself, from a sequence or as a UUID. */
function generationChange({ schema, table }: TablePath, old: Column, next: Column, alter: (change: string) => string): readonly string[] {
  const generated = flag(next.options, 'isGenerated');
  if (flag(old.options, 'isGenerated') === generated) return [];
  const sequence = escapePath({ ...(schema === undefined ? {} : { schema }), table: `${table}_${next.name}_seq` });
  const was = flag(old.options, 'isGenerated') ? optionalText(old.options, 'generationStrategy') : undefined;
  const strategy = optionalText(next.options, 'generationStrategy');
  const undone = [alter('DROP DEFAULT'), `DROP SEQUENCE ${sequence}`];
  const cleared = was === 'uuid' ? [alter('DROP DEFAULT')] : was === 'increment' ? undone : [];
  if (strategy === 'uuid') return [...cleared, alter(generated ? 'SET DEFAULT uuid_generate_v4()' : 'DROP DEFAULT')];
  if (strategy !== 'increment') return cleared;
  return [...cleared, ...(generated ? [`CREATE SEQUENCE IF NOT EXISTS ${sequence} OWNED BY ${escapePath({ ...(schema === undefined ? {} : { schema }), table })}."${next.name}"`, alter(`SET DEFAULT nextval('${sequence}')`)] : undone)];
}

/** Values that are only added are added to the type as it is; else a new type takes the place of the old one. */
const onlyAdds = (old: Column, next: Column): boolean => enumValues(old).every((value) => enumValues(next).includes(value)) && enumValues(next).length > enumValues(old).length;

function enumChange(path: TablePath, old: Column, next: Column, alter: (change: string) => string): readonly string[] {
  const before = new Set(enumValues(old));
  if (onlyAdds(old, next)) return enumValues(next).filter((value) => !before.has(value)).map((value) => `ALTER TYPE ${enumName(path, old)} ADD VALUE '${value.replaceAll("'", "''")}'`);
  const suffix = flag(next.options, 'isArray') ? '[]' : '';
  const name = enumName(path, next);
  const otherwise = defaultOf(next.options);
  return [
    `ALTER TYPE ${enumName(path, old)} RENAME TO ${enumName(path, old, { withSchema: false, old: true })}`,
    createEnum(path, next).text,
    ...(defaultOf(old.options) === undefined ? [] : [alter('DROP DEFAULT')]),
    alter(`TYPE ${name}${suffix} USING "${next.name}"::"text"::${name}${suffix}`),
    ...(otherwise === undefined ? [] : [alter(`SET DEFAULT ${otherwise}`)]),
    `DROP TYPE ${enumName(path, old, { old: true })}`,
  ];
}

const addColumns: Generate = ([table, columns]) => listIn(columns, 'the columns').items.flatMap((column) => added(pathIn(table), columnIn(column)));
const dropColumns: Generate = ([table, columns, ifExists], site) => listIn(columns, 'the columns').items.flatMap((column) => dropColumn([table ?? column, column, ...(ifExists === undefined ? [] : [ifExists])], site));
const changeColumns: Generate = ([table, columns], site) =>
  listIn(columns, 'the columns').items.flatMap((change) => {
    const pair = change.kind === 'record' ? change.entries : undefined;
    const [before, after] = [pair?.get('oldColumn'), pair?.get('newColumn')];
    if (table === undefined || before === undefined || after === undefined) return refuse('the columns that change cannot be read');
    return changeColumn([table, before, after], site);
  });

export const columnMethods: Readonly<Record<string, Generate>> = { addColumn, addColumns, dropColumn, dropColumns, renameColumn, changeColumn, changeColumns };

