import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pattern } from '../src/remedy/step.ts';
import { openPglite } from '../src/servers/pglite.ts';
import type { Server } from '../src/servers/server.ts';
import { quote } from '../src/dialects/postgres/quote.ts';
import { cases } from './support/cases.ts';
import { planFor } from './support/remedies/plans.ts';
import { prove } from './support/remedies/prove.ts';

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
}).chain(({ inApp, names, pair }) => fc.tuple(column(names[2] ?? ''), column(names[3] ?? '')).map((columns) => ({ inApp, table: names[0] ?? '', key: names[1] ?? '', columns, fresh: names[4] ?? '', pair })));

const change = fc.constantFrom<Change>('type', 'rename', 'dropColumn', 'renameTable', 'dropTable', 'stored', 'serial', 'update', 'delete', 'notNull', 'check');
type Change = 'type' | 'rename' | 'dropColumn' | 'renameTable' | 'dropTable' | 'stored' | 'serial' | 'update' | 'delete' | 'notNull' | 'check';

describe('generated schemas and statements', () => {
  let server: Server;
  beforeAll(async () => {
    server = await openPglite();
  });
  afterAll(() => server.close());

  test('a plan ends like the statement that it replaces', async () => {
    await fc.assert(
      fc.asyncProperty(schema, change, async ({ inApp, table, key, columns, fresh, pair }, what) => {
        const name = `${inApp ? 'app.' : ''}${quote(table)}`;
        const [first] = columns;
        fc.pre(what !== 'notNull' || !first.required);
        const keys = pair ? [key, 'key 2'] : [key];
        const setup = [
          ...(inApp ? ['CREATE SCHEMA app'] : []),
          `CREATE TABLE ${name} (${[...keys.map((one) => `${quote(one)} int`), ...columns.map((one) => `${quote(one.name)} ${one.type}${one.required ? ' NOT NULL' : ''}`)].join(', ')}, PRIMARY KEY (${keys.map(quote).join(', ')}))`,
          ...columns.filter(({ indexed }) => indexed !== 'no').map((one) => `CREATE INDEX ON ${name} (${quote(one.name)})`),
          `INSERT INTO ${name} SELECT ${[...keys.map(() => 'i'), ...columns.map(({ type }) => VALUES[type] ?? 'NULL')].join(', ')} FROM generate_series(1, 10) AS i`,
        ].join(';\n');
        const own = quote(first.name);
        const statements: { readonly [K in Change]: readonly [Pattern, string] } = {
          type: ['shadowColumn', `ALTER TABLE ${name} ALTER ${own} TYPE ${first.type === 'int' ? 'bigint' : 'text'}`],
          rename: ['renameColumn', `ALTER TABLE ${name} RENAME ${own} TO ${quote(fresh)}`],
          dropColumn: ['dropColumn', `ALTER TABLE ${name} DROP ${own}`],
          renameTable: ['renameTable', `ALTER TABLE ${name} RENAME TO ${quote(fresh)}`],
          dropTable: ['dropTable', `DROP TABLE ${name}`],
          stored: ['storedColumn', `ALTER TABLE ${name} ADD ${quote(fresh)} text GENERATED ALWAYS AS (CASE WHEN ${own} IS NULL THEN 'n' ELSE 'y' END) STORED`],
          serial: ['generatedKeyColumn', `ALTER TABLE ${name} ADD ${quote(fresh)} serial`],
          update: ['batchUpdate', `UPDATE ${name} SET ${own} = ${own} WHERE ${quote(key)} > 3`],
          delete: ['batchDelete', `DELETE FROM ${name} WHERE ${quote(key)} % 2 = 0`],
          notNull: ['proveNotNull', `ALTER TABLE ${name} ALTER ${own} SET NOT NULL`],
          check: ['validateLater', `ALTER TABLE ${name} ADD CHECK (${own} IS NOT NULL)`],
        };
        const [pattern, sql] = statements[what];
        const answer = planFor(pattern, setup, sql, { version: server.version });
        if ('refused' in answer) throw new Error(`${sql}: refused: ${answer.refused}`);
        const lost = what === 'dropColumn' && first.required ? / not null/ : undefined;
        const unlike = what === 'stored' ? new RegExp(`zz_sync|"?${fresh.replaceAll('"', '""')}"?`) : undefined;
        expect(await prove(server, { name: sql, pattern, setup, sql, ...(lost === undefined ? {} : { lost }), ...(unlike === undefined ? {} : { unlike }) })).toEqual([]);
      }),
      { ...cases(12), endOnFailure: true, interruptAfterTimeLimit: 240_000 },
    );
  }, 300_000);
});
