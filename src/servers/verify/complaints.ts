import type { Script } from '../../ir/migration.ts';
import type { Rule } from '../../rule.ts';
import type { SchemaDifference, SchemaSnapshot } from '../schema-snapshot.ts';
import type { Refusal } from '../run-script.ts';
import { adviceFor } from './advice.ts';
import { blameFor, clauseOf } from './blame.ts';
import type { DataLoss } from './losses.ts';
import type { Complaint } from './model.ts';
import { differenceText, isOrderOnly, undo } from './residue.ts';
import type { LossEvidence, RefusalEvidence, ResidueEvidence } from './rules.ts';
import { dataLost, dataNotRestored, schemaNotRestored } from './rules.ts';

export function refusalComplaint(rule: Rule, refusal: Refusal, when: RefusalEvidence['when']): Complaint {
  const { script } = refusal.sent;
  const evidence: RefusalEvidence = {
    said: refusal.atCommit ? `${refusal.message} (at COMMIT)` : refusal.message,
    when,
    todo: adviceFor(refusal.code, script, script.direction),
    // Our largest numbers overflow what real ones may not.
    ...((when === 'later' || (when === 'rows' && refusal.code === '22003')) && { severity: 'warning' as const }),
  };
  return { rule, evidence, script, span: clauseOf(refusal) };
}

export function lossComplaint(loss: DataLoss, script: Script, direction: 'up' | 'down'): Complaint {
  const { span, meant } = blameFor(loss, script);
  const evidence: LossEvidence = { loss, meant, relation: loss.relation, ...(meant && direction === 'up' && { severity: 'warning' as const }) };
  return { rule: direction === 'up' ? dataLost : dataNotRestored, evidence, script, span };
}

export function residueComplaint(differences: readonly SchemaDifference[], before: SchemaSnapshot, down: Script): Complaint {
  const evidence: ResidueEvidence = {
    differences: differences.map(differenceText),
    empty: down.statements.length === 0,
    missing: differences.flatMap((difference) => undo(difference, before) ?? []),
    ...(differences.every(isOrderOnly) && { severity: 'info' as const }),
  };
  const [first] = down.statements;
  return { rule: schemaNotRestored, evidence, script: down, span: { start: first?.span.start ?? 0, end: down.statements.at(-1)?.span.end ?? 0 } };
}
