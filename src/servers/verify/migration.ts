import type { Dialect } from '../../dialects/dialect.ts';
import type { Script } from '../../ir/migration.ts';
import type { Operation } from '../../ir/operation.ts';
import type { SchemaDifference, SchemaSnapshot } from '../schema-snapshot.ts';
import { compareSchemas, snapshotSchema } from '../schema-snapshot.ts';
import type { Refusal } from '../run-script.ts';
import { isAtomic, runScript } from '../run-script.ts';
import { lossComplaint, refusalComplaint, residueComplaint } from './complaints.ts';
import type { Contents } from './contents.ts';
import { readContents } from './contents.ts';
import type { DataLoss } from './losses.ts';
import { lossesSince, rewoundSequences } from './losses.ts';
import type { Complaint, StepName, VerifiedMigration, VerifyStep } from './model.ts';
import { runTwice } from './repeat.ts';
import { downFails, upAgainFails, upFails } from './rules.ts';
import type { Ran, Stage } from './stage.ts';
import type { FillTable } from './tables.ts';

export interface MigrationInput {
  readonly up: Script;
  readonly down: Script | undefined;
  /** Pending scripts before it. */
  readonly earlier: readonly Script[];
  readonly dialect: Dialect;
}

export interface Verified {
  readonly migration: Omit<VerifiedMigration, 'path'>;
  readonly complaints: readonly Complaint[];
}

