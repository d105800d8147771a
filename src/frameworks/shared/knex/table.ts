import { written } from '../../../hosts/traced.ts';
import type { Method, Site } from '../../../hosts/typescript/host.ts';
import { recorder } from '../../../hosts/typescript/recorder.ts';
import type { Recorded } from '../../../hosts/typescript/recorder.ts';
import type { HostValue, Value } from '../../../hosts/typescript/value.ts';
import { entryOf, FALSE, hostValue, isNothing, list, text, truth, UNDEFINED } from '../../../hosts/typescript/value.ts';
import type { Span } from '../../../source/text.ts';
import { typeName } from './columns.ts';
import { pieceOf } from '../sql-text.ts';
import { rawValue } from './raw.ts';

/** What a table's callback says, in order. */
export interface Table {
  readonly columns: Column[];
  /** Indexes, constraints and changes, each a statement of its own. */
  readonly commands: Command[];
  readonly checks: Recorded[];
  comment?: { readonly value: Value; readonly site: Site };
  inherits?: Value;
}

export interface Column {
  readonly method: string;
  readonly args: readonly Value[];
  readonly site: Site;
  readonly calls: readonly Recorded[];
}

export interface Command {
  readonly method: string;
  readonly args: readonly Value[];
  readonly site: Site;
  /** What the chain behind `foreign(…)` said. */
  readonly foreign?: Foreign;
}

export interface Foreign {
  readonly columns: Value;
  name: Value | undefined;
  references?: Value;
  table?: Value;
  onDelete?: Value;
  onUpdate?: Value;
  deferrable?: Value;
  span: Span;
}

/** From the first call of a column to the last one on it. */
export const columnSpan = ({ site, calls }: Column): Span => ({ start: site.call.start, end: Math.max(site.call.end, ...calls.map((call) => call.site.call.end)) });

const words = (list_: string): ReadonlySet<string> => new Set(list_.split(' '));

const TYPES = words(
  'tinyint smallint mediumint int bigint decimal float double real bit boolean serial date datetime timestamp time year geometry geography point char varchar tinytext tinyText text mediumtext mediumText longtext longText binary varbinary tinyblob tinyBlob mediumblob mediumBlob blob longblob longBlob enum set bool dateTime increments bigincrements bigIncrements integer biginteger bigInteger string json jsonb uuid enu specificType',
);
const MODIFIERS = words(
  'default defaultsTo defaultTo unsigned nullable notNullable notNull first after comment collate checkPositive checkNegative checkIn checkNotIn checkBetween checkLength checkRegex queryContext index primary unique references alter inTable on onDelete onUpdate onUPDATE withKeyName deferrable',
);
const COMMANDS = words('index primary unique dropPrimary dropPrimaryIfExists dropUnique dropUniqueIfExists dropIndex dropForeign dropForeignIfExists');
const CHANGES = words('renameColumn setNullable dropNullable dropChecks dropColumn dropColumns');
const FOREIGN = words('references on inTable onDelete onUpdate withKeyName deferrable');

/** The object that a table's callback gets, as its argument and as `this`. The library makes the SQL as soon as the callback has given way once: what comes behind its first `await` is lost. */
export function tableBuilder(name: Value | undefined, isAlter: boolean, began: Site): { readonly table: Table; readonly value: HostValue } {
  const table = emptyTable();
  const turns = began.turns();
  const told = began.changes.made({ kind: 'told', parts: [table.columns, table.commands, table.checks] });
  const own = methodsOn(table, isAlter, () => value);
  const lost = methodsOn(emptyTable(), isAlter, () => value);
  const value: HostValue = hostValue({
    name: `the table builder of ${pieceOf(name).text}`,
    sends: true,
    member(member) {
      const method = own(member);
      if (method === undefined) return undefined;
      return hostValue({
        name: `table.${member}`,
        call(args, site) {
          site.changes.touch(told);
          if (site.turns() <= turns) return method(args, site);
          neverMade(site, member);
          return lost(member)?.(args, site);
        },
      });
    },
  });
  return { table, value };
}

const emptyTable = (): Table => ({ columns: [], commands: [], checks: [] });

const neverMade = (site: Site, member: string): void => {
  const detail = `${member}() comes behind an \`await\` of the function that describes the table: Knex has made its SQL by then, and sends nothing of this`;
  site.emit({ sql: '', traps: [{ trap: 'not-awaited', neverSent: true, place: site.call, detail }] });
};

