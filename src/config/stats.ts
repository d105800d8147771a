import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { TableFacts } from './config.ts';
import { reason, userError } from './errors.ts';
import type { ConfigProblem, JsonSchema } from './shape.ts';
import { count, isRecord, number, object, recordOf, string } from './shape.ts';

/** Raised when a field changes its meaning or goes. */
export const STATS_VERSION = 1;
export const STATS_SCHEMA_ID = 'https://unpkg.com/lockkeeper/schemas/lockkeeper.stats.schema.json';

/** What `lockkeeper stats` has found out about a database. */
export interface Stats {
  readonly $schema?: string;
  readonly schemaVersion: number;
  /** When, ISO 8601. */
  readonly collected?: string;
  /** Version of the server, as in `16.3`. */
  readonly server?: string;
  /** Seconds over which writes were counted. */
  readonly seconds?: number;
  readonly transactions?: {
    /** Age of the oldest that was open, in seconds. */
    readonly longest?: number;
    /** Open for more than a minute. */
    readonly overMinute?: number;
  };
  /** By `schema.name`. */
  readonly tables: Readonly<Record<string, TableStats>>;
}

export interface TableStats {
  readonly rows?: number;
  /** On disk, TOAST included, indexes not. */
  readonly bytes?: number;
  readonly indexBytes?: number;
  /** Rows inserted, updated and deleted per second. */
  readonly writesPerSecond?: number;
}

const shape = object<Stats>(
  {
    $schema: string(),
    schemaVersion: count('1.'),
    collected: string('When, ISO 8601.'),
    server: string('Version of the server, as in "16.3".'),
    seconds: number('Seconds over which writes were counted.'),
    transactions: object({ longest: number('Age of the oldest open transaction, in seconds.'), overMinute: count('Transactions open for more than a minute.') }, [], 'Long transactions, which a lock has to wait for.'),
    tables: recordOf(
      object<TableStats>({ rows: count('Approximate number of rows.'), bytes: count('Bytes on disk, TOAST included, indexes not.'), indexBytes: count('Bytes of its indexes.'), writesPerSecond: number('Rows inserted, updated and deleted per second.') }),
      'By schema and name.',
    ),
  },
  ['schemaVersion', 'tables'],
);

export const statsSchema = (): JsonSchema => ({ $schema: 'http://json-schema.org/draft-07/schema#', $id: STATS_SCHEMA_ID, title: 'Sizes of tables, written by lockkeeper stats', ...shape.schema });

export function readStats(path: string): Stats {
  const named = relative(process.cwd(), path) || path;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw userError(`Cannot read ${named}: ${reason(error)}.`);
  }
  if (isRecord(value) && typeof value['schemaVersion'] === 'number' && value['schemaVersion'] > STATS_VERSION) throw userError(`${named} was written by a later version of Lockkeeper.`);
  const problems: ConfigProblem[] = [];
  if (shape.check(value, '', problems)) return value;
  throw userError(problems.slice(0, 5).map(({ path: key, message }) => `${named}: ${key === '' ? 'the file' : key} ${message}`));
}

/** Writes per second from which a table counts as hot. */
const HOT = 10;

/** What lint makes of them. A small table is not hot, however busy: whatever is done with it is over at once. */
export function factsOf(stats: Stats, smallTable: number): Readonly<Record<string, TableFacts>> {
  return Object.fromEntries(
    Object.entries(stats.tables).map(([name, { rows, bytes, indexBytes, writesPerSecond = 0 }]): [string, TableFacts] => [name, { rows, hot: writesPerSecond >= HOT && (rows ?? 0) > smallTable ? true : undefined, bytes, indexBytes }]),
  );
}

/** Major version of the server. */
export function majorOf({ server }: Stats): number | undefined {
  const major = /^(\d{1,3})\b/.exec(server ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}