/** One migration, from filled tables before it to filled tables after it. */
export async function verifyMigration(stage: Stage, { up, down, earlier, dialect }: MigrationInput): Promise<Verified> {
  const steps: VerifyStep[] = [];
  const complaints: Complaint[] = [];
  /** The database is another one than before, with empty tables. */
  let moved = false;
  const refusesTransaction = (operation: Operation): boolean => dialect.refusesTransaction(operation, stage.place.version);
  const log = (step: StepName, outcome: VerifyStep['outcome'], ran?: Ran, detail: string | null = null): void => {
    steps.push({ step, outcome, milliseconds: ran === undefined ? null : ran.milliseconds, detail });
  };
  const before = await snapshot(stage);
  const contents = await readContents(await stage.place.freshSession());
  const first = await stage.run(up);
  const timings = first.timings;

  if (first.refusal !== undefined) {
    // Once more without rows: that tells whether it is the rows, and lets the rest be judged.
    await stage.restart(earlier);
    const empty = await stage.run(up);
    complaints.push(refusalComplaint(upFails, first.refusal, empty.refusal === undefined ? 'rows' : 'always'));
    log('up', 'failed', first, empty.refusal === undefined ? 'passes on an empty database' : null);
    log('data kept', 'skipped');
    const complete = empty.refusal === undefined || (await stage.restart([...earlier, up]));
    if (down !== undefined && complete) {
      await wayBack(down, undefined);
      await stage.restart([...earlier, up]);
    } else log('down', 'skipped', undefined, down === undefined ? 'there is no way back' : 'there is nothing to go back from');
    await stage.fill();
    return { migration: { steps, timings }, complaints };
  }
  log('up', 'passed', first);
  const losses = await lossesSince(await stage.place.freshSession(), contents);
  complaints.push(...losses.map((loss) => lossComplaint(loss, up, 'up')));
  log('data kept', losses.length === 0 ? 'passed' : 'failed');
  const after = await snapshot(stage);

  if (down === undefined) log('down', 'skipped', undefined, 'there is no way back');
  else if (await wayBack(down, { contents, losses })) {
    const again = await stage.run(up);
    log('up again', again.refusal === undefined ? 'passed' : 'failed', again);
    if (again.refusal !== undefined) {
      complaints.push(refusalComplaint(upAgainFails, again.refusal, 'rows'));
      await startOver();
    }
  } else if (moved || !isAtomic(down, refusesTransaction)) await startOver();

  const twice = await runTwice(stage, up, dialect);
  if (twice !== undefined) {
    complaints.push(...twice);
    log('run twice', twice.length === 0 ? 'passed' : 'failed');
  }
  const touched = changedTables(compareSchemas(before, after), before, after);
  if (touched.size > 0) await stage.fill((table) => touched.has(nameOf(table)));
  if (down !== undefined && touched.size > 0 && canRollBack(down)) await later(down);
  return { migration: { steps, timings }, complaints };

  async function startOver(): Promise<void> {
    await stage.restart([...earlier, up]);
    await stage.fill();
  }

  /** Whether the way back was there to be gone, and everything is as it was, or nearly. */
  async function wayBack(back: Script, data: { readonly contents: Contents; readonly losses: readonly DataLoss[] } | undefined): Promise<boolean> {
    const ran = await stage.run(back);
    if (ran.refusal !== undefined) {
      complaints.push(refusalComplaint(downFails, ran.refusal, (await isAboutRows(ran.refusal, back)) ? 'rows' : 'always'));
      log('down', 'failed', ran);
      return false;
    }
    log('down', 'passed', ran);
    const differences = compareSchemas(before, await snapshot(stage));
    if (differences.length > 0) complaints.push(residueComplaint(differences, before, back));
    log('schema back', differences.length === 0 ? 'passed' : 'failed');
    if (data === undefined) return true;
    const session = await stage.place.freshSession();
    const known = new Set(data.losses.map(lossKey));
    const missing = [...(await lossesSince(session, data.contents)), ...(await rewoundSequences(session, data.contents))].filter((loss) => !known.has(lossKey(loss)) && !known.has(loss.relation));
    complaints.push(...missing.map((loss) => lossComplaint(loss, back, 'down')));
    log('data back', missing.length > 0 ? 'failed' : data.losses.length > 0 ? 'skipped' : 'passed', undefined, missing.length === 0 && data.losses.length > 0 ? 'what the migration lost stays lost' : null);
    return true;
  }

  /** Whether the way back passes on empty tables. */
  async function isAboutRows({ code }: Refusal, back: Script): Promise<boolean> {
    if (!/^2[23]/.test(code)) return false;
    moved = true;
    await stage.restart([...earlier, up]);
    return (await stage.run(back)).refusal === undefined;
  }

  /** The way back once more, now that rows have been written that use what is new; undone afterwards. */
  async function later(back: Script): Promise<void> {
    if (complaints.some(({ rule }) => rule === downFails)) return;
    const session = await stage.place.freshSession();
    await session.exec('BEGIN');
    const refusal = await runScript(session, back, { within: true, shared: stage.place.shared });
    await session.exec('ROLLBACK');
    if (refusal !== undefined) complaints.push(refusalComplaint(downFails, refusal, 'later'));
    log('down with new rows', refusal === undefined ? 'passed' : 'failed');
  }

  function canRollBack({ statements }: Script): boolean {
    return statements.length > 0 && statements.every(({ operations }) => operations.every((operation) => operation.kind !== 'transaction' && !refusesTransaction(operation)));
  }
}

const snapshot = async (stage: Stage): Promise<SchemaSnapshot> => snapshotSchema(await stage.place.freshSession());

/** A table that is gone stands for everything in it. */
const lossKey = ({ what, relation, column }: DataLoss): string => (what === 'table' ? relation : `${relation} ${column ?? what}`);

const nameOf = ({ sql }: FillTable): string => `table ${sql}`;

/** Tables in which something is different; a change of a type may be in any. */
function changedTables(differences: readonly SchemaDifference[], before: SchemaSnapshot, after: SchemaSnapshot): ReadonlySet<string> {
  const tables = new Set<string>();
  for (const { object } of differences) {
    if (object.startsWith('type ')) for (const each of after.keys()) if (each.startsWith('table ')) tables.add(each);
    const table = object.startsWith('table ') ? object : (after.get(object) ?? before.get(object))?.get('of');
    if (table?.startsWith('table ') === true) tables.add(table);
  }
  return tables;
}
