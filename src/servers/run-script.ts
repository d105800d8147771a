import type { Script, Statement } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';
import type { Server, ServerError } from './server.ts';
import { serverError } from './server.ts';

/** One statement on its way to the server. */
export interface Sent {
  readonly script: Script;
  readonly statement: Statement;
  readonly index: number;
  readonly text: string;
  /** No transaction is open around it. */
  readonly alone: boolean;
}

/** What the server would not do. */
export interface Refusal extends ServerError {
  readonly sent: Sent;
  /** It came with the COMMIT after the statement: a deferred constraint. */
  readonly atCommit: boolean;
  readonly column: string | undefined;
  readonly constraint: string | undefined;
}

export interface RunOptions {
  /** A transaction is open around several scripts and stays open. */
  readonly within?: boolean;
  /** Others use the server: what reaches beyond the database is left out. */
  readonly shared?: boolean;
  /** Carries the statement out by calling `send` once. */
  readonly carry?: (sent: Sent, send: () => Promise<void>) => Promise<void>;
  /** Makes the script go on after a refusal: by sending the statement again, or without it. */
  readonly forgive?: (refusal: Refusal) => Promise<'again' | 'without'>;
  /** Hears of what is not sent, and why. */
  readonly leaveOut?: (sent: Sent, why: string) => void;
}

/**
 * Sends a script as its framework does: with its transactions, statement by statement, up to what the server refuses, which
 * is the answer. Afterwards no transaction of the script is open.
 */
export async function runScript(server: Server, script: Script, options: RunOptions = {}): Promise<Refusal | undefined> {
  const { wrap } = script.transaction;
  const { statements } = script;
  let open: 'runner' | 'script' | undefined = options.within === true ? 'runner' : undefined;
  const wrapped = wrap === 'script' || wrap === 'batch' || (wrap === 'implicit' && statements.length > 1);
  const begin = async (): Promise<void> => {
    await server.exec('BEGIN');
    open = 'runner';
  };
  if (open === undefined && wrapped && statements.length > 0) await begin();

  let last: Sent | undefined;
  for (const [index, statement] of statements.entries()) {
    const text = script.text.slice(statement.span.start, statement.span.end);
    const sent: Sent = { script, statement, index, text, alone: open === undefined && statement.together === undefined };
    const why = reasonToLeaveOut(sent, options.shared === true);
    if (why !== undefined) {
      options.leaveOut?.(sent, why);
      continue;
    }
    last = sent;
    if (open === undefined && statement.together !== undefined && controlOf(statement) === undefined) await begin();
    const refusal = await one(server, sent, options);
    if (refusal !== undefined) {
      if (open !== undefined && options.within !== true) await server.exec('ROLLBACK');
      return refusal;
    }
    const control = controlOf(statement);
    if (control === undefined && open === 'runner' && !wrapped && options.within !== true && statement.together !== undefined && statements[index + 1]?.together !== statement.together) {
      const refused = await attempt(sent, true, () => server.exec('COMMIT'));
      if (refused !== undefined) return refused;
      open = undefined;
    }
    if (control === 'begin') open ??= 'script';
    if (control === 'end') {
      open = undefined;
      if (wrap === 'implicit' && index < statements.length - 1) await begin();
    }
  }
  if (options.within === true || last === undefined) return undefined;
  if (open === 'script') await server.exec('ROLLBACK');
  return open === 'runner' ? attempt(last, true, () => server.exec('COMMIT')) : undefined;
}

/** Whether a script that is refused leaves nothing behind. */
export function isAtomic({ statements, transaction: { wrap } }: Script, refusesTransaction: (operation: Operation) => boolean): boolean {
  if (statements.length <= 1) return !statements.some(({ operations }) => operations.some(refusesTransaction));
  return wrap !== 'none' && statements.every((statement) => controlOf(statement) === undefined);
}

async function one(server: Server, sent: Sent, { carry, forgive }: RunOptions): Promise<Refusal | undefined> {
  const send = (): Promise<void> => server.exec(sent.text);
  if (forgive === undefined || controlOf(sent.statement) !== undefined) {
    return attempt(sent, false, () => (carry === undefined ? send() : carry(sent, send)));
  }
  const within = !sent.alone;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (within) await server.exec('SAVEPOINT lockkeeper');
    const refusal = await attempt(sent, false, () => (carry === undefined ? send() : carry(sent, send)));
    if (within) await server.exec(refusal === undefined ? 'RELEASE lockkeeper' : 'ROLLBACK TO lockkeeper; RELEASE lockkeeper');
    if (refusal === undefined) return undefined;
    if (within && refusal.code === REFUSES_TRANSACTION) {
      await server.exec('COMMIT');
      const apart = await attempt(sent, false, send);
      await server.exec('BEGIN');
      if (apart === undefined) return undefined;
    }
    if ((await forgive(refusal)) === 'without') return undefined;
  }
  return undefined;
}

const MOST_TRIES = 5;
/** active_sql_transaction. */
const REFUSES_TRANSACTION = '25001';

async function attempt(sent: Sent, atCommit: boolean, work: () => Promise<void>): Promise<Refusal | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const answered = serverError(error);
    if (answered === undefined) throw error;
    const { column, constraint } = error as { readonly column?: unknown; readonly constraint?: unknown };
    const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
    return { ...answered, sent, atCommit, column: text(column), constraint: text(constraint) };
  }
}

/** Whether the statement opens or closes a transaction. */
function controlOf({ operations }: Statement): 'begin' | 'end' | undefined {
  for (const operation of operations) {
    if (operation.kind !== 'transaction' || operation.within !== undefined) continue;
    if (operation.action === 'begin') return 'begin';
    if (operation.action === 'commit' || operation.action === 'rollback' || operation.action === 'prepare') return 'end';
  }
  return undefined;
}

function reasonToLeaveOut({ statement: { operations }, text }: Sent, shared: boolean): string | undefined {
  if (operations.length > 0 && operations.every(({ kind }) => kind === 'clientCommand')) return 'is a command of psql, which the server never sees';
  const copies = operations.some(({ kind }) => kind === 'copy');
  if (copies && /\b(?:from|to)\s+(?:stdin|stdout)\b/i.test(text)) return 'takes its data from the client';
  if (!shared) return undefined;
  if (copies && /\bprogram\b/i.test(text)) return 'runs a program on the server';
  return operations.some(reachesBeyond) ? 'reaches beyond its database' : undefined;
}

const SHARED_OBJECTS: ReadonlySet<string> = new Set(['database', 'tablespace', 'role', 'subscription']);

/** Whether it changes what all databases of a server share. */
function reachesBeyond(operation: Operation): boolean {
  if (operation.kind === 'roleChange') return operation.change !== 'defaultPrivileges';
  if (operation.kind === 'maintenance') return operation.action === 'alterSystem';
  return 'objectType' in operation && SHARED_OBJECTS.has(operation.objectType);
}
