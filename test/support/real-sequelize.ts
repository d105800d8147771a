import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Dialect , QueryInterface} from 'sequelize';
import { Sequelize } from 'sequelize';

/** What was sent, and over which connection. */
export interface RealQuery {
  readonly sql: string;
  readonly connection: number;
}

/** The columns that a table has, whichever it is. */
const COLUMNS = ['id', 'name', 'email'];
/** What the library asks the server for its own sake. */
const ASKS = /^\s*(?:SELECT\b|SHOW\b|DESCRIBE\b|PRAGMA\b)/i;

/** Runs a migration with the real library and connections that only listen. */
export async function sendWithSequelize(path: string, dialect: Dialect): Promise<{ readonly sent: readonly RealQuery[]; readonly failed?: string }> {
  const sent: RealQuery[] = [];
  let connections = 0;
  const sequelize = new Sequelize({ dialect, logging: false, dialectModule: driver(dialect), databaseVersion: '14.0.0' } as never);
  const connect = () => {
    const connection = ++connections;
    const listen = (...args: unknown[]): unknown => {
      const sql = args[0] as string | { sql: string };
      const callback = args.find((arg) => typeof arg === 'function') as ((error: unknown, result: unknown) => void) | undefined;
      const text = typeof sql === 'string' ? sql : sql.sql;
      if (!ASKS.test(text) || /\bFROM users\b/.test(text)) sent.push({ sql: text, connection });
      const asksColumns = /information_schema\.columns/.test(text);
      const rows = asksColumns ? COLUMNS.map((Field) => ({ Field, Type: 'TEXT', Null: 'YES', Default: null })) : /information_schema\.tables.*'missing'/.test(text) ? [{ table_name: 'missing' }] : /^SELECT "id".* AS "\w+"/.test(text) ? [{ id: 1, email: ' e' }] : /^INSERT.* RETURNING/.test(text) ? [{ id: 1 }] : [];
      callback?.call({ lastID: 1, changes: 1 }, null, dialect === 'sqlite' ? [] : { rows, rowCount: /^INSERT/.test(text) ? 1 : 0, fields: [], command: '' });
      return { setMaxListeners: () => undefined, on: () => undefined };
    };
    return { query: listen, execute: listen, run: listen, all: listen, serialize: (run: () => void) => { run(); }, uuid: undefined };
  };
  const manager = (sequelize as unknown as { connectionManager: Record<string, unknown> }).connectionManager;
  manager.getConnection = () => Promise.resolve(connect());
  manager.releaseConnection = () => Promise.resolve();
  manager._refreshDynamicOIDs = () => Promise.resolve();
  const queryInterface = sequelize.getQueryInterface();
  (queryInterface as unknown as { context: QueryInterface }).context = queryInterface;
  const module = (/\.cjs$/.test(path) ? createRequire(import.meta.url)(path) : await import(pathToFileURL(path).href)) as Migration;
  try {
    await (module.up ?? module.default?.up)?.(queryInterface, Sequelize);
  } catch (error) {
    return { sent, failed: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
  return { sent };
}

type Run = (queryInterface: QueryInterface, sequelize: typeof Sequelize) => Promise<unknown>;
interface Migration {
  readonly up?: Run;
  readonly default?: { readonly up?: Run };
}

/** Enough of a driver for the library to load its dialect. */
const driver = (dialect: Dialect): unknown => (dialect === 'postgres' ? { types: { getTypeParser: () => (value: unknown) => value, setTypeParser: () => undefined } } : { Database: function Database() { /* never opened */ } });
