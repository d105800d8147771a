import type { FunctionValue, RecordValue, Value } from '../../../hosts/typescript/value.ts';
import { isNothing, text, truth, UNDEFINED } from '../../../hosts/typescript/value.ts';
import { flag, isRecord, optionalText, reasonOf, textIn } from '../../shared/host-values.ts';
import { refuse } from '../../shared/refusal.ts';
import { splitPath } from '../model.ts';
import { classMarks, lineage, memberMarks, optionsIn } from './decorators.ts';
import type { Mark, Member } from './decorators.ts';
import type { Entity, EntityColumn, Relation } from './entity.ts';
import { keysOf } from './entity.ts';
import type { Naming, Strategy } from './names.ts';
import { strategyOf } from './names.ts';

const COLUMNS = new Set(['Column', 'PrimaryColumn', 'PrimaryGeneratedColumn', 'CreateDateColumn', 'UpdateDateColumn', 'DeleteDateColumn', 'VersionColumn']);
const ROLES: Readonly<Record<string, NonNullable<EntityColumn['role']>>> = { CreateDateColumn: 'created', UpdateDateColumn: 'updated', DeleteDateColumn: 'deleted', VersionColumn: 'version' };
const RELATIONS = new Set(['ManyToOne', 'OneToOne', 'OneToMany', 'ManyToMany']);
/** What makes the library send more than a row of one table, or leaves it to the database. */
const STRANGE = ['Tree', 'ViewEntity', 'TreeLevelColumn'];

/** Reads an entity from its class; refuses where it cannot be said what the library makes of it. */
export function entityIn(of: FunctionValue, naming: Naming, depth = 0): Entity {
  if (depth > 4) return refuse(`the keys of ${of.name} lead through too many entities`);
  const strategy = strategyOf(naming) ?? refuse(`${naming.strategy ?? ''} makes the names of ${of.name}, and it cannot be read`);
  const marks = classMarks(of);
  const root = rootOf(of, marks);
  const entity = (root === of ? marks : classMarks(root)).find(({ name }) => name === 'Entity') ?? refuse(`${of.name} is no entity`);
  const members = memberMarks(of);
  const all = [...lineage(of).flatMap((one) => (one === of ? marks : classMarks(one))), ...members.flatMap((member) => member.marks)];
  const strange = all.find(({ name }) => STRANGE.includes(name));
  if (strange !== undefined) return refuse(`${of.name} has @${strange.name}, which is not followed`);
  const { plain: own, embedded } = columnsIn(of, [], [], strategy, depth);
  const relations = members.flatMap(({ name, marks: by }): readonly Relation[] => by.flatMap((mark) => (RELATIONS.has(mark.name) ? [{ property: name, owned: owns(mark, by), cascades: cascades(optionsIn(mark)) }] : [])));
  const kind = kindOf(of, root, own, strategy);
  const joined = members.flatMap((member) => joinColumns(member, of, own, naming, strategy, depth));
  const columns = joined.reduce<readonly EntityColumn[]>((found, column) => {
    const known = found.findIndex((one) => one.column === column.column);
    return known < 0 ? [...found, column] : found.map((one, index) => (index === known && one.through === undefined ? { ...one, through: { path: column.path, reference: column.reference ?? [] } } : one));
  }, kind?.columns ?? own);
  return { name: of.name, table: tableOf(root, entity, naming, strategy), columns: [...columns, ...embedded], relations, ...(kind === undefined ? {} : { kind: { column: kind.column, isChild: root !== of } }) };
}

/** The class whose table an entity is kept in: its own, or the one above it that is marked to hold them all. */
function rootOf(of: FunctionValue, marks: readonly Mark[]): FunctionValue {
  const above = lineage(of).slice(0, -1).findLast((one) => classMarks(one).some(({ name }) => name === 'TableInheritance'));
  if (marks.some(({ name }) => name === 'ChildEntity')) return above ?? refuse(`no class above ${of.name} has @TableInheritance`);
  return above === undefined ? of : refuse(`${of.name} extends an entity with @TableInheritance and is not marked as @ChildEntity`);
}

