import { parseSync } from 'libpg-query';

/**
 * Whether the statement runs a query of the user's, so that the planner decides what is read from end to end.
 * Needs libpg-query to be loaded; false for what does not parse.
 */
export function plannerDecides(statement: string): boolean {
  try {
    const { stmts } = parseSync(statement) as { stmts?: readonly { stmt?: object }[] };
    return (stmts ?? []).some(({ stmt }) => QUERIES.has(Object.keys(stmt ?? {})[0] ?? ''));
  } catch {
    return false;
  }
}

const QUERIES: ReadonlySet<string> = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'CopyStmt',
  'ExplainStmt',
  'CreateTableAsStmt',
  'RefreshMatViewStmt',
  'PrepareStmt',
  'ExecuteStmt',
  'DeclareCursorStmt',
  'FetchStmt',
  'CallStmt',
  'DoStmt',
]);
