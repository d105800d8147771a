import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pattern } from '../src/remedy/step.ts';
import { openPglite } from '../src/servers/pglite.ts';
import type { Server } from '../src/servers/server.ts';
import { quote } from '../src/dialects/postgres/quote.ts';
import { cases } from './support/cases.ts';
import type { Files } from './support/fix.ts';
import { fixedFiles, fixFiles } from './support/fix.ts';
import { planFor } from './support/remedies/plans.ts';
import { prove } from './support/remedies/prove.ts';
import { clear } from './support/remedies/run.ts';
import { dataOf, differences, schemaOf } from './support/remedies/snapshot.ts';

// Schemas and dangerous statements as they come: what a pattern makes of them ends like the original, or it says why not.
const NAMES = ['order', 'user', 'Total Sum', 'a"b', 'größe', 'value', 'batch', 'from_1', 'new', 'old', 'type', 'k'];
const TYPES = ['int', 'text', 'varchar(8)', 'numeric(8,2)', 'boolean', 'date'] as const;
const VALUES: Readonly<Record<string, string>> = { int: 'i', text: `'t' || i % 5`, 'varchar(8)': `'v' || i`, 'numeric(8,2)': 'i / 4.0', boolean: 'i % 2 = 0', date: `date '2024-01-01' + i` };

interface Column {
  readonly name: string;
  readonly type: (typeof TYPES)[number];
  readonly required: boolean;
  readonly indexed: 'no' | 'plain' | 'unique';
}

const column = (name: string): fc.Arbitrary<Column> =>
  fc.record({ name: fc.constant(name), type: fc.constantFrom(...TYPES), required: fc.boolean(), indexed: fc.constantFrom('no', 'no', 'plain') });

const schema = fc.record({
  inApp: fc.boolean(),
  names: fc.shuffledSubarray(NAMES, { minLength: 5, maxLength: 5 }),
  pair: fc.boolean(),
  parted: fc.constantFrom(false, false, true),
  child: fc.boolean(),
}).chain(({ inApp, names, pair, parted, child }) => fc.tuple(column(names[2] ?? ''), column(names[3] ?? '')).map((columns) => ({ inApp, table: names[0] ?? '', key: names[1] ?? '', columns, fresh: names[4] ?? '', pair, parted, child: child && !pair })));
const safeChange = fc.constantFrom<SafeChange>('index', 'unique', 'foreignKey', 'check', 'notNull');
type SafeChange = 'index' | 'unique' | 'foreignKey' | 'check' | 'notNull';
type Schema = typeof schema extends fc.Arbitrary<infer Value> ? Value : never;

const change = fc.constantFrom<Change>('type', 'rename', 'dropColumn', 'renameTable', 'dropTable', 'stored', 'serial', 'update', 'delete', 'notNull', 'check', 'copy', 'keyType');
type Change = 'type' | 'rename' | 'dropColumn' | 'renameTable' | 'dropTable' | 'stored' | 'serial' | 'update' | 'delete' | 'notNull' | 'check' | 'copy' | 'keyType';