function methodsOn(table: Table, isAlter: boolean, self: () => HostValue): (member: string) => Method | undefined {
  const push = (method: string, args: readonly Value[], site: Site): void => void table.commands.push({ method, args, site });

  function methodOf(member: string): Method | undefined {
    if (TYPES.has(member)) return (args, site) => column(member, args, site);
    if (COMMANDS.has(member) || (isAlter && CHANGES.has(member))) {
      return (args, site) => {
        push(member === 'dropColumns' ? 'dropColumn' : member, args, site);
        return self();
      };
    }
    switch (member) {
      case 'foreign':
        return ([columns = UNDEFINED, key], site) => {
          const own = foreign(columns, key, site);
          return foreignChain(own);
        };
      case 'timestamps':
        return (args, site) => timestamps(args, site);
      case 'dropTimestamps':
        return isAlter ? ([camel], site) => void push('dropColumn', [list((camel !== undefined && truth(camel) === true ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at']).map((own) => text(own)))], site) : undefined;
      case 'comment':
        return ([comment = UNDEFINED], site) => {
          table.comment = { value: comment, site };
          return UNDEFINED;
        };
      case 'check':
        return (args, site) => {
          if (isAlter) push('check', args, site);
          else table.checks.push({ name: 'check', args, site });
          return isAlter ? UNDEFINED : self();
        };
      case 'inherits':
        return ([of]) => {
          if (of !== undefined) table.inherits = of;
          return UNDEFINED;
        };
      // MySQL's: the library refuses them elsewhere.
      case 'engine':
      case 'charset':
      case 'collate':
        return (_args, site) => void site.opaque(`Knex has ${member}() for MySQL only: the migration fails here`, 'unsupported');
      case 'queryContext':
        return () => self();
      default:
        return undefined;
    }
  }

  function column(method: string, args: readonly Value[], site: Site): HostValue {
    let own: Foreign | undefined;
    const made = recorder(
      `the column ${pieceOf(args[0]).text}`,
      (member) => MODIFIERS.has(member) && (isAlter || member !== 'alter'),
      {},
      (call) => {
        // Indexes of increments are left out: they are the primary key.
        if (call.name === 'index' || call.name === 'primary' || call.name === 'unique') {
          if (!typeName(method).includes('increments')) push(call.name, [args[0] ?? UNDEFINED, ...call.args], call.site);
        } else if (call.name === 'references') {
          own = foreign(args[0] ?? UNDEFINED, undefined, call.site);
          extend(own, call);
        } else if (own !== undefined && FOREIGN.has(call.name)) extend(own, call);
      },
      site,
    );
    table.columns.push({ method, args, site, calls: made.calls });
    return made.value;
  }

  function foreign(columns: Value, name_: Value | undefined, site: Site): Foreign {
    const own: Foreign = { columns, name: name_, span: site.call };
    table.commands.push({ method: 'foreign', args: [], site, foreign: own });
    return own;
  }

  function timestamps(args: readonly Value[], site: Site): Value {
    const [first] = args;
    const option = (name_: string, index: number): boolean => truth((first?.kind === 'record' ? entryOf(first, name_) : args[index]) ?? FALSE) === true;
    const withDefault = option('defaultToNow', 1);
    const names = option('useCamelCase', 2) ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at'];
    for (const own of names) {
      const calls: Recorded[] = withDefault ? [{ name: 'notNullable', args: [], site }, { name: 'defaultTo', args: [rawValue(written('CURRENT_TIMESTAMP'), site)], site }] : [];
      table.columns.push({ method: option('useTimestamps', 0) ? 'timestamp' : 'datetime', args: [text(own)], site, calls });
    }
    return UNDEFINED;
  }

  return methodOf;
}

function foreignChain(own: Foreign): HostValue {
  return recorder('foreign', (member) => FOREIGN.has(member), {}, (call) => extend(own, call)).value;
}

/** One call of `references('table.column').inTable(…).onDelete(…)`. */
function extend(own: Foreign, { name, args: [value = UNDEFINED], site }: Recorded): void {
  own.span = { start: Math.min(own.span.start, site.call.start), end: Math.max(own.span.end, site.call.end) };
  if (name === 'references') {
    // A placeholder may hold dots of its own.
    const parts = value.kind === 'text' ? value.text.split(/\.(?![^{}]*\})/) : [];
    own.references = parts.length < 2 ? value : text(parts[1] ?? '');
    if (parts.length >= 2) own.table = text(parts[0] ?? '');
    // Something unknown may name the table, too.
    else if (value.kind === 'unknown' || value.kind === 'chain') own.table ??= value;
  } else if (name === 'on' || name === 'inTable') own.table = value;
  else if (name === 'withKeyName') own.name = value;
  else if (!isNothing(value) && (name === 'onDelete' || name === 'onUpdate' || name === 'deferrable')) own[name] = value;
}
