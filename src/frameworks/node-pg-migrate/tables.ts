import { refuse } from '../shared/refusal.ts';
import type { Fields, Plain } from './plain.ts';
import { adapted, bare, comment, escaped, field, flag, isFields, isList, isLiteral, lines, name, shown, toList, typed } from './plain.ts';

/** One string that is sent, or several. */
export type Generate = (args: readonly Plain[], shorthands: Fields) => string | readonly string[];

/** What a method of the builder sends, and what it sends when the library turns an `up` around. */
export interface Operation {
  readonly up: Generate;
  readonly reverse?: Generate;
  /** Whether it turns this call around; absent: each. */
  readonly turns?: (args: readonly Plain[]) => boolean;
}

export const ifExists = (options: Plain): string => (flag(options, 'ifExists') ? ' IF EXISTS' : '');
export const cascade = (options: Plain): string => (flag(options, 'cascade') ? ' CASCADE' : '');

export const drop =
  (object: string) =>
  ([of, options]: readonly Plain[]): string =>
    `DROP ${object}${ifExists(options)} ${name(of)}${cascade(options)};`;

function references(options: Plain): string {
  const to = field(options, 'references');
  const clauses = [typeof to === 'string' && (to.startsWith('"') || to.endsWith(')')) ? `REFERENCES ${to}` : `REFERENCES ${name(to)}`];
  if (flag(options, 'match')) clauses.push(`MATCH ${shown(field(options, 'match'))}`);
  if (flag(options, 'onDelete')) clauses.push(`ON DELETE ${shown(field(options, 'onDelete'))}`);
  if (flag(options, 'onUpdate')) clauses.push(`ON UPDATE ${shown(field(options, 'onUpdate'))}`);
  return clauses.join(' ');
}

const deferrable = (options: Plain): string => `DEFERRABLE INITIALLY ${flag(options, 'deferred') ? 'DEFERRED' : 'IMMEDIATE'}`;

export function sequenceOptions(options: Plain, shorthands: Fields): string[] {
  const clauses: string[] = [];
  const no = (key: string): boolean => field(options, key) === null || field(options, key) === false;
  const said = (key: string, word: string): void => void (flag(options, key) ? clauses.push(`${word} ${shown(field(options, key))}`) : undefined);
  if (flag(options, 'type')) clauses.push(`AS ${shown(typed(field(options, 'type'), shorthands).get('type'))}`);
  said('increment', 'INCREMENT BY');
  said('minvalue', 'MINVALUE');
  if (no('minvalue')) clauses.push('NO MINVALUE');
  said('maxvalue', 'MAXVALUE');
  if (no('maxvalue')) clauses.push('NO MAXVALUE');
  said('start', 'START WITH');
  said('cache', 'CACHE');
  if (flag(options, 'cycle')) clauses.push('CYCLE');
  else if (field(options, 'cycle') === false) clauses.push('NO CYCLE');
  said('owner', 'OWNED BY');
  if (no('owner')) clauses.push('OWNED BY NONE');
  return clauses;
}

const identity = (options: Plain, shorthands: Fields): string => {
  const own = sequenceOptions(options, shorthands).join(' ');
  return `GENERATED ${shown(field(options, 'precedence'))} AS IDENTITY${own === '' ? '' : ` (${own})`}`;
};

interface Columns {
  readonly lines: readonly string[];
  readonly primary: readonly string[];
  readonly comments: readonly string[];
}

