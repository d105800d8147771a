import { loadModule, parseSync } from 'libpg-query';

/** The statements of a script, comments before each included, semicolons not. Throws where the server's grammar does not accept it. */
export async function splitStatements(script: string): Promise<readonly string[]> {
  await loadModule();
  const bytes = Buffer.from(script, 'utf8');
  const { stmts } = parseSync(script) as { stmts?: readonly { stmt_location?: number; stmt_len?: number }[] };
  return (stmts ?? []).map(({ stmt_location: start = 0, stmt_len: length }) =>
    bytes.subarray(start, length === undefined ? bytes.length : start + length).toString('utf8').trim(),
  );
}