describe('generated schemas and statements', () => {
  let server: Server;
  beforeAll(async () => {
    server = await openPglite();
  });
  afterAll(() => server.close());

  test('a plan ends like the statement that it replaces', async () => {
    await fc.assert(
      fc.asyncProperty(schema, change, async (given, what) => {
        const { columns, fresh, key } = given;
        const [first] = columns;
        fc.pre(what !== 'notNull' || !first.required);
        const { name, setup } = made(given);
        const own = quote(first.name);
        const statements: { readonly [K in Change]: readonly [Pattern, string] } = {
          type: ['shadowColumn', `ALTER TABLE ${name} ALTER ${own} TYPE ${first.type === 'int' ? 'bigint' : 'text'}`],
          rename: ['renameColumn', `ALTER TABLE ${name} RENAME ${own} TO ${quote(fresh)}`],
          dropColumn: ['dropColumn', `ALTER TABLE ${name} DROP ${own}`],
          renameTable: ['renameTable', `ALTER TABLE ${name} RENAME TO ${quote(fresh)}`],
          dropTable: ['dropTable', `DROP TABLE ${name}${given.child ? ' CASCADE' : ''}`],
          stored: ['storedColumn', `ALTER TABLE ${name} ADD ${quote(fresh)} text GENERATED ALWAYS AS (CASE WHEN ${own} IS NULL THEN 'n' ELSE 'y' END) STORED`],
          serial: ['generatedKeyColumn', `ALTER TABLE ${name} ADD ${quote(fresh)} serial`],
          update: ['batchUpdate', `UPDATE ${name} SET ${own} = ${own} WHERE ${quote(key)} > 3`],
          delete: ['batchDelete', `DELETE FROM ${name} WHERE ${quote(key)} % 2 = 0`],
          notNull: ['proveNotNull', `ALTER TABLE ${name} ALTER ${own} SET NOT NULL`],
          check: ['validateLater', `ALTER TABLE ${name} ADD CHECK (${own} IS NOT NULL)`],
          copy: ['batchInsert', `INSERT INTO copies SELECT ${quote(key)}, ${own}::text FROM ${name} WHERE ${quote(key)} > 3 OR ${own} IS NULL`],
          keyType: ['shadowColumn', `ALTER TABLE ${name} ALTER ${quote(key)} TYPE bigint`],
        };
        const [pattern, sql] = statements[what];
        const answer = planFor(pattern, setup, sql, { version: server.version });
        if ('refused' in answer) {
          // Where others have a share in the column, it may be said why not.
          if (given.parted && ['type', 'keyType', 'serial', 'stored', 'dropTable', 'renameTable'].includes(what)) return;
          throw new Error(`${sql}: refused: ${answer.refused}`);
        }
        const lost = what === 'dropColumn' && first.required ? / not null/ : what === 'dropTable' && given.child ? /a child_parent_fkey/ : undefined;
        const unlike = what === 'stored' ? new RegExp(`zz_sync|"?${fresh.replaceAll('"', '""')}"?`) : undefined;
        expect(await prove(server, { name: sql, pattern, setup, sql, ...(lost === undefined ? {} : { lost }), ...(unlike === undefined ? {} : { unlike }), ...(what === 'serial' && { numbers: true as const }) })).toEqual([]);
      }),
      { ...cases(16), endOnFailure: true, interruptAfterTimeLimit: 240_000 },
    );
  }, 300_000);

  test('what fix writes ends like the original, and fixing again changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(schema, safeChange, async (given, what) => {
        const { columns, fresh, key } = given;
        const [first] = columns;
        const { name, setup } = made(given);
        const own = quote(first.name);
        const statements: { readonly [K in SafeChange]: string } = {
          index: `CREATE INDEX ${quote(fresh)} ON ${name} (${own} DESC) -- for the list`,
          unique: `ALTER TABLE ${name} ADD CONSTRAINT ${quote(fresh)} UNIQUE (${quote(key)}, ${own})`,
          foreignKey: `ALTER TABLE others ADD FOREIGN KEY (n) REFERENCES ${name} (${quote(key)}) ON DELETE CASCADE`,
          check: `ALTER TABLE ${name} ADD CONSTRAINT ${quote(fresh)} CHECK (${own} IS NOT NULL AND ${quote(key)} > 0)`,
          notNull: `ALTER TABLE ${name} ALTER ${own} SET NOT NULL`,
        };
        fc.pre(!(what === 'foreignKey' && given.pair) && !(what === 'unique' && given.parted));
        const before = { 'm/000001_base.up.sql': `${setup};\n`, 'm/000002_change.up.sql': `${statements[what]};\n` };
        const result = await fixFiles(before, { version: server.version });
        const after = fixedFiles(before, result);
        expect((await fixFiles(after, { version: server.version })).files).toEqual([]);
        const [expected, found] = [await endOf(before), await endOf(after)];
        expect(differences(expected, found)).toEqual([]);
      }),
      { ...cases(10), endOnFailure: true, interruptAfterTimeLimit: 240_000 },
    );
  }, 300_000);

  /** Each file as golang-migrate sends it: in one string. Schema and data at the end. */
  async function endOf(files: Files): Promise<readonly string[]> {
    await clear(server);
    for (const path of Object.keys(files).filter((one) => one.endsWith('.up.sql')).toSorted()) await server.exec(files[path] ?? '');
    return [...(await schemaOf(server)), ...(await dataOf(server))];
  }
});

/** The table with rows in it, with partitions and a table that refers to it where there are such, and the statements that make them. */
function made({ inApp, table, key, columns, pair, parted, child }: Schema): { readonly name: string; readonly setup: string } {
  const home = inApp ? 'app.' : '';
  const name = `${home}${quote(table)}`;
  const keys = pair ? [key, 'key 2'] : [key];
  const fields = [...keys.map((one) => `${quote(one)} int`), ...columns.map((one) => `${quote(one.name)} ${one.type}${one.required ? ' NOT NULL' : ''}`), `PRIMARY KEY (${keys.map(quote).join(', ')})`];
  const setup = [
    ...(inApp ? ['CREATE SCHEMA app'] : []),
    `CREATE TABLE ${name} (${fields.join(', ')})${parted ? ` PARTITION BY RANGE (${quote(key)})` : ''}`,
    ...(parted ? [[0, 6], [6, 99]].map(([from = 0, to = 0], i) => `CREATE TABLE ${home}${quote(`${table} part ${String(i)}`)} PARTITION OF ${name} FOR VALUES FROM (${String(from)}) TO (${String(to)})`) : []),
    ...columns.filter(({ indexed }) => indexed !== 'no').map((one) => `CREATE INDEX ON ${name} (${quote(one.name)})`),
    `INSERT INTO ${name} SELECT ${[...keys.map(() => 'i'), ...columns.map(({ type }) => VALUES[type] ?? 'NULL')].join(', ')} FROM generate_series(1, 10) AS i`,
    'CREATE TABLE copies (id int, what text)',
    'CREATE TABLE others (id int PRIMARY KEY, n int)',
    'INSERT INTO others SELECT i, i FROM generate_series(1, 10) AS i',
    ...(child ? [`CREATE TABLE "a child" (id int PRIMARY KEY, parent int REFERENCES ${name} ON DELETE CASCADE)`, 'INSERT INTO "a child" SELECT i, i FROM generate_series(1, 10) AS i'] : []),
  ].join(';\n');
  return { name, setup };
}
