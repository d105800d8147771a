import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../../../src/remedy/step.ts';
import type { Server } from '../../../src/servers/server.ts';
import { filesOf } from '../remedies-page.ts';
import { statementTexts } from '../replay-sql.ts';
import { carriedOut, commandOf } from './example.ts';
import { carryOut, clear } from './run.ts';
import { dataOf, differences, schemaOf } from './snapshot.ts';

/** What a golden example is compared with, where its own project does not say it, and where both may differ. */
export interface Golden {
  /** Oldest server on which it makes sense. */
  readonly since?: number;
  readonly rows?: string;
  /** Where no migration says the change, or the server refuses it on rows. */
  readonly instead?: string;
  /** What the author has to do to a file before it runs. */
  readonly edit?: (sql: string) => string;
  readonly unlike?: RegExp;
  /** What the ways back do not bring back. */
  readonly lost?: RegExp;
  /** Locks that are the author's own. */
  readonly locks?: RegExp;
  /** Why there is an `unlike`, a `lost` or a `locks`. */
  readonly because?: string;
  readonly random?: true;
}

const HOME = 'fixtures/remedies';
export const GOLDEN_FOLDERS: readonly string[] = readdirSync(HOME, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

const USERS = `INSERT INTO orgs SELECT i, 'org ' || i FROM generate_series(1, 5) AS i;
INSERT INTO users SELECT i, 'User' || i || '@Example.org', 'First' || i || ' Last' || i, 20 + i % 60, CASE WHEN i % 3 > 0 THEN 1 + i % 5 END FROM generate_series(1, 2500) AS i;`;
const LOGS = `INSERT INTO logs_2024 SELECT '2024-05-01'::timestamptz + i * interval '1 minute', 'line ' || i FROM generate_series(1, 500) AS i;`;
const NOT_NULL_LOST = { lost: /not null|not_null/, because: 'The values are gone, and NOT NULL with them.' } as const;

export const GOLDEN: { readonly [folder: string]: Golden } = {
  'add-column-with-volatile-default': { random: true },
  'add-primary-key': { rows: `INSERT INTO events SELECT i, '{}' FROM generate_series(1, 500) AS i;` },
  'add-required-column': {
    edit: (sql) => sql.replace(/^ *RAISE EXCEPTION .*\n/m, '').replace('NULL /* the value for rows that exist */', `'de'`),
    instead: `ALTER TABLE users ADD COLUMN country text; UPDATE users SET country = 'de'; ALTER TABLE users ALTER country SET NOT NULL`,
  },
  'add-stored-column': { unlike: /email_lower|zz_sync/, because: 'A trigger fills a plain column: no column becomes generated without being written anew.' },
  'ask-for-a-statement': { rows: `INSERT INTO users SELECT i, 'e' || i FROM generate_series(1, 2500) AS i;`, instead: `ALTER TABLE users ADD COLUMN country text; UPDATE users SET country = 'unknown'; ALTER TABLE users ALTER country SET NOT NULL` },
  'attach-partition': { rows: LOGS },
  'constraint-behind-own-transaction': { locks: /locks (?:events and users|users and events) one after the other/, because: 'The author writes to one table after the other.' },
  'create-partition': { rows: '' },
  'detach-partition': { rows: LOGS, since: 14 },
  'merge-columns': {
    rows: `INSERT INTO users SELECT i, 'First' || i, 'Last' || i FROM generate_series(1, 2500) AS i;`,
    instead: `ALTER TABLE users ADD full_name text; UPDATE users SET full_name = first_name || ' ' || last_name; ALTER TABLE users DROP first_name, DROP last_name`,
  },
  'refresh-materialized-view': { rows: `INSERT INTO sales SELECT i, '2024-01-01'::date + i % 30, i FROM generate_series(1, 500) AS i;` },
  'remove-enum-value': {
    rows: `INSERT INTO users SELECT i, (CASE i % 3 WHEN 0 THEN 'sad' WHEN 1 THEN 'ok' ELSE 'happy' END)::mood FROM generate_series(1, 2500) AS i;`,
    instead: `CREATE TYPE less AS ENUM ('ok', 'happy'); ALTER TABLE users ALTER mood DROP DEFAULT, ALTER mood TYPE less USING (CASE mood WHEN 'sad' THEN 'ok' ELSE mood::text END)::less, ALTER mood SET DEFAULT 'ok'; DROP TYPE mood; ALTER TYPE less RENAME TO mood`,
  },
  'rename-enum-value': {
    rows: `INSERT INTO users SELECT i, (CASE i % 3 WHEN 0 THEN 'sad' WHEN 1 THEN 'ok' ELSE 'happy' END)::mood FROM generate_series(1, 2500) AS i;`,
    instead: `ALTER TYPE mood RENAME VALUE 'sad' TO 'unhappy'`,
    unlike: /^type public\.mood values/,
    lost: /type public\.mood values/,
    because: 'The old value stays in the type, and the new one on the way back: nothing can take them out.',
  },
  'split-column': {
    rows: `INSERT INTO users SELECT i, 'First' || i || ' Last' || i FROM generate_series(1, 2500) AS i;`,
    instead: `ALTER TABLE users ADD first_name text, ADD last_name text; UPDATE users SET first_name = split_part(full_name, ' ', 1), last_name = split_part(full_name, ' ', 2); ALTER TABLE users DROP full_name`,
    ...NOT_NULL_LOST,
  },
  'update-without-a-key': { rows: `INSERT INTO visits SELECT '/' || i, '2024-01-01'::timestamptz + i * interval '1 second', CASE WHEN i % 4 = 0 THEN 'de' END FROM generate_series(1, 2500) AS i;` },
  'swap-table': {
    rows: `INSERT INTO bookings (during) SELECT tstzrange('2024-01-01'::timestamptz + i * interval '1 hour', '2024-01-01'::timestamptz + (i + 1) * interval '1 hour') FROM generate_series(1, 2500) AS i; INSERT INTO lines SELECT i, 'x' FROM generate_series(1, 2500) AS i;`,
    lost: /lines_booking_fkey/,
    because: 'A foreign key comes back NOT VALID, without a look at the rows.',
  },
};

/** The original and the files that the example makes for this server, on the same rows; answers with everything that is not as it should be. */
export async function proveGolden(server: Server, folder: string, rowCount = 2500): Promise<readonly string[]> {
  const golden: Golden = GOLDEN[folder] ?? {};
  const { edit = (sql: string) => sql } = golden;
  const before = filesOf(join(HOME, folder, 'before'));
  const command = commandOf(join(HOME, folder));
  const { after } = await carriedOut(before, { ...command, options: { ...command.options, version: server.version } });
  const ups = (files: Readonly<Record<string, string>>): readonly string[] => Object.keys(files).filter((path) => path.endsWith('.up.sql')).toSorted();
  const [base = '', ...changes] = ups(before);
  const rows = golden.rows ?? (/\bfull_name text,\s+age int/.test(before[base] ?? '') ? USERS : undefined);
  const start = async (): Promise<void> => {
    await clear(server);
    await server.exec('DO $$ BEGIN CREATE ROLE reporting; EXCEPTION WHEN duplicate_object THEN NULL; END $$');
    for (const sql of statementTexts(`${before[base] ?? ''};${rows?.replaceAll('2500', String(rowCount)) ?? ''}`)) await server.exec(sql);
    if (rows === undefined) await fill(server, rowCount);
  };
  await start();
  const origin = await schemaOf(server);
  const original = golden.instead === undefined ? changes.map((path) => before[path] ?? '') : statementTexts(golden.instead);
  for (const sql of original) await server.exec(sql);
  const expected = [...(await schemaOf(server)), ...(golden.random === true ? [] : await dataOf(server))];

  await start();
  const steps = ups(after).slice(1).map((path) => stepOf(path, edit(after[path] ?? ''), after[path.replace('.up.', '.down.')]));
  const offences: string[] = [];
  for (const step of steps) offences.push(...(await carryOut(server, step, textsOf(step, step.up))));
  const found = async (): Promise<readonly string[]> => [...(await schemaOf(server)), ...(golden.random === true ? [] : await dataOf(server))];
  const wrong = differences(expected, await found());
  // All ways back that there are, in order; a step without one ends them.
  await start();
  const last = steps.findIndex(({ down }) => down === null);
  const reversible = last < 0 ? steps : steps.slice(0, last);
  for (const step of reversible) await carryOut(server, step, textsOf(step, step.up));
  for (const step of reversible.toReversed()) await carryOut(server, stepOf(step.title, '', step.down?.join('')), textsOf(step, step.down ?? []));
  const residues = differences(origin, await schemaOf(server)).filter((line) => golden.lost?.test(line) !== true);
  return [...wrong.filter((line) => golden.unlike?.test(line.slice(2)) !== true), ...offences.filter((line) => golden.locks?.test(line) !== true), ...residues.map((line) => `after the ways back: ${line}`)];
}

/** Rows for tables that nobody has said anything about; what they refuse leaves them empty. */
async function fill(server: Server, rowCount: number): Promise<void> {
  const tables = await server.query(`SELECT c.oid::regclass::text AS name, string_agg(quote_ident(a.attname), ', ') AS columns, string_agg(CASE WHEN t.typcategory = 'N' THEN 'i' WHEN t.typcategory = 'S' THEN '''text ''||i' WHEN t.typcategory = 'B' THEN 'i % 2 = 0' ELSE 'NULL' END, ', ') AS values
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND a.attgenerated = '' AND a.attidentity = '' JOIN pg_type t ON t.oid = a.atttypid WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY c.oid ORDER BY c.oid`);
  for (const { name, columns, values } of tables) await server.exec(`INSERT INTO ${String(name)} (${String(columns)}) SELECT ${String(values)} FROM generate_series(1, ${String(rowCount)}) AS i`).catch(() => undefined);
}

/** A file as its runner sends it: in one string, which is a transaction unless it is alone and opts out of being one. */
const stepOf = (path: string, up: string, down: string | undefined): Step => ({
  phase: 'migrate',
  title: path.slice(path.lastIndexOf('/') + 1),
  slug: '',
  up: [up],
  down: down === undefined || down.includes("RAISE EXCEPTION 'This migration cannot be undone.'") ? null : [down],
  transaction: OUTSIDE.test(up === '' ? (down ?? '') : up) ? 'outside' : 'inside',
  preconditions: [],
  verification: [],
  notes: [],
});

const OUTSIDE = /\bCONCURRENTLY\b|^ *COMMIT;$/m;

const textsOf = ({ transaction }: Step, texts: readonly string[]): readonly string[] => (transaction === 'outside' ? texts : texts.flatMap(statementTexts));
