import type { Column, EnumType, Table } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { Changes, Request, Requested, RequestedPart, UnknownName } from '../../../remedy/change.ts';
import type { Refusal } from '../../../remedy/step.ts';
import { parse } from '../parse/parse.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import { isType, typeNames } from '../type-names.ts';
import { slug } from './clause.ts';
import { isRequired } from './definitions.ts';
import { freshType } from './enum-type.ts';
import { typeSql } from './type-sql.ts';

/** The statement that each change would be, the names found in the schema. */
export const changes: Changes = {
  'rename-column': (request, before) =>
    ofColumn(request, before, ({ table, column }, [to = '']) =>
      one(`Rename ${column} of ${table.name} to ${plain(to)}`, slug('rename', table.name, column), [`ALTER TABLE ${quoteName(table)} RENAME COLUMN ${quote(column)} TO ${quote(plain(to))}`], { renameColumn: 'renameColumn' }),
    ),
  'rename-table': (request, before) =>
    ofTable(request, before, ({ table }, [to = '']) => taken(before, { ...table, name: plain(to) }) ?? one(`Rename ${table.name} to ${plain(to)}`, slug('rename', table.name), [`ALTER TABLE ${quoteName(table)} RENAME TO ${quote(plain(to))}`], { renameTable: 'renameTable' })),
  'change-type': (request, before) =>
    ofColumn(request, before, ({ table, column }, words) => {
      const using = request.using === undefined ? '' : ` USING ${request.using}`;
      const type = words.join(' ');
      const sql = `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quote(column)} TYPE ${type}`;
      return unknownType(sql, before) ?? one(`Change ${column} of ${table.name} to ${type}`, slug('change', table.name, column), [`${sql}${using}`], { changeColumnType: 'shadowColumn' });
    }),
  'require-column': (request, before) =>
    ofColumn(request, before, ({ table, column }) => one(`Forbid NULL in ${column} of ${table.name}`, slug('require', table.name, column), [`ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quote(column)} SET NOT NULL`], { setNotNull: 'proveNotNull' })),
  'split-column': computed,
  'merge-columns': computed,
  'drop-column': (request, before) => ofColumn(request, before, ({ table, column }) => ({ title: `Drop ${column} of ${table.name}`, parts: [dropPart(table, column)] })),
  'drop-table': (request, before) => ofTable(request, before, ({ table }) => one(`Drop ${table.name}`, slug('drop', table.name), [`DROP TABLE ${quoteName(table)}`], { dropTable: 'dropTable' })),
  'rename-enum-value': (request, before) =>
    ofEnum(request, before, (type, [from = '', to = '']) =>
      type.values.some(({ value }) => value === to) ? { refused: `${to} is a value of ${type.name} already: to give up ${from} for it, lockkeeper plan remove-enum-value ${type.name} ${from} --replacement ${to}.` } : one(`Rename ${from} of ${type.name} to ${to}`, slug('rename', type.name, from), [`ALTER TYPE ${quoteName(shown(type, before))} RENAME VALUE ${quoteLiteral(from)} TO ${quoteLiteral(to)}`], { renameEnumValue: 'replaceEnum' }),
    ),
  'remove-enum-value': (request, before) => ofEnum(request, before, (type, [value = '']) => withoutValue(type, value, request, before)),
  'swap-table': (request, before) =>
    ofTable(request, before, ({ table }, words) => {
      const given = words.join(' ').trim().replace(/;$/, '');
      const statement = given === '' ? `VACUUM FULL ${quoteName(table)}` : /^alter\b/i.test(given) ? given : `ALTER TABLE ${quoteName(table)} ${given}`;
      return one(`Put another table in the place of ${table.name}`, slug('swap', table.name), [statement], EVERYTHING_SWAPS);
    }),
};

const EVERYTHING_SWAPS = Object.fromEntries(
  (['maintenance', 'alterTable', 'addConstraint', 'changeColumnType', 'setNotNull', 'addColumn', 'setDefault', 'alterColumn'] as const).map((kind) => [kind, 'swapTable' as const]),
);

const one = (title: string, name: string, sql: readonly string[], patterns: NonNullable<RequestedPart['patterns']>): Requested => ({ title, parts: [{ slug: name, sql, patterns }] });

const dropPart = (table: ObjectName, column: string): RequestedPart => ({ slug: slug('drop', table.name, column), sql: [`ALTER TABLE ${quoteName(table)} DROP COLUMN ${quote(column)}`], patterns: { dropColumn: 'dropColumn' } });

