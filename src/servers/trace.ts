import type { Catalog } from '../catalog/catalog.ts';
import { createCatalog } from '../catalog/create.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { trackUnits } from '../effects/units.ts';
import type { Blocks } from '../effects/vocabulary.ts';
import { NO_EFFECTS } from '../effects/vocabulary.ts';
import type { Script } from '../ir/migration.ts';
import { observe } from './observe.ts';
import { plannerDecides } from './planner.ts';
import type { Prediction } from './prediction.ts';
import { predict } from './prediction.ts';
import { replay } from './replay.ts';
import type { Refusal, Sent } from './run-script.ts';
import { runScript } from './run-script.ts';
import type { Server } from './server.ts';
import { serverError } from './server.ts';
import { compareStep, refusalLines } from './trace-compare.ts';
import type { TraceHistory, TraceMigration, TraceStatement } from './trace-model.ts';
import type { Step } from './within.ts';
import { measureOutside, measureWithin } from './within.ts';
import type { Workplace } from './workplace.ts';

export interface TraceInput {
  readonly framework: string;
  readonly folder: string;
  readonly dialect: Dialect;
  /** The up scripts that have run everywhere, in order. */
  readonly history: readonly Script[];
  readonly pending: readonly { readonly script: Script; readonly name: string; readonly version: string | null }[];
  readonly setup?: Script;
  /** Called when the history stands, before the first pending script; answers with notes. */
  readonly prepare?: (workplace: Workplace) => Promise<readonly string[]>;
  readonly progress?: (done: number) => void;
}

/** Runs the pending scripts of one history as its framework would, and holds what each statement did against its prediction. */
export async function trace(workplace: Workplace, input: TraceInput): Promise<TraceHistory> {
  const { dialect, history, pending, setup, progress } = input;
  const catalog = createCatalog(dialect.catalog);
  const steps = history.length + pending.length;
  let done = 0;
  const notes = [
    ...(await replay(workplace, history, {
      catalog,
      dialect,
      later: pending.map(({ script }) => script),
      ...(setup !== undefined && { setup }),
      progress: () => progress?.(done++ / steps),
    })),
    ...((await input.prepare?.(workplace)) ?? []),
  ];

  const migrations: TraceMigration[] = [];
  let stopped = false;
  let batch = false;
  for (const [index, { script, name, version }] of pending.entries()) {
    const joins = script.transaction.wrap === 'batch';
    const server = lasting(workplace);
    if (!stopped && !(joins && batch)) await workplace.freshSession();
    if (!stopped && joins && !batch) await server.exec('BEGIN');
    batch = joins && !stopped;
    const statements = stopped ? script.statements.map((_, at) => unreached(script, at)) : [];
    if (!stopped) {
      const refusal = await one(workplace, server, script, { catalog, dialect, number: history.length + 1 + index, within: joins, statements, notes });
      stopped = refusal !== undefined;
      const last = pending[index + 1]?.script.transaction.wrap !== 'batch';
      if (batch && (stopped || last)) {
        await server.exec(stopped ? 'ROLLBACK' : 'COMMIT');
        batch = false;
      }
    }
    migrations.push({ path: script.path, name, version, transaction: script.transaction.wrap, statements });
    progress?.(done++ / steps);
  }
  return {
    framework: input.framework,
    folder: input.folder,
    server: { title: workplace.title, version: `${String(workplace.version)}.${String(workplace.minor)}` },
    before: history.length,
    migrations,
    notes,
  };
}

/** The session of the moment, whichever that is. */
const lasting = (workplace: Workplace): Server => ({
  version: workplace.version,
  minor: workplace.minor,
  query: async (sql, parameters) => (await workplace.session()).query(sql, parameters),
  exec: async (sql) => (await workplace.session()).exec(sql),
  close: () => Promise.resolve(),
});

interface Context {
  readonly catalog: Catalog;
  readonly dialect: Dialect;
  readonly number: number;
  readonly within: boolean;
  /** Filled in. */
  readonly statements: TraceStatement[];
  readonly notes: string[];
}