function columnsOf(table: Plain, columns: Plain, shorthands: Fields): Columns {
  const all = [...(isFields(columns) ? columns : new Map<string, Plain>())].map(([column, type]) => [column, typed(type, shorthands)] as const);
  const primary = all.filter(([, options]) => Boolean(options.get('primaryKey'))).map(([column]) => column);
  const several = primary.length > 1;
  const comments = all.flatMap(([column, options]) => (options.get('comment') === undefined ? [] : [comment('COLUMN', `${name(table)}.${name(column)}`, options.get('comment'))]));
  const own = all.map(([column, options]) => {
    const clauses: string[] = [];
    if (flag(options, 'collation')) clauses.push(`COLLATE ${shown(options.get('collation'))}`);
    if (options.get('default') !== undefined) clauses.push(`DEFAULT ${escaped(options.get('default'))}`);
    if (flag(options, 'unique')) clauses.push('UNIQUE');
    if (flag(options, 'primaryKey') && !several) clauses.push('PRIMARY KEY');
    if (flag(options, 'notNull')) clauses.push('NOT NULL');
    if (flag(options, 'check')) clauses.push(`CHECK (${shown(options.get('check'))})`);
    if (flag(options, 'references')) {
      const said = options.get('referencesConstraintComment');
      const constraint = flag(options, 'referencesConstraintName') ? shown(options.get('referencesConstraintName')) : said === undefined ? '' : `${isFields(table) ? '[object Object]' : shown(table)}_fk_${column}`;
      clauses.push(`${constraint === '' ? '' : `CONSTRAINT ${name(constraint)} `}${references(options)}`);
      if (said !== undefined) comments.push(comment(`CONSTRAINT ${name(constraint)} ON`, name(table), said));
    }
    if (flag(options, 'deferrable')) clauses.push(deferrable(options));
    if (flag(options, 'sequenceGenerated')) clauses.push(identity(options.get('sequenceGenerated'), shorthands));
    if (flag(options, 'expressionGenerated')) clauses.push(`GENERATED ALWAYS AS (${shown(options.get('expressionGenerated'))}) STORED`);
    const array = options.get('array');
    const type = `${shown(options.get('type'))}${array === true ? ' ARRAY' : typeof array === 'number' ? ` ARRAY[${String(array)}]` : ''}`;
    return `${name(column)} ${type}${clauses.length === 0 ? '' : ` ${clauses.join(' ')}`}`;
  });
  return { lines: own, primary: several ? primary : [], comments };
}

function constraintsOf(table: Plain, options: Plain, named: Plain): { readonly lines: readonly string[]; readonly comments: readonly string[] } {
  const own: string[] = [];
  const comments: string[] = [];
  const called = (otherwise: string): string => name(named === null || named === undefined || named === '' ? otherwise : named);
  const start = bare(table);
  const check = field(options, 'check');
  if (isList(check)) for (const [index, one] of check.entries()) own.push(`CONSTRAINT ${called(`${start}_chck_${String(index + 1)}`)} CHECK (${shown(one)})`);
  else if (check !== undefined) own.push(`CONSTRAINT ${called(`${start}_chck`)} CHECK (${shown(check)})`);
  const unique = toList(field(options, 'unique'));
  for (const set of unique.some(isList) ? unique : unique.length === 0 ? [] : [unique]) {
    const columns = toList(set);
    own.push(`CONSTRAINT ${called(`${start}_uniq_${columns.map(shown).join('_')}`)} UNIQUE (${columns.map(name).join(', ')})`);
  }
  if (flag(options, 'primaryKey')) own.push(`CONSTRAINT ${called(`${start}_pkey`)} PRIMARY KEY (${toList(field(options, 'primaryKey')).map(name).join(', ')})`);
  for (const key of toList(field(options, 'foreignKeys'))) {
    const columns = toList(field(key, 'columns'));
    const constraint = flag(key, 'referencesConstraintName') ? name(field(key, 'referencesConstraintName')) : called(`${start}_fk_${columns.map(shown).join('_')}`);
    own.push(`CONSTRAINT ${constraint} FOREIGN KEY (${columns.map(name).join(', ')}) ${references(key)}`);
    if (field(key, 'referencesConstraintComment') !== undefined) comments.push(comment(`CONSTRAINT ${constraint} ON`, name(table), field(key, 'referencesConstraintComment')));
  }
  if (flag(options, 'exclude')) own.push(`CONSTRAINT ${called(`${start}_excl`)} EXCLUDE ${shown(field(options, 'exclude'))}`);
  if (flag(options, 'comment') && (named === null || named === '')) return refuse('a comment is for a constraint with a name, or node-pg-migrate stops', 'unsupported');
  if (flag(options, 'comment') && named !== undefined) comments.push(comment(`CONSTRAINT ${name(named)} ON`, name(table), field(options, 'comment')));
  return { lines: flag(options, 'deferrable') ? own.map((one) => `${one} ${deferrable(options)}`) : own, comments };
}

