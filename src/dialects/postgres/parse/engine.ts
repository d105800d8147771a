import type * as Library from 'libpg-query';
import type { Node } from 'libpg-query';

/** One for the process: what is bundled apart, as remedies are, has modules of its own, and finds here what the program has loaded. */
const SHARED = Symbol.for('lockkeeper.postgres.library');
const loaded = globalThis as { [SHARED]?: typeof Library };

/** Loads the server's grammar (WASM) once. */
export async function loadEngine(): Promise<void> {
  if (loaded[SHARED] !== undefined) return;
  const library = await import('libpg-query');
  await library.loadModule();
  loaded[SHARED] = library;
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
  const library = loaded[SHARED];
  if (library === undefined) throw new Error('the PostgreSQL parser is not loaded: call load() first');
  return library;
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