/** The column that tells the classes of one table apart, among those of the class; undefined where there is none. */
function kindOf(of: FunctionValue, root: FunctionValue, own: readonly EntityColumn[], strategy: Strategy): { readonly column: string; readonly columns: readonly EntityColumn[] } | undefined {
  const told = classMarks(root).find(({ name }) => name === 'TableInheritance');
  const options = told === undefined ? undefined : optionsIn(told)?.entries.get('column');
  if (options === undefined || isNothing(options)) return undefined;
  const name = options.kind === 'text' ? options.text : isRecord(options) ? (optionalText(options, 'name') ?? 'type') : refuse(`the column that tells the classes of ${root.name} apart: ${reasonOf(options)}`);
  const said = classMarks(of).find((mark) => mark.name === 'ChildEntity' || mark.name === 'DiscriminatorValue')?.args[0];
  const value = said === undefined || isNothing(said) ? text(of.name) : said;
  const known = own.findIndex(({ path }) => path.length === 1 && path[0] === name);
  const column: EntityColumn = own[known] ?? { path: [name], column: strategy.column(name, isRecord(options) ? optionalText(options, 'name') : name, []), type: '', primary: false, returned: false, insert: true, update: false };
  const marked = { ...column, kind: value };
  return { column: column.column, columns: known < 0 ? [...own, marked] : own.map((one, index) => (index === known ? marked : one)) };
}

function tableOf(of: FunctionValue, entity: Mark, naming: Naming, strategy: Strategy): Entity['table'] {
  const options = optionsIn(entity);
  const [first] = entity.args;
  const told = first?.kind === 'text' ? first.text : optionalText(options, 'name');
  if (first !== undefined && told === undefined && options === undefined && !isNothing(first)) return refuse(`the table of ${of.name}: ${reasonOf(first)}`);
  if (options?.entries.get('database') !== undefined) return refuse(`${of.name} is in another database`);
  const schema = optionalText(options, 'schema') ?? naming.schema;
  const split = splitPath(told ?? strategy.table(of.name));
  const table = `${naming.entityPrefix ?? ''}${split.table}`;
  return { ...((split.schema ?? schema) === undefined ? {} : { schema: split.schema ?? schema ?? '' }), table };
}

/** Columns of a class, and those of the classes that are embedded in it. */
function columnsIn(of: FunctionValue, path: readonly string[], prefixes: readonly string[], strategy: Strategy, depth: number): { readonly plain: readonly EntityColumn[]; readonly embedded: readonly EntityColumn[] } {
  const plain: EntityColumn[] = [];
  const embedded: EntityColumn[] = [];
  for (const { name, marks } of memberMarks(of)) {
    const mark = marks.find((one) => COLUMNS.has(one.name));
    if (mark === undefined) continue;
    const [first] = mark.args;
    if (first?.kind === 'function') embedded.push(...embeddedIn(first, name, mark, path, prefixes, strategy, depth));
    else plain.push(columnIn(name, mark, marks, path, prefixes, strategy));
  }
  return { plain, embedded };
}

function embeddedIn(type: FunctionValue, name: string, mark: Mark, path: readonly string[], prefixes: readonly string[], strategy: Strategy, depth: number): readonly EntityColumn[] {
  const inner = type.call([], UNDEFINED, { start: 0, end: 0 });
  const options = optionsIn(mark);
  if (inner.kind !== 'function' || depth > 4 || flag(options, 'array')) return refuse(`what is embedded as ${name} cannot be read`);
  const prefix = options?.entries.get('prefix');
  const own = prefix === undefined || prefix.kind === 'undefined' || (prefix.kind === 'boolean' && prefix.value) ? [name] : truth(prefix) === false ? [] : [textIn(prefix, 'the prefix')];
  const found = columnsIn(inner, [...path, name], [...prefixes, ...own], strategy, depth + 1);
  return [...found.plain, ...found.embedded];
}

