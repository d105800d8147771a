import type { Dialect } from '../../dialects/dialect.ts';
import type { Script } from '../../ir/migration.ts';
import { place as placeOf, replay } from '../replay.ts';
import type { Refusal } from '../run-script.ts';
import { runScript } from '../run-script.ts';
import type { Workplace } from '../workplace.ts';
import { verifyMigration } from './migration.ts';
import type { Complaint, Verification, VerifiedMigration } from './model.ts';
import { refusalComplaint } from './complaints.ts';
import { upFails } from './rules.ts';
import { stageOn } from './stage.ts';
import type { FillTable } from './tables.ts';

export interface VerifyInput {
  readonly dialect: Dialect;
  /** The up scripts that have run everywhere, in order. */
  readonly history: readonly Script[];
  readonly pending: readonly PendingPair[];
  readonly setup?: Script;
  /** Rows for the tables that `touched` names; undefined: a dozen. */
  readonly rows?: number;
  readonly touched: (table: FillTable) => boolean;
  readonly progress?: (done: number) => void;
}
export interface PendingPair {
  readonly up: Script;
  /** Undefined: there is no way back, or the author says so. */
  readonly down: Script | undefined;
}

/** Takes each pending migration up, down and up again, with rows in the tables, and tells what goes wrong. */
export async function verify(workplace: Workplace, input: VerifyInput): Promise<Verification> {
  const { dialect, history, pending, setup, rows, touched, progress } = input;
  const steps = history.length + FILLING + pending.length * EACH;
  let done = 0;
  const advance = (by: number): void => progress?.(Math.min(1, (done += by) / steps));
  const notes = [
    ...(await replay(workplace, history, { dialect, later: pending.flatMap(({ up, down }) => (down === undefined ? [up] : [up, down])), ...(setup !== undefined && { setup }), progress: () => { advance(1); } })),
  ];

  const empty = await workplace.keep();
  const stage = stageOn(workplace, empty, {
    leaveOut(sent, why) {
      const note = `${placeOf(sent)} was left out: it ${why}.`;
      if (!notes.includes(note)) notes.push(note);
    },
    many: rows === undefined ? undefined : { rows, tables: touched },
  });
  try {
    const { notes: unfilled, ...filled } = await stage.fill();
    notes.push(...unfilled);
    advance(FILLING);

    const complaints: Complaint[] = [];
    const migrations: VerifiedMigration[] = [];
    for (const [index, { up, down }] of pending.entries()) {
      const earlier = pending.slice(0, index).map((each) => each.up);
      const verified = await verifyMigration(stage, { up, down, earlier, dialect });
      migrations.push({ path: up.path, ...verified.migration });
      complaints.push(...verified.complaints);
      advance(EACH);
    }
    const batch = await inOneTransaction(stage, pending.map(({ up }) => up), complaints);
    return {
      server: { title: workplace.title, version: `${String(workplace.version)}.${String(workplace.minor)}` },
      before: history.length,
      filled: { ...filled, many: rows ?? null },
      migrations,
      complaints: batch === undefined ? complaints : [...complaints, batch],
      notes,
    };
  } finally {
    await stage.close();
    await empty.discard();
  }
}

/** Shares of the work, in scripts of the history. */
const FILLING = 10;
const EACH = 8;

/** Runners that put all pending migrations into one transaction: does that work, too? */
async function inOneTransaction(stage: ReturnType<typeof stageOn>, ups: readonly Script[], known: readonly Complaint[]): Promise<Complaint | undefined> {
  if (ups.length < 2 || !ups.every(({ transaction }) => transaction.wrap === 'batch') || known.some(({ rule }) => rule === upFails)) return undefined;
  await stage.restart([]);
  await stage.fill();
  const session = await stage.place.freshSession();
  await session.exec('BEGIN');
  let refusal: Refusal | undefined;
  for (const script of ups) refusal ??= await runScript(session, script, { within: true, shared: stage.place.shared });
  await session.exec('ROLLBACK');
  return refusal === undefined ? undefined : refusalComplaint(upFails, refusal, 'batch');
}