function createTable([table, columns, options]: readonly Plain[], shorthands: Fields): string {
  const own = columnsOf(table, columns, shorthands);
  const constraints = field(options, 'constraints');
  const all: Fields = new Map<string, Plain>([...(isFields(constraints) ? constraints : []), ...(own.primary.length === 0 ? [] : [['primaryKey', own.primary] as const])]);
  const rest = constraintsOf(table, all, '');
  const like = field(options, 'like');
  const likes = like === undefined ? [] : [`LIKE ${name(field(like, 'table') ?? like)}${['including', 'excluding'].flatMap((word) => toList(field(field(like, 'options'), word)).map((one) => ` ${word.toUpperCase()} ${shown(one)}`)).join('')}`];
  const inherits = flag(options, 'inherits') ? ` INHERITS (${name(field(options, 'inherits'))})` : '';
  const partition = field(options, 'partition');
  const by = partition === undefined ? '' : ` PARTITION BY ${shown(field(partition, 'strategy'))} (${toList(field(partition, 'columns')).map((column) => (isFields(column) ? `${name(column.get('name'))}${flag(column, 'collate') ? ` COLLATE ${shown(column.get('collate'))}` : ''}${flag(column, 'opclass') ? ` ${shown(column.get('opclass'))}` : ''}` : name(column))).join(', ')})`;
  if (flag(options, 'temporary') && flag(options, 'unlogged')) return refuse('a table is temporary or unlogged, or node-pg-migrate stops', 'unsupported');
  const start = `CREATE${flag(options, 'temporary') ? ' TEMPORARY' : ''}${flag(options, 'unlogged') ? ' UNLOGGED' : ''} TABLE${flag(options, 'ifNotExists') ? ' IF NOT EXISTS' : ''} ${name(table)}`;
  const comments = [...own.comments, ...rest.comments, ...(field(options, 'comment') === undefined ? [] : [comment('TABLE', name(table), field(options, 'comment'))])];
  return [`${start} (\n${lines([...own.lines, ...rest.lines, ...likes])}\n)${inherits}${by};`, ...comments].join('\n');
}

function addColumns([table, columns, options]: readonly Plain[], shorthands: Fields): string {
  const own = columnsOf(table, columns, shorthands);
  return [`ALTER TABLE ${name(table)}\n${lines(own.lines, `  ADD ${flag(options, 'ifNotExists') ? 'IF NOT EXISTS ' : ''}`)};`, ...own.comments].join('\n');
}

function dropColumns([table, columns, options]: readonly Plain[]): string {
  const names = isFields(columns) ? [...columns.keys()] : toList(columns);
  return `ALTER TABLE ${name(table)}\n${lines(names.map((column) => `DROP ${flag(options, 'ifExists') ? 'IF EXISTS ' : ''}${name(column)}${cascade(options)}`))};`;
}