/** `users.name` `first=split_part(name, ' ', 1)` `last varchar(40)=…`: the new columns, their values, and then the end of the old ones. */
function computed(request: Request, before: CatalogView): Requested | Refusal | UnknownName {
  return ofTable({ ...request, words: [tableOf(request.words[0] ?? ''), ...request.words.slice(1)] }, before, ({ table, known }, words) => {
    const names = columnsOf(request.words[0] ?? '');
    const found = names.map((name) => known?.columns.find((column) => column.name === name));
    const missing = names.find((_, index) => known !== undefined && found[index] === undefined);
    if (missing !== undefined) return { unknown: `column of ${table.name}`, name: missing, known: known?.columns.map(({ name }) => name) ?? [] };
    const [first] = found;
    const given = words.map(computation);
    if (known === undefined || first === undefined || given.length === 0 || given.includes(undefined)) return { refused: `Say what the new columns are: ${quote(table.name)}.column "new=expression" …` };
    const columns = given.flatMap((entry) => entry ?? []);
    const target = quoteName(table);
    const fresh = columns.filter(({ name }) => !known.columns.some((column) => column.name === name));
    const old = found.flatMap((column) => (column === undefined ? [] : [column]));
    const clauses = [
      ...fresh.map(({ name, type }) => `ADD COLUMN ${quote(name)} ${type ?? typeSql(first.type, before)}`),
      // Code that no longer knows the old columns leaves them out.
      ...old.filter((column) => isRequired(column) && !isKey(known, column)).map(({ name }) => `ALTER COLUMN ${quote(name)} DROP NOT NULL`),
    ];
    const [strange] = fresh.flatMap(({ name, type }) => (type === undefined ? [] : (unknownType(`ALTER TABLE ${target} ADD COLUMN ${quote(name)} ${type}`, before) ?? [])));
    if (strange !== undefined) return strange;
    const from = old.map(({ name }) => name).join(', ');
    const into = columns.map(({ name }) => name).join(', ');
    return {
      title: `Replace ${from} of ${table.name} by ${into}`,
      parts: [
        ...(clauses.length === 0 ? [] : [{ slug: slug('add', table.name, ...columns.map(({ name }) => name)), sql: [`ALTER TABLE ${target}\n  ${clauses.join(',\n  ')}`], patterns: {} }]),
        { slug: slug('compute', table.name, ...columns.map(({ name }) => name)), sql: [`UPDATE ${target} SET ${columns.map(({ name, value }) => `${quote(name)} = ${value}`).join(', ')}`], patterns: { update: 'splitColumn' as const } },
        ...old.map(({ name }) => dropPart(table, name)),
      ],
    };
  });
}

const isKey = (table: Table, { name }: Column): boolean => table.constraints.some(({ definition }) => definition.type === 'primaryKey' && definition.columns.includes(name));

/** `name type=expression`. */
function computation(word: string): { readonly name: string; readonly type: string | undefined; readonly value: string } | undefined {
  const match = /^\s*("(?:[^"]|"")+"|[^\s="]+)([^=]*)=(.+)$/s.exec(word);
  const [, name = '', type = '', value = ''] = match ?? [];
  return match === null ? undefined : { name: plain(name), type: type.trim() === '' ? undefined : type.trim(), value: value.trim() };
}

/** A smaller type, which the columns of the old one move to. */
function withoutValue(type: EnumType, value: string, { replacement }: Request, before: CatalogView): Requested | Refusal {
  const columns = before.columnsOfType(type).filter(({ column, table }) => column.inherited !== true && table.partitionOf === undefined);
  const left = type.values.map((each) => each.value).filter((each) => each !== value);
  if (left.length === 0) return { refused: `${value} is the only value of ${type.name}.` };
  if (replacement !== undefined && !left.includes(replacement)) return { refused: `${replacement} is no value of ${type.name} that stays.` };
  const own = shown(type, before);
  const made = quoteName({ ...own, name: freshType(before, own) });
  const moves = columns.map(({ table, column }): RequestedPart => {
    const name = quote(column.name);
    const target = replacement === undefined ? `${name}::text::${made}` : `CASE ${name} WHEN ${quoteLiteral(value)} THEN ${quoteLiteral(replacement)} ELSE ${name}::text END::${made}`;
    return { slug: slug('move', table.name, column.name), sql: [`ALTER TABLE ${quoteName(shown(table, before))} ALTER COLUMN ${name} TYPE ${made} USING ${target}`], patterns: { changeColumnType: 'shadowColumn' } };
  });
  return {
    title: `Remove ${value} from ${type.name}`,
    parts: [
      { slug: slug('create', type.name, 'without', value), deploy: `No code writes ${value} any more.`, sql: [`CREATE TYPE ${made} AS ENUM (${left.map(quoteLiteral).join(', ')})`], patterns: {} },
      ...moves,
      { slug: slug('drop', type.name), deploy: `No code names ${type.name}_new, or ${type.name} as it was.`, sql: [`DROP TYPE ${quoteName(own)}`, `ALTER TYPE ${made} RENAME TO ${quote(type.name)}`], patterns: {} },
    ],
  };
}

