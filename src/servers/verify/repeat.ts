import type { Dialect } from '../../dialects/dialect.ts';
import type { Script, Statement } from '../../ir/migration.ts';
import { compareSchemas, snapshotSchema } from '../schema-snapshot.ts';
import { serverError } from '../server.ts';
import { claimsRepeat } from './blame.ts';
import type { Complaint } from './model.ts';
import { differenceText } from './residue.ts';
import type { RepeatEvidence } from './rules.ts';
import { notRerunnable } from './rules.ts';
import type { Stage } from './stage.ts';

/** What the guarded statements may rely on. */
const isSetting = ({ operations }: Statement): boolean => operations.length > 0 && operations.every(({ kind }) => kind === 'setSetting');

/** Sends the guarded statements once more, and undoes that. Undefined: there are none. */
export async function runTwice(stage: Stage, up: Script, dialect: Dialect): Promise<readonly Complaint[] | undefined> {
  const guarded = up.statements.filter((statement) => (claimsRepeat(statement) || isSetting(statement)) && !statement.operations.some((operation) => dialect.refusesTransaction(operation, stage.place.version)));
  if (guarded.every(isSetting)) return undefined;
  const complaints: Complaint[] = [];
  const session = await stage.place.freshSession();
  await session.exec('BEGIN');
  const before = await snapshotSchema(session, { within: true });
  for (const { span } of guarded) {
    await session.exec('SAVEPOINT lockkeeper');
    try {
      await session.exec(up.text.slice(span.start, span.end));
      await session.exec('RELEASE lockkeeper');
    } catch (error) {
      const answered = serverError(error);
      if (answered === undefined) throw error;
      await session.exec('ROLLBACK TO lockkeeper');
      const evidence: RepeatEvidence = { said: answered.message, differences: [] };
      complaints.push({ rule: notRerunnable, evidence, script: up, span });
    }
  }
  const differences = compareSchemas(before, await snapshotSchema(session, { within: true }));
  await session.exec('ROLLBACK');
  const first = guarded.find(claimsRepeat);
  if (differences.length > 0 && first !== undefined) {
    const evidence: RepeatEvidence = { said: undefined, differences: differences.map(differenceText) };
    complaints.push({ rule: notRerunnable, evidence, script: up, span: first.span });
  }
  return complaints;
}
