import type { Traced } from '../../../hosts/program.ts';
import { joined, placedAt, sql, within, written } from '../../../hosts/traced.ts';
import type { Method, Site } from '../../../hosts/typescript/host.ts';
import { recorder } from '../../../hosts/typescript/recorder.ts';
import type { HostValue, Value } from '../../../hosts/typescript/value.ts';
import { hostValue, isNothing, NULL, truth, UNDEFINED, unknown } from '../../../hosts/typescript/value.ts';
import type { Trap } from '../../../ir/migration.ts';
import { pieceOf } from '../sql-text.ts';
import { typeName } from './columns.ts';
import { qualified, wrapped } from './names.ts';
import { bound, neverSent, sent } from './raw.ts';
import { selectOf } from './query.ts';
import type { TableStatement } from './table-sql.ts';
import { tableSql } from './table-sql.ts';
import type { Column } from './table.ts';
import { columnSpan, tableBuilder } from './table.ts';

/** A step of `knex.schema`, made into statements when it is sent; the schema is the last that was named. */
interface Step {
  readonly site: Site;
  readonly statements: (schema: Traced | undefined) => readonly TableStatement[];
}

/** `knex.schema`: steps are kept until somebody waits. */
export function schemaBuilder(schema: Traced | undefined, made: Site): HostValue {
  const steps: Step[] = [];
  let within = schema;
  let answer: Value = UNDEFINED;
  const value: HostValue = hostValue({
    name: 'knex.schema',
    sends: true,
    member(name) {
      const method = METHODS.get(name);
      if (method !== undefined) {
        return hostValue({
          name: `knex.schema.${name}`,
          sends: true,
          call(args, site) {
            steps.push(method(args, site));
            return value;
          },
        });
      }
      const own = OWN.get(name);
      return own === undefined ? undefined : hostValue({ name: `knex.schema.${name}`, call: own });
    },
    settle(site) {
      const several = steps.length > 1;
      for (const step of steps.splice(0)) for (const statement of step.statements(within)) send(statement, several ? step.site : undefined, site);
      return answer;
    },
    abandoned(site) {
      if (steps.length > 0) neverSent(site, made, 'the schema builder');
    },
  });
  const same = (): Value => value;
  const asText: Method = () => {
    const texts = steps.splice(0).flatMap((step) => step.statements(within).map(({ text }) => text));
    return { kind: 'text', ...joined(texts.flatMap((own, index) => (index === 0 ? [own] : [texts[index - 1]?.text.endsWith(';') === true ? '\n' : ';\n', own]))) };
  };
  // What it would send is made into lists of texts and values, and stays where it is.
  const compiled: Method = (_args, site) => {
    steps.splice(0);
    return unknown('it is what the library writes for these steps', site.call, site.source(site.call));
  };
  const exists: Method = (args, site) => {
    answer = { ...unknown('whether it exists is asked of the server', site.call, site.source(site.call)), asksExistence: true };
    return args.length >= 0 ? value : undefined;
  };
  const OWN: ReadonlyMap<string, Method> = new Map<string, Method>([
    [
      'withSchema',
      ([name]) => {
        within = isNothing(name) ? undefined : pieceOf(name);
        return value;
      },
    ],
    ['hasTable', exists],
    ['hasColumn', exists],
    ['queryContext', same],
    ['options', same],
    ['toQuery', asText],
    ['toString', asText],
    ['toSQL', compiled],
    ['generateDdlCommands', compiled],
    ['asCallback', ([callback], site) => site.invoke(callback, [NULL, site.settled(value)])],
    ['debug', same],
    ['timeout', same],
    ['connection', same],
    ['transacting', same],
    ['on', same],
  ]);
  return value;
}

/** `step`: its call, where it is one of several. */
function send({ text, span, altered, others = [] }: TableStatement, step: Site | undefined, site: Site): void {
  const placed = span !== undefined ? placedAt(text, span) : step !== undefined ? within(text, step.step) : text;
  const traps = altered === undefined ? [] : alterTraps(altered);
  if (traps.length === 0 && placed === text) sent(text, site);
  else site.emit({ sql: placed.text, runs: placed.runs, ...(traps.length === 0 ? {} : { traps }) });
  for (const other of others) site.emit(other);
}

/** `.alter()` says all of the column anew: what is not said again is gone. */
function alterTraps(column: Column): readonly Trap[] {
  const alter = column.calls.findLast(({ name }) => name === 'alter');
  const [options] = alter?.args ?? [];
  const keeps = (key: string): boolean => options?.kind === 'record' && options.entries.get(key)?.kind === 'boolean' && truth(options.entries.get(key) ?? UNDEFINED) === false;
  const says = (names: readonly string[]): boolean => column.calls.some(({ name }) => names.includes(name));
  const unsaid = [...(says(['defaultTo', 'default', 'defaultsTo']) ? [] : ['default' as const]), ...(says(['notNullable', 'notNull', 'nullable']) || keeps('alterNullable') ? [] : ['notNull' as const])];
  const lost = unsaid.map((part) => (part === 'default' ? 'its default' : 'NOT NULL'));
  const cast = keeps('alterType') || typeName(column.method) === 'text' ? '' : ', and casts the values to the type even where that cuts them';
  if (lost.length === 0 && cast === '') return [];
  const name = pieceOf(column.args[0]).text;
  return [{ trap: 'more-than-named', place: columnSpan(column), detail: `alter() of ${name} ${lost.length === 0 ? 'sets the column anew' : `drops ${lost.join(' and ')}, which ${lost.length > 1 ? 'are' : 'is'} not said again`}${cast}`, unsaid }];
}

