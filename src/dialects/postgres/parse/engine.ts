import type * as Library from 'libpg-query';
import type { Node } from 'libpg-query';

let library: typeof Library | undefined;

/** Loads the server's grammar (WASM) once. */
export async function loadEngine(): Promise<void> {
  if (library !== undefined) return;
  const loaded = await import('libpg-query');
  await loaded.loadModule();
  library = loaded;
}

export type Tree =
  | { readonly statements: readonly Node[] }
  /** `at` counts characters, unlike the places in a syntax tree, which count bytes; undefined when the parser gave none. */
  | { readonly error: string; readonly at: number | undefined };

/** Parses one statement. Callers keep what the parser cannot survive away from it. */
export function parseTree(sql: string): Tree {
  const parser = engine();
  try {
    const result = parser.parseSync(sql);
    return { statements: (result.stmts ?? []).flatMap((each) => (each.stmt === undefined ? [] : [each.stmt])) };
  } catch (error) {
    if (parser.hasSqlDetails(error)) return { error: error.message, at: error.sqlDetails?.cursorPosition };
    return { error: error instanceof RangeError ? 'nested too deeply to be parsed' : message(error), at: undefined };
  }
}

/** The error of the PL/pgSQL parser for the CREATE FUNCTION or DO statement, if it has one. */
export function plpgsqlError(sql: string): string | undefined {
  try {
    engine().parsePlPgSQLSync(sql);
    return undefined;
  } catch (error) {
    return message(error);
  }
}

function engine(): typeof Library {
  if (library === undefined) throw new Error('the PostgreSQL parser is not loaded: call load() first');
  return library;
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
