import type { Script, Statement } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';
import type { Step } from '../remedy/step.ts';
import type { Proposal } from './model.ts';
import type { Region } from './regions.ts';

/** A proposal with the part of its statement that it replaces. */
export interface Part {
  readonly proposal: Proposal;
  readonly region: Region;
}

export interface Placed extends Part {
  /** The first step stays where the statement is; otherwise all steps are new migrations. */
  readonly stays: boolean;
}

export interface Placement {
  readonly parts: readonly Placed[];
  /** The script has to leave the runner's transaction. */
  readonly leaves: boolean;
}

/** Which first steps take the place of what they replace. */
export function place(script: Script, parts: readonly Part[]): Placement {
  const outside = parts.filter(({ proposal }) => startsOutside(proposal.plan.steps));
  if (outside.length === 0) return { parts: parts.map((part) => ({ ...part, stays: true })), leaves: false };
  if (outside.every(({ region }) => commitsAlone(script, region.statement))) return { parts: parts.map((part) => ({ ...part, stays: true })), leaves: false };
  const apart = outside.length === parts.length && parts.every(({ region }) => region.clauses === undefined) && isAllThereIs(script, parts);
  if (apart) return { parts: parts.map((part, index) => ({ ...part, stays: index === 0 })), leaves: true };
  return { parts: parts.map((part) => ({ ...part, stays: !outside.includes(part) })), leaves: false };
}

const startsOutside = ([first]: readonly Step[]): boolean => first?.transaction === 'outside';

/** Whether the statement commits by itself already. */
export function commitsAlone(script: Script, statement: Statement): boolean {
  const { wrap } = script.transaction;
  if (wrap === 'implicit') return script.statements.length === 1;
  return wrap === 'none' && !isInBlock(script, statement);
}

/** Between a BEGIN and a COMMIT of the script's own. */
export function isInBlock(script: Script, statement: Statement): boolean {
  let open = false;
  for (const other of script.statements) {
    if (other === statement) return open;
    for (const operation of other.operations) {
      if (operation.kind !== 'transaction') continue;
      if (operation.action === 'begin') open = true;
      else if (operation.action === 'commit' || operation.action === 'rollback') open = false;
    }
  }
  return open;
}

/** Whether the script does nothing but what the parts replace; settings and its own transaction aside. */
function isAllThereIs(script: Script, parts: readonly Part[]): boolean {
  const own = new Set(parts.map(({ region }) => region.statement));
  return script.statements.every((statement) => own.has(statement) || isSetting(statement) || isControl(statement));
}

export const isSetting = ({ operations }: Statement): boolean => operations.length > 0 && operations.every(({ kind }) => kind === 'setSetting');

export const isControl = ({ operations }: Statement): boolean =>
  operations.length > 0 && operations.every((operation) => operation.kind === 'transaction' && (operation.action === 'begin' || operation.action === 'commit'));

/** Time-outs mean nothing, or do harm, around what runs outside a transaction. */
export const isTimeout = ({ operations }: Statement): boolean =>
  operations.length > 0 && operations.every((operation) => operation.kind === 'setSetting' && TIMEOUTS.has(operation.name));

const TIMEOUTS: ReadonlySet<string> = new Set(['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout']);

/** Settings of the file that a new file would not have: names would be found elsewhere, or rights be others. */
export function settingsBefore(script: Script, statement: Statement): readonly string[] {
  const found: string[] = [];
  for (const other of script.statements) {
    if (other === statement) break;
    for (const operation of other.operations) if (operation.kind === 'setSetting' && !TIMEOUTS.has(operation.name)) found.push(operation.name);
  }
  return found;
}

/** A name for the operation in messages. */
export const shown = (script: Script, { span }: Operation): string => {
  const text = script.text.slice(span.start, span.end).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};