function alterColumn([table, column, options]: readonly Plain[], shorthands: Fields): string {
  const actions: string[] = [];
  const value = field(options, 'default');
  if (value === null) actions.push('DROP DEFAULT');
  else if (value !== undefined) actions.push(`SET DEFAULT ${escaped(value)}`);
  if (flag(options, 'type')) actions.push(`SET DATA TYPE ${adapted(field(options, 'type'))}${flag(options, 'collation') ? ` COLLATE ${shown(field(options, 'collation'))}` : ''}${flag(options, 'using') ? ` USING ${shown(field(options, 'using'))}` : ''}`);
  if (flag(options, 'notNull')) actions.push('SET NOT NULL');
  else if (field(options, 'notNull') === false || flag(options, 'allowNull')) actions.push('DROP NOT NULL');
  const sequence = field(options, 'sequenceGenerated');
  if (sequence !== undefined) actions.push(sequence === null || sequence === false ? 'DROP IDENTITY' : `ADD ${identity(sequence, shorthands)}`);
  const generated = field(options, 'expressionGenerated');
  if (generated === null) actions.push('DROP EXPRESSION');
  else if (typeof generated === 'string') actions.push(`SET EXPRESSION AS (${generated})`);
  const said = field(options, 'comment');
  return [...(actions.length === 0 ? [] : [`ALTER TABLE ${name(table)}\n${lines(actions, `  ALTER ${name(column)} `)};`]), ...(said === undefined ? [] : [comment('COLUMN', `${name(table)}.${name(column)}`, said)])].join('\n');
}

function addConstraint([table, constraint, options]: readonly Plain[]): string {
  const own = typeof options === 'string' ? { lines: [`${constraint === null || constraint === undefined || constraint === '' ? '' : `CONSTRAINT ${name(constraint)} `}${options}`], comments: [] } : constraintsOf(table, options, constraint);
  if (own.lines.length === 0) return refuse('the constraint says nothing, so that node-pg-migrate stops', 'unsupported');
  return [`ALTER TABLE ${name(table)}\n${lines(own.lines, '  ADD ')};`, ...own.comments].join('\n');
}

/** What was told as SQL, or has no name, the library does not turn around. */
const isNamed = ([, constraint, options]: readonly Plain[]): boolean => constraint !== null && typeof options !== 'string';

const dropConstraint = ([table, constraint, options]: readonly Plain[]): string => `ALTER TABLE${flag(options, 'ifTableExists') ? ' IF EXISTS' : ''} ${name(table)} DROP CONSTRAINT${ifExists(options)} ${name(constraint)}${cascade(options)};`;

function alterTable([table, options]: readonly Plain[]): string {
  const unlogged = field(options, 'unlogged');
  const own = [...(flag(options, 'levelSecurity') ? [`${shown(field(options, 'levelSecurity'))} ROW LEVEL SECURITY`] : []), ...(unlogged === undefined ? [] : [unlogged === true ? 'SET UNLOGGED' : 'SET LOGGED'])];
  return own.length === 0 ? refuse('alterTable is told nothing, so that node-pg-migrate stops', 'unsupported') : `ALTER TABLE ${name(table)}\n  ${lines(own)};`;
}

const renameTable = ([from, to]: readonly Plain[]): string => `ALTER TABLE ${name(from)} RENAME TO ${name(to)};`;
const renameColumn = ([table, from, to]: readonly Plain[]): string => `ALTER TABLE ${name(table)} RENAME ${name(from)} TO ${name(to)};`;
const renameConstraint = ([table, from, to]: readonly Plain[]): string => `ALTER TABLE ${name(table)} RENAME CONSTRAINT ${name(from)} TO ${name(to)};`;

function indexName(table: Plain, columns: Plain, options: Plain): string {
  const own = field(options, 'name');
  const schema = field(table, 'schema');
  const within = (text: string): string => (schema === undefined ? name(text) : name(new Map<string, Plain>([['schema', schema], ['name', text]])));
  if (own !== undefined && own !== '' && own !== null) return within(shown(own));
  return within(`${bare(table)}_${toList(columns).map((column) => schemalized(isFields(column) ? column.get('name') : column)).join('_')}${flag(options, 'unique') ? '_unique' : ''}_index`);
}