const one = (site: Site, make: (schema: Traced | undefined) => Traced): Step => ({ site, statements: (schema) => [{ text: make(schema) }] });

const table =
  (mode: 'create' | 'createIfNot' | 'createLike' | 'alter') =>
  ([name, ...rest]: readonly Value[], site: Site): Step => ({
    site,
    // The library calls the function when it makes the SQL.
    statements(schema) {
      const like = mode === 'createLike' ? rest[0] : undefined;
      const callback = mode === 'createLike' ? rest[1] : rest[0];
      const { table: own, value } = tableBuilder(name, mode === 'alter', site);
      const others = site.collect(() => {
        site.settled(site.invoke(callback, [value], value));
      });
      if (callback?.kind === 'unknown') site.opaque(`the function that describes ${pieceOf(name).text} is not in the files of the migration`);
      const statements = tableSql(own, { mode, name, like, schema });
      const [first, ...more] = statements;
      if (first !== undefined && others.length > 0) return [{ ...first, others }, ...more];
      for (const other of others) site.emit(other);
      return statements;
    },
  });

const view =
  (start: string) =>
  ([name, callback]: readonly Value[], site: Site): Step => ({
    site,
    statements(schema) {
      let columns: Value | undefined;
      let query: Value | undefined;
      let check = '';
      const builder = recorder('the view builder', (member) => /^(?:columns|as|checkOption|localCheckOption|cascadedCheckOption|queryContext)$/.test(member), {}, ({ name: method, args: [first] }) => {
        if (method === 'columns') columns = first;
        else if (method === 'as') query = first;
        else if (method !== 'queryContext') check = method === 'localCheckOption' ? ' with local check option' : method === 'cascadedCheckOption' ? ' with cascaded check option' : ' with check option';
      }).value;
      site.invoke(callback, [builder], builder);
      const list = columns === undefined ? '' : sql` (${columns.kind === 'list' ? wrappedList(columns.items) : wrapped(columns)})`;
      return [{ text: sql`create ${start} ${qualified(schema, name)}${list} as ${selectOf(query) ?? written('select ${query}')}${check}` }];
    },
  });

const wrappedList = (items: readonly Value[]): Traced => items.reduce<Traced>((text, item, index) => sql`${text}${index === 0 ? '' : ', '}${wrapped(item)}`, written(''));

const alterView = ([name, callback]: readonly Value[], site: Site): Step => ({
  site,
  statements(schema) {
    const statements: TableStatement[] = [];
    const view_ = qualified(schema, name);
    const column: Method = ([own]) =>
      recorder('the column', (member) => member === 'rename' || member === 'defaultTo', {}, ({ name: method, args: [value], site: at }) => {
        statements.push({ text: method === 'rename' ? sql`alter view ${view_} rename ${wrapped(own)} to ${wrapped(value)}` : sql`alter view ${view_} alter ${wrapped(own)} set default ${pieceOf(value)}`, span: at.call });
      }).value;
    const builder = hostValue({ name: 'the view builder', methods: new Map([['column', column]]) });
    site.invoke(callback, [builder], builder);
    return statements;
  },
});

const simple =
  (start: string, more: (args: readonly Value[]) => string = () => '', bare = false) =>
  (args: readonly Value[], site: Site): Step =>
    one(site, (schema) => sql`${start} ${bare ? wrapped(args[0]) : qualified(schema, args[0])}${more(args)}`);

const cascade = ([, value]: readonly Value[]): string => (value !== undefined && truth(value) === true ? ' cascade' : '');

const METHODS: ReadonlyMap<string, (args: readonly Value[], site: Site) => Step> = new Map([
  ['createTable', table('create')],
  ['createTableIfNotExists', table('createIfNot')],
  ['createTableLike', table('createLike')],
  ['table', table('alter')],
  ['alterTable', table('alter')],
  ['createView', view('view')],
  ['createViewOrReplace', view('or replace view')],
  ['createMaterializedView', view('materialized view')],
  ['view', alterView],
  ['alterView', alterView],
  ['refreshMaterializedView', ([name, concurrently], site) => one(site, () => sql`refresh materialized view${concurrently !== undefined && truth(concurrently) === true ? ' concurrently' : ''} ${wrapped(name)}`)],
  ['dropView', simple('drop view')],
  ['dropViewIfExists', simple('drop view if exists')],
  ['dropMaterializedView', simple('drop materialized view')],
  ['dropMaterializedViewIfExists', simple('drop materialized view if exists')],
  ['renameView', ([from, to], site) => one(site, () => sql`alter view ${wrapped(from)} rename to ${wrapped(to)}`)],
  ['createSchema', simple('create schema', undefined, true)],
  ['createSchemaIfNotExists', simple('create schema if not exists', undefined, true)],
  ['dropSchema', simple('drop schema', cascade, true)],
  ['dropSchemaIfExists', simple('drop schema if exists', cascade, true)],
  ['createExtension', simple('create extension', undefined, true)],
  ['createExtensionIfNotExists', simple('create extension if not exists', undefined, true)],
  ['dropExtension', simple('drop extension', undefined, true)],
  ['dropExtensionIfExists', simple('drop extension if exists', undefined, true)],
  ['dropTable', simple('drop table')],
  ['dropTableIfExists', simple('drop table if exists')],
  ['renameTable', ([from, to], site) => one(site, (schema) => sql`alter table ${qualified(schema, from)} rename to ${wrapped(to)}`)],
  ['raw', ([text, bindings], site) => one(site, () => bound(text, bindings))],
]);