function columnIn(name: string, mark: Mark, marks: readonly Mark[], path: readonly string[], prefixes: readonly string[], strategy: Strategy): EntityColumn {
  const options = optionsIn(mark);
  const [first] = mark.args;
  if (options?.partly !== undefined) return refuse(`the column ${name}: ${options.partly.reason}`);
  if (options?.entries.has('transformer') === true && isNothing(options.entries.get('transformer')) === false && mark.name !== 'Column') return refuse(`the key ${name} has a transformer`);
  const role = ROLES[mark.name];
  const counted = marks.find((one) => one.name === 'Generated');
  const generated = mark.name === 'PrimaryGeneratedColumn' ? (first?.kind === 'text' ? first.text : 'increment') : counted === undefined ? undefined : counted.args[0]?.kind === 'text' ? counted.args[0].text : 'increment';
  const computed = optionalText(options, 'asExpression') !== undefined;
  const type = mark.name !== 'PrimaryGeneratedColumn' && first?.kind === 'text' ? first.text : options?.entries.get('type')?.kind === 'text' ? textIn(options.entries.get('type'), 'the type') : '';
  const value = options?.entries.get('default');
  return {
    path: [...path, name],
    column: strategy.column(name, optionalText(options, 'name'), prefixes),
    type,
    primary: mark.name.startsWith('Primary') || flag(options, 'primary'),
    ...(generated === undefined ? {} : { generated }),
    ...(role === undefined ? {} : { role }),
    returned: (value !== undefined && !isNothing(value)) || computed || generated !== undefined || role !== undefined,
    insert: allowed(options, 'insert'),
    update: allowed(options, 'update'),
  };
}

const allowed = (options: RecordValue | undefined, name: string): boolean => {
  const value = options?.entries.get(name);
  return value === undefined || value.kind === 'undefined' || flag(options, name);
};

const owns = (mark: Mark, marks: readonly Mark[]): boolean => mark.name === 'ManyToOne' || (mark.name === 'OneToOne' && marks.some(({ name }) => name === 'JoinColumn'));

function cascades(options: RecordValue | undefined): boolean {
  const value = options?.entries.get('cascade');
  return value !== undefined && (value.kind === 'list' ? value.items.length > 0 : truth(value) !== false);
}

/** The columns in which a relation keeps the key of the other row. */
function joinColumns({ name, marks }: Member, of: FunctionValue, own: readonly EntityColumn[], naming: Naming, strategy: Strategy, depth: number): readonly EntityColumn[] {
  const mark = marks.find((one) => RELATIONS.has(one.name));
  if (mark === undefined || !owns(mark, marks)) return [];
  const [type] = mark.args;
  const target = type?.kind === 'function' && type.construct === undefined ? type.call([], UNDEFINED, { start: 0, end: 0 }) : type;
  const told = marks.filter((one) => one.name === 'JoinColumn').flatMap(({ args }) => args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]))).filter(isRecord);
  const whole = told.length > 0 && told.every((one) => optionalText(one, 'name') !== undefined && optionalText(one, 'referencedColumnName') !== undefined);
  const primary = isPrimary(mark, marks);
  const make = (column: string, reference: readonly string[]): EntityColumn => ({ path: [name], column, type: '', primary, returned: false, insert: true, update: true, reference });
  if (whole) return told.map((one) => make(textIn(one.entries.get('name'), 'the column'), [optionalText(one, 'referencedColumnName') ?? '']));
  const single = told.length === 1 && told[0] !== undefined ? optionalText(told[0], 'name') : undefined;
  if (target?.kind !== 'function') return refuse(`${of.name}.${name}: the entity that it leads to cannot be read`);
  const referenced = told.flatMap((one) => optionalText(one, 'referencedColumnName') ?? []);
  const keys = referenced.length > 0 ? referenced.map((key) => [key]) : target === of ? own.filter((column) => column.primary).map(({ path }) => path) : keysOf(entityIn(target, naming, depth + 1)).map(({ path }) => path);
  if (single !== undefined && keys.length > 1) return refuse(`${of.name}.${name}: it leads to a key of several columns`);
  return keys.map((key) => make(single ?? strategy.join(name, key.at(-1) ?? ''), key));
}

const isPrimary = (mark: Mark, marks: readonly Mark[]): boolean => flag(optionsIn(mark), 'primary') || marks.some(({ name }) => name === 'PrimaryColumn');

/** The class of a value that stands for an entity, as it is handed to a manager. */
export const isClass = (value: Value | undefined): value is FunctionValue => value?.kind === 'function' && value.construct !== undefined;