function indexColumn(column: Plain): string {
  if (isFields(column)) return [indexColumn(column.get('name')), flag(column, 'opclass') ? name(column.get('opclass')) : '', flag(column, 'sort') ? shown(column.get('sort')) : ''].filter((part) => part !== '').join(' ');
  if (typeof column !== 'string') return shown(column);
  const own = schemalized(column);
  if (own !== column) return own;
  return /[^\w".]/.test(column) ? (column.endsWith(')') ? column : `(${column})`) : name(column);
}

/** What the library takes for an expression stands in brackets, also in a name that is made of it. */
function schemalized(column: Plain): string {
  if (typeof column !== 'string') return isLiteral(column) ? refuse('an index of such columns has to be given its name, or node-pg-migrate stops', 'unsupported') : shown(column);
  const expression = /->>|->|#>>|#>|@\?|@@|@>|<@|\?\||\?&|\?|#-|\|\||::/.test(column) || /^[\w.]+\(/.test(column) || /\s+[+*/-]\s+/.test(column) || (/[=<>!]+/.test(column) && /[a-zA-Z0-9]/.test(column));
  return expression ? `(${column})` : column;
}

function createIndex([table, columns, options]: readonly Plain[]): string {
  if (flag(options, 'nulls') && !flag(options, 'unique')) return refuse('`nulls` is for unique indexes only, or node-pg-migrate stops', 'unsupported');
  const word = (key: string, text: string): string => (flag(options, key) ? text : '');
  return `CREATE${word('unique', ' UNIQUE')} INDEX${word('concurrently', ' CONCURRENTLY')}${word('ifNotExists', ' IF NOT EXISTS')} ${indexName(bare(table), columns, options)} ON ${name(table)}${word('method', ` USING ${shown(field(options, 'method'))}`)} (${toList(columns).map(indexColumn).join(', ')})${word('include', ` INCLUDE (${toList(field(options, 'include')).map(name).join(', ')})`)}${word('nulls', ` NULLS ${shown(field(options, 'nulls')).toUpperCase()}`)}${word('where', ` WHERE ${shown(field(options, 'where'))}`)};`;
}

const dropIndex = ([table, columns, options]: readonly Plain[]): string => `DROP INDEX${flag(options, 'concurrently') ? ' CONCURRENTLY' : ''}${ifExists(options)} ${indexName(table, columns, options)}${cascade(options)};`;
const swapped = (of: Operation['up'], a: number, b: number): Operation['up'] => (args, shorthands) => of(args.map((arg, index) => (index === a ? args[b] : index === b ? args[a] : arg)), shorthands);

export const TABLES: readonly (readonly [string, Operation])[] = [
  ['createTable', { up: createTable, reverse: ([table, , options]) => drop('TABLE')([table, options]) }],
  ['dropTable', { up: drop('TABLE') }],
  ['renameTable', { up: renameTable, reverse: swapped(renameTable, 0, 1) }],
  ['alterTable', { up: alterTable }],
  ['addColumns', { up: addColumns, reverse: dropColumns }],
  ['addColumn', { up: addColumns, reverse: dropColumns }],
  ['dropColumns', { up: dropColumns }],
  ['dropColumn', { up: dropColumns }],
  ['renameColumn', { up: renameColumn, reverse: swapped(renameColumn, 1, 2) }],
  ['alterColumn', { up: alterColumn }],
  ['addConstraint', { up: addConstraint, reverse: dropConstraint, turns: isNamed }],
  ['createConstraint', { up: addConstraint, reverse: dropConstraint, turns: isNamed }],
  ['dropConstraint', { up: dropConstraint }],
  ['renameConstraint', { up: renameConstraint, reverse: swapped(renameConstraint, 1, 2) }],
  ['createIndex', { up: createIndex, reverse: dropIndex }],
  ['addIndex', { up: createIndex, reverse: dropIndex }],
  ['dropIndex', { up: dropIndex }],
  ['renameIndex', { up: ([from, to]) => `ALTER INDEX ${name(from)} RENAME TO ${name(to)};`, reverse: ([from, to]) => `ALTER INDEX ${name(to)} RENAME TO ${name(from)};` }],
];
