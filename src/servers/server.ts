import { userError } from '../config/errors.ts';

/** One session on a PostgreSQL server. What it answers is untrusted input. */
export interface Server {
  /** Major version. */
  readonly version: number;
  readonly minor: number;
  /** Rows of one statement; values are text, null, numbers or booleans as the driver gives them. */
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  /** Sends the text as it is, several statements allowed, and forgets the result. */
  exec(sql: string): Promise<void>;
  /** Another session on the same database; absent where the server has only one (PGlite). */
  another?(): Promise<Server>;
  close(): Promise<void>;
}
export type Row = Readonly<Record<string, unknown>>;

/** An error that the server answered with. */
export interface ServerError {
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
}

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}

/** Thrown when an optional package is not installed. One line, made for the user. */
export function missingPackage(name: string, purpose: string): Error {
  return userError(`The package ${name} is needed to ${purpose}. It is optional, so it is not installed by itself: npm i -D ${name}`);
}

/** The server's own error, or undefined when the failure was not the server's answer (a lost connection, a bug). */
export function serverError(error: unknown): ServerError | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? { code, message: error.message } : undefined;
}

/** Both parts of a server's version from its `server_version_num`. */
export function versionOf(rows: readonly Row[]): Pick<Server, 'version' | 'minor'> {
  const number = Number(rows[0]?.['version']);
  return { version: Math.floor(number / 10_000), minor: number % 10_000 };
}

export const VERSION_QUERY = "SELECT current_setting('server_version_num') AS version";