interface TablePlace {
  readonly table: ObjectName;
  readonly known: Table | undefined;
}

function ofTable(request: Request, before: CatalogView, then: (place: TablePlace, rest: readonly string[]) => Requested | Refusal | UnknownName): Requested | Refusal | UnknownName {
  const [word = '', ...rest] = request.words;
  const tables = [...before.relations()].filter((relation) => relation.kind === 'table');
  const known = candidates(parts(word)).map((name) => before.table(name)).find((table) => table !== undefined);
  return known === undefined ? { unknown: 'table', name: word, known: tables.map(({ name }) => name) } : then({ table: shown(known, before), known }, rest);
}

function ofColumn(request: Request, before: CatalogView, then: (place: { readonly table: ObjectName; readonly column: string }, rest: readonly string[]) => Requested | Refusal | UnknownName): Requested | Refusal | UnknownName {
  const [word = '', ...rest] = request.words;
  const [last] = parts(word).slice(-1);
  if (last === undefined || parts(word).length < 2) return { refused: `Name the column with its table, as in users.email, not "${word}".` };
  return ofTable({ ...request, words: [tableOf(word), ...rest] }, before, ({ table, known }, words) => {
    const column = known?.columns.find(({ name }) => name === last) ?? known?.columns.find(({ name }) => name === last.toLowerCase());
    return column === undefined ? { unknown: `column of ${table.name}`, name: last, known: known?.columns.map(({ name }) => name) ?? [] } : then({ table, column: column.name }, words);
  });
}

function ofEnum(request: Request, before: CatalogView, then: (type: EnumType, rest: readonly string[]) => Requested | Refusal): Requested | Refusal | UnknownName {
  const [word = '', ...rest] = request.words;
  const enums = [...before.types()].filter((type) => type.kind === 'enum');
  const type = candidates(parts(word)).map((name) => before.type(name)).find((found) => found?.kind === 'enum');
  if (type?.kind !== 'enum') return { unknown: 'enum', name: word, known: enums.map(({ name }) => name) };
  const [value = ''] = rest;
  if (!type.values.some((each) => each.value === value)) return { unknown: `value of ${type.name}`, name: value, known: type.values.map((each) => each.value) };
  return then(type, rest);
}

/** The parts of a dotted name, quotes taken off. */
const parts = (word: string): readonly string[] => (word.match(/"(?:[^"]|"")*"|[^."]+/g) ?? []).map(plain);

/** As written, without the quotes that SQL would want. */
const plain = (word: string): string => (/^".*"$/s.test(word) ? word.slice(1, -1).replaceAll('""', '"') : word);

const tableOf = (word: string): string => (word.match(/"(?:[^"]|"")*"|[^."]+/g) ?? []).slice(0, -1).join('.');

/** `users.first,last`: the columns behind the last dot. */
const columnsOf = (word: string): readonly string[] => (parts(word).at(-1) ?? '').split(',').map((name) => name.trim());

/** As typed, and as SQL would read it. */
function candidates(names: readonly string[]): readonly ObjectName[] {
  const [name = '', schema] = [names.at(-1), names.at(-2)];
  const of = (own: string, inside: string | undefined): ObjectName => ({ ...(inside === undefined ? {} : { schema: inside }), name: own });
  return [of(name, schema), of(name.toLowerCase(), schema?.toLowerCase())];
}

const taken = (before: CatalogView, name: ObjectName): Refusal | undefined => (before.relation(name) === undefined ? undefined : { refused: `There is a ${name.name} already.` });

/** The type that a statement names, where nothing in the history makes it and nothing says that there is more than the history tells. */
function unknownType(sql: string, before: CatalogView): UnknownName | undefined {
  const [operation] = parse(sql).statements[0]?.operations ?? [];
  const type = operation?.kind === 'changeColumnType' ? operation.type : operation?.kind === 'addColumn' ? operation.column.type : undefined;
  if (type === undefined || isType(type, before) !== false) return undefined;
  return { unknown: 'type', name: type.name, known: typeNames(before), otherwise: `If the database has it all the same, say the change as SQL: --sql "${sql}".` };
}

/** Without the schema where it is the first that is searched. */
const shown = ({ schema, name }: { readonly schema: string; readonly name: string }, before: CatalogView): ObjectName => (schema === before.searchPath[0] ? { name } : { schema, name });
