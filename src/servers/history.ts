import { createCatalog } from '../catalog/create.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Script, Statement } from '../ir/migration.ts';
import type { Observation } from './measure.ts';
import { measure } from './measure.ts';
import { observe } from './observe.ts';
import type { Prediction } from './prediction.ts';
import { predict } from './prediction.ts';
import type { Scratch } from './scratch.ts';
import type { Server } from './server.ts';
import { serverError } from './server.ts';

/** One statement of a history, predicted and measured. */
export interface HistoryStatement {
  readonly script: Script;
  readonly statement: Statement;
  readonly text: string;
  readonly predicted: Prediction;
  readonly observed: Observation;
}

export interface HistoryOptions {
  readonly scripts: readonly Script[];
  readonly dialect: Dialect;
  /** An empty database; the history is in it afterwards. */
  readonly scratch: Scratch;
}

/**
 * Replays a history on a real server, statement by statement. Each statement is measured in a transaction of its own that
 * commits, so that what it locks is not hidden by what an earlier statement of the same transaction holds; the transactions
 * of the scripts only decide how long SET LOCAL lasts. What the server refuses changes neither it nor the catalog.
 */
export async function* replayHistory({ scripts, dialect, scratch }: HistoryOptions): AsyncGenerator<HistoryStatement> {
  const catalog = createCatalog(dialect.catalog);
  const session = sessionOn(scratch);
  try {
    for (const [migration, script] of scripts.entries()) {
      catalog.newSession();
      await session.fresh();
      for (const [index, statement] of script.statements.entries()) {
        if (statement.operations.length > 0 && statement.operations.every(({ kind }) => kind === 'transaction')) continue;
        const text = script.text.slice(statement.span.start, statement.span.end);
        const start = catalog.moment();
        const outside = statement.operations.some((operation) => dialect.refusesTransaction(operation, scratch.version));
        const unit = outside ? null : { id: `${script.path}:${String(index)}`, explicit: false };
        const predicted = predict(statement, catalog, { dialect, version: scratch.version, migration, unit, text: script.text });
        const inside = outside ? undefined : await measure(await session.server(), lasting(statement, text), { end: 'commit' });
        const observed = inside === undefined || NOT_INSIDE.includes(inside.error?.code ?? '') ? await session.observe(text) : inside;
        if (observed.error !== undefined) catalog.returnTo(start);
        yield { script, statement, text, predicted, observed };
      }
      endScript(catalog);
    }
  } finally {
    await session.close();
  }
}

function endScript(catalog: Catalog): void {
  catalog.endTransaction();
}

/** Refused in a transaction block, and a block that commits by itself sent in one. */
const NOT_INSIDE: readonly string[] = ['25001', '2D000'];

/** What ends with the transaction has to outlast the statement's own; it ends with the session. */
function lasting({ operations }: Statement, text: string): string {
  const [first] = operations;
  if (first?.kind === 'setSetting' && first.local) return text.replace(/^SET\s+LOCAL\s/i, 'SET ');
  return first?.kind === 'createTable' && first.persistence === 'temporary' ? text.replace(/\bON\s+COMMIT\s+DROP\b/i, '') : text;
}

/** One session that can be left, so that copies of its database can be made, and taken up again. */
function sessionOn(scratch: Scratch): {
  server(): Promise<Server>;
  fresh(): Promise<void>;
  observe(statement: string): Promise<Observation>;
  close(): Promise<void>;
} {
  let current: Server | undefined;
  const close = async (): Promise<void> => {
    await current?.close();
    current = undefined;
  };
  const server = async (): Promise<Server> => (current ??= await scratch.connect());
  return {
    server,
    close,
    fresh: close,
    async observe(statement) {
      const [row] = await (await server()).query("SELECT pg_catalog.quote_literal(pg_catalog.current_setting('search_path')) AS path");
      const prelude = `SELECT pg_catalog.set_config('search_path', ${String(row?.['path'])}, false)`;
      await close();
      const observed = await observe(scratch, statement, { prelude });
      const session = await server();
      await session.exec(prelude);
      if (observed.error === undefined) await run(session, statement);
      return observed;
    },
  };
}

async function run(session: Server, statement: string): Promise<void> {
  try {
    await session.exec(statement);
  } catch (error) {
    if (serverError(error) === undefined) throw error;
  }
}
