import { commitsAlone, isInBlock } from '../ir/blocks.ts';
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
  const goes = new Set(parts.filter(({ proposal, region }) => proposal.plan.steps[0]?.apart === true && !commitsApart(script, region.statement)));
  const outside = parts.filter((part) => startsOutside(part.proposal.plan.steps) && !goes.has(part));
  const staying = (stays: (part: Part, index: number) => boolean): readonly Placed[] => parts.map((part, index) => ({ ...part, stays: !goes.has(part) && stays(part, index) }));
  if (outside.length === 0) return { parts: staying(() => true), leaves: false };
  const replaced = replacedStatements(parts);
  const byItself = ({ region: { statement } }: Part): boolean => commitsAlone(script, statement) && (script.transaction.wrap === 'none' || (replaced.has(statement) && parts.length === 1));
  if (outside.every(byItself)) return { parts: staying(() => true), leaves: false };
  const apart = outside.length === parts.length && isAllThereIs(script, replaced);
  if (apart) return { parts: staying((_, index) => index === 0), leaves: true };
  return { parts: staying((part) => !outside.includes(part)), leaves: false };
}

/** Whether one file may hold all steps: each statement of it commits by itself, and nothing has to be deployed between them. */
export const mayStayTogether = (script: Script, { leaves, parts }: Placement): boolean =>
  script.transaction.wrap === 'none' && !leaves && parts.every(({ stays, proposal: { plan } }) => stays && (plan.steps.length === 1 || (plan.follows === undefined && plan.steps.every(({ deploy }) => deploy === undefined))));

/** Whether nothing of the script shares a transaction with the statement. */
const commitsApart = (script: Script, statement: Statement): boolean => script.transaction.wrap === 'none' && !isInBlock(script, statement);

/** Statements of which the parts leave nothing. */
export function replacedStatements(parts: readonly Part[]): ReadonlySet<Statement> {
  const clauses = new Map<Statement, Set<number>>();
  for (const { region } of parts) {
    const taken = clauses.get(region.statement) ?? new Set();
    for (const index of region.clauses ?? region.all.keys()) taken.add(index);
    clauses.set(region.statement, taken);
  }
  return new Set(parts.filter(({ region }) => clauses.get(region.statement)?.size === region.all.length).map(({ region }) => region.statement));
}

const startsOutside = ([first]: readonly Step[]): boolean => first?.transaction === 'outside';

/** Whether the script does nothing but what is replaced; settings and its own transaction aside. */
const isAllThereIs = (script: Script, replaced: ReadonlySet<Statement>): boolean =>
  script.statements.every((statement) => replaced.has(statement) || isSetting(statement) || isControl(statement));

export const isSetting = ({ operations }: Statement): boolean => operations.length > 0 && operations.every(({ kind }) => kind === 'setSetting');

export const isControl = ({ operations }: Statement): boolean =>
  operations.length > 0 && operations.every((operation) => operation.kind === 'transaction' && (operation.action === 'begin' || operation.action === 'commit'));

/** Time-outs mean nothing, or do harm, around what runs outside a transaction. */
export const isTimeout = ({ operations }: Statement): boolean =>
  operations.length > 0 && operations.every((operation) => operation.kind === 'setSetting' && TIMEOUTS.has(operation.name));

const TIMEOUTS: ReadonlySet<string> = new Set(['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout']);

/** Whether a call of a program hands values to the statement that only running tells: data only can have any. */
export function takesValues({ host, text }: Script, { operations, span }: Statement): boolean {
  if (host === undefined || !operations.some(({ kind }) => WITH_VALUES.has(kind))) return false;
  const sql = text.slice(span.start, span.end);
  return sql.includes('${') || /\$\d/.test(sql.replace(/'[^']*'/g, ''));
}

const WITH_VALUES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge', 'select']);

/** A name for the operation in messages. */
export const shown = (script: Script, { span }: Pick<Operation, 'span'>): string => {
  const text = script.text.slice(span.start, span.end).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};