async function one(workplace: Workplace, server: Server, script: Script, context: Context): Promise<Refusal | undefined> {
  const { catalog, dialect, statements, number } = context;
  catalog.newSession();
  const units = trackUnits(script, catalog, dialect.stronger);
  const shortNames = new Map<string, string>();
  const refusal = await runScript(server, script, {
    within: context.within,
    shared: workplace.shared,
    leaveOut: (sent, why) => statements.push({ ...unreached(script, sent.index), status: 'leftOut', reason: why }),
    async carry(sent, send) {
      const { statement, index } = sent;
      const unit = units.enter(statement);
      if (unit !== null && unit.sentAs !== 'block' && !shortNames.has(unit.id)) shortNames.set(unit.id, `T${String(shortNames.size + 1)}`);
      const start = catalog.moment();
      const blocks = blocksAt(catalog, dialect, unit?.id ?? null);
      const predicted = predict(statement, catalog, { dialect, version: workplace.version, migration: number, unit, text: script.text });
      const told = { span: statement.span, text: sent.text, transaction: unit === null ? null : (shortNames.get(unit.id) ?? null), reason: null, certain: predicted.certain };
      try {
        const { step, unseen } = await carryOut(workplace, server, sent, send, dialect);
        const lines = compareStep(predicted, step, { blocks, unseen, planned: plannerDecides(sent.text) });
        statements.push({ ...told, status: 'done', milliseconds: step.milliseconds, lines });
      } catch (error) {
        const answered = serverError(error);
        if (answered === undefined) throw error;
        catalog.returnTo(start);
        statements.push({ ...told, status: 'refused', milliseconds: null, lines: refusalLines(predicted as Prediction, answered) });
        throw error;
      }
      units.leave(statement, index, NO_EFFECTS, NOTHING);
    },
  });
  if (units.finish() !== undefined) catalog.endTransaction();
  if (refusal?.atCommit === true) {
    const last = statements.pop();
    if (last !== undefined) statements.push({ ...last, status: 'refused', lines: [...last.lines, ...refusalLines({ failures: [] }, { ...refusal, message: `${refusal.message} (at COMMIT)` })] });
  }
  while (statements.length < script.statements.length) statements.push(unreached(script, statements.length));
  return refusal;
}

const NOTHING: ReadonlySet<string> = new Set();

interface Carried {
  readonly step: Step;
  readonly unseen: string | null;
}

async function carryOut(workplace: Workplace, server: Server, { statement, text, alone }: Sent, send: () => Promise<void>, dialect: Dialect): Promise<Carried> {
  if (statement.operations.some(({ kind }) => kind === 'transaction')) {
    const { milliseconds } = await measureOutside(server, send);
    return { step: { observed: NOTHING_SEEN, held: new Map(), milliseconds }, unseen: null };
  }
  if (!alone) return { step: await measureWithin(server, send), unseen: null };
  if (!statement.operations.some((operation) => dialect.refusesTransaction(operation, workplace.version))) {
    await server.exec('BEGIN');
    try {
      const step = await measureWithin(server, send);
      await server.exec('COMMIT');
      return { step, unseen: null };
    } catch (error) {
      await server.exec('ROLLBACK');
      throw error;
    }
  }
  if (workplace.copies === undefined) return { step: await measureOutside(server, send), unseen: 'not seen: PGlite has one session' };
  const [row] = await server.query("SELECT pg_catalog.quote_literal(pg_catalog.current_setting('search_path')) AS path");
  const prelude = `SELECT pg_catalog.set_config('search_path', ${String(row?.['path'])}, false)`;
  const observed = await observe(await workplace.copies(), text, { prelude });
  await server.exec(prelude);
  const { milliseconds } = await measureOutside(server, send);
  return { step: { observed, held: new Map(), milliseconds }, unseen: null };
}

const NOTHING_SEEN: Step['observed'] = { locks: [], indexLocks: [], scans: [], rewrites: [], indexRewrites: [] };

/** Who waits for a lock taken now; nobody waits for a relation that the transaction made itself. */
function blocksAt(catalog: Catalog, dialect: Dialect, unit: string | null): (relation: string, mode: string) => Blocks {
  const own = new Set<string>();
  if (unit !== null) for (const { schema, name, origin } of catalog.relations()) if (origin.unit === unit) own.add(`${schema}.${name}`);
  return (relation, mode) => (mode === '' || own.has(relation) ? 'nothing' : dialect.blocks(mode));
}

function unreached(script: Script, index: number): TraceStatement {
  const { start, end } = script.statements[index]?.span ?? { start: 0, end: 0 };
  return { span: { start, end }, text: script.text.slice(start, end), transaction: null, status: 'notReached', reason: null, milliseconds: null, lines: [], certain: true };
}
