import type { MigrationSource } from '../frameworks/framework.ts';
import type { Script, Statement } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';
import type { Step } from '../remedy/step.ts';
import type { Span } from '../source/text.ts';
import type { Edit } from './edits.ts';
import { applyEdits } from './edits.ts';
import type { Placed, Placement } from './placement.ts';
import { isControl, isSetting, isTimeout, replacedStatements } from './placement.ts';
import { cutClauses } from './regions.ts';
import { removalOf } from './removal.ts';
import { isTouched, nothingTouched, touch } from './touching.ts';

/** A stretch of the file that goes into a migration of its own because what stands before it does. */
export interface Rest {
  /** The first of its statements. */
  readonly statement: Statement;
  readonly texts: readonly string[];
  readonly operations: readonly Operation[];
}

export interface Order {
  readonly placement: Placement;
  /** What leaves the file, in the order of the file. */
  readonly sequence: readonly (Placed | Rest)[];
  readonly edits: readonly Edit[];
  /** Statements that go as a whole, so that nothing of them is to be edited. */
  readonly gone: ReadonlySet<Statement>;
}

export const isRest = (one: Placed | Rest): one is Rest => 'texts' in one;

/**
 * Keeps the order of a file: what stands behind a part of which steps leave the file follows into migrations of its own, all of it or
 * what is about the same things. A string says why it cannot.
 */
export function inOrder(script: Script, { parts, leaves }: Placement, bounds: readonly Span[], which: 'related' | 'all'): Order | string {
  const first = parts.find(({ stays, proposal }) => !stays || proposal.plan.steps.length > 1);
  if (leaves || first === undefined) return 'Nothing would have to follow.';
  const cut = first.region.statement;
  const behind = script.statements.slice(script.statements.indexOf(cut) + 1);
  const placed = parts.map((part): Placed => (behind.includes(part.region.statement) ? { ...part, stays: false } : part));
  const replaced = replacedStatements(parts);
  const sequence: (Placed | Rest)[] = [];
  const edits: Edit[] = [];
  const gone = new Set<Statement>();
  const touched = nothingTouched();
  let rest: { statement: Statement; texts: string[]; operations: Operation[] } | undefined;
  for (const statement of [cut, ...behind]) {
    const own = placed.filter(({ region }) => region.statement === statement);
    // What comes next has other settings.
    if (isSetting(statement) && statement !== cut) {
      rest = undefined;
      continue;
    }
    const follows = own.length > 0 || which === 'all' || isTouched(statement, touched);
    if (follows) touch(statement, touched);
    // Its name does not tell the table.
    if (own.some(({ proposal: { operation } }) => operation.kind === 'dropIndex') && behind.some(changesType)) touched.everything = true;
    if (statement !== cut && follows && !replaced.has(statement) && !isControl(statement) && !isTimeout(statement)) {
      const moved = movedText(script, statement, own, bounds);
      if (typeof moved === 'string') return moved;
      if (rest === undefined) sequence.push((rest = { statement, texts: [], operations: [] }));
      rest.texts.push(moved.text);
      rest.operations.push(...statement.operations.filter((operation) => !own.some(({ proposal }) => proposal.operation === operation || proposal.plan.covers.includes(operation))));
      edits.push(moved.edit);
      gone.add(statement);
    }
    if (own.length > 0) {
      sequence.push(...own);
      rest = undefined;
    }
  }
  if (gone.size === 0 && parts.every(({ stays }, index) => stays === placed[index]?.stays)) return 'Nothing stands behind it.';
  const isLeft = script.statements.some((statement) => !gone.has(statement) && !replaced.has(statement) && !isSetting(statement) && !isControl(statement));
  if (isLeft) return { placement: { parts: placed, leaves: false }, sequence, edits, gone };
  // Nothing else would be left in the file: the first step takes it.
  return { placement: { parts: placed.map((part, index) => (index === 0 ? { ...part, stays: true } : part)), leaves: first.proposal.plan.steps[0]?.transaction === 'outside' }, sequence, edits, gone };
}

/**
 * Whether something that reads or writes rows would be overtaken by what stood behind it, or would overtake what it counted on: that
 * the schema comes out the same does not show it.
 */
export function keepsOrder(script: Script, { parts }: Placement): boolean {
  const replaced = replacedStatements(parts);
  return parts.some(({ stays, proposal: { operation, plan }, region: { statement } }) => {
    if (stays && plan.steps.length === 1) return false;
    const later = script.statements.slice(script.statements.indexOf(statement) + 1);
    const behind = later.filter((one) => !replaced.has(one) && !isControl(one) && !isTimeout(one));
    if (DATA.has(operation.kind)) return behind.length > 0 || parts.some((part) => part.stays && part.region.statement !== statement && later.includes(part.region.statement));
    // What an index computes may be impossible with another type.
    if (!stays && operation.kind === 'dropIndex' && behind.some(changesType)) return true;
    const fills = plan.steps.slice(1).some(({ up }) => up.some((sql) => /\bUPDATE\b/i.test(sql)));
    if ((stays && !fills) || (operation.kind === 'createIndex' && !operation.unique)) return false;
    return behind.some(({ operations }) => operations.some(({ kind }) => DATA.has(kind)));
  });
}

/**
 * Whether steps that go through rows would come after something, left in the file, that takes away their table or a column by which they
 * may go, what they write, or that holds the rows to more than they are ready for.
 */
export const losesGround = (script: Script, { parts }: Placement): boolean =>
  parts.some((part) => !part.stays && isMetByBlock(script, part)) ||
  parts.some(({ stays, proposal: { operation, plan }, region: { statement } }) => {
    const rows = plan.steps.slice(stays ? 1 : 0).flatMap(({ phase, up }) => (phase === 'migrate' ? up : [])).join('\n');
    if (rows === '' || !('table' in operation) || typeof operation.table !== 'object') return false;
    const { name } = operation.table;
    const words = new Set(rows.split(/\W+/));
    const isNamed = (column: string): boolean => (/\W/.test(column) ? rows.includes(column) : words.has(column));
    const filled = operation.kind === 'addColumn' ? operation.column.name : undefined;
    const behind = script.statements.slice(script.statements.indexOf(statement) + 1).flatMap(({ operations }) => operations);
    const takesAway = (one: Operation): boolean => TAKES_AWAY.has(one.kind) && (!('column' in one) || typeof one.column !== 'string' || isNamed(one.column));
    const asksMore = (one: Operation): boolean => one.kind === 'createTrigger' || (one.kind === 'setNotNull' && one.column === filled) || (one.kind === 'addConstraint' && filled !== undefined && script.text.slice(one.span.start, one.span.end).includes(filled));
    return behind.some((one) => 'table' in one && one.table?.name === name && (takesAway(one) || asksMore(one)) && !parts.some((other) => other.proposal.operation === one && (!other.stays || other.proposal.plan.steps.length > 1)));
  });

/** Whether what stays behind in the file names something that would be made only after it: the catalog does not keep all that is said of an index. */
export function isNamedBehind(script: Script, { parts }: Placement): boolean {
  const replaced = replacedStatements(parts);
  return parts.some(({ stays, proposal: { operation }, region: { statement } }) => {
    const name = stays ? undefined : operation.kind === 'createIndex' ? operation.name : operation.kind === 'addConstraint' ? operation.constraint.name : undefined;
    if (name === undefined) return false;
    return script.statements.slice(script.statements.indexOf(statement) + 1).some((one) => !replaced.has(one) && names(script.text.slice(one.span.start, one.span.end), name));
  });
}

const names = (text: string, name: string): boolean => (/\W/.test(name) ? text.includes(name) : text.split(/\W+/).some((word) => word.toLowerCase() === name.toLowerCase()));

/** Whether a block behind counts on it: what fails in one may be passed over, and would not be seen. */
function isMetByBlock({ statements }: Script, { region: { statement } }: Placed): boolean {
  const touched = nothingTouched();
  touch(statement, touched);
  return statements.slice(statements.indexOf(statement) + 1).some((one) => one.operations.some(({ within }) => within !== undefined) && isTouched(one, touched));
}

const TAKES_AWAY: ReadonlySet<string> = new Set(['dropColumn', 'dropTable', 'renameColumn', 'renameTable', 'dropDefault', 'setDefault']);

/** Whether steps in migrations of their own would be overtaken by something in the file that may count on them. */
export const isOvertaken = (script: Script, { parts }: Placement): boolean =>
  parts.some(({ proposal, region: { statement } }) => {
    if (proposal.plan.steps.length === 1) return false;
    const touched = nothingTouched();
    touch(statement, touched);
    return script.statements.slice(script.statements.indexOf(statement) + 1).some((one) => !isControl(one) && !isSetting(one) && isTouched(one, touched));
  });

const changesType = ({ operations }: Statement): boolean => operations.some(({ kind }) => kind === 'changeColumnType');

const DATA: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge', 'copy', 'select', 'call', 'opaque', 'createMaterializedView', 'refreshMaterializedView']);

/** Whether parts that are to go before the file count on something that stands before them in it. */
export function countsOnFile(script: Script, parts: readonly Placed[]): boolean {
  const touched = nothingTouched();
  for (const statement of script.statements) {
    const leaves = parts.some(({ region, stays }) => region.statement === statement && !stays);
    if (leaves && isTouched(statement, touched)) return true;
    if (!leaves) touch(statement, touched);
  }
  return false;
}

/** The statement with the comments that are its own, without what parts take out of it, and the edit that removes it from the file. */
export function movedText(script: Script, statement: Statement, parts: readonly Placed[], bounds: readonly Span[]): { readonly text: string; readonly edit: Edit } | string {
  const { text } = script;
  if (statement.operations.some(({ kind }) => kind === 'clientCommand' || kind === 'transaction')) return 'What stands behind it cannot be carried over to a migration of its own.';
  const section = bounds.find(({ start, end }) => statement.span.start >= start && statement.span.end <= end) ?? { start: 0, end: text.length };
  const { start, end, comments } = removalOf(script, statement, { start: section.start, end: Math.min(section.end, text.length) });
  const [first] = parts;
  const clauses = [...new Set(parts.flatMap(({ region }) => region.clauses ?? []))].sort((a, b) => a - b);
  const cuts = first === undefined ? [] : cutClauses(text, { ...first.region, clauses, inner: parts.flatMap(({ region }) => region.inner) });
  if (typeof cuts === 'string') return cuts;
  const { span } = statement;
  const own = applyEdits(text.slice(span.start, span.end), cuts.map((one) => ({ ...one, start: one.start - span.start, end: one.end - span.start })));
  return { text: comments === '' ? own : `${comments}\n${own}`, edit: { start, end, text: '' } };
}

/** The stretch as a step, named after the migration that it comes from. */
export function restStep({ texts }: Rest, { name, up: { path } }: MigrationSource, down: Step['down']): Step {
  const file = path.split('/').at(-1) ?? path;
  const own = name === '' ? file.replace(/(?:\.up)?\.\w+$/, '').replace(/^[\d_-]+/, '') : name;
  return {
    phase: 'expand',
    title: `The rest of ${own === '' ? file : own}`,
    slug: `rest_of_${own.replace(/(?<=[a-z\d])(?=[A-Z])|\W+/g, '_').toLowerCase().slice(0, 40) || 'it'}`,
    up: texts,
    down,
    transaction: 'either',
    preconditions: [],
    verification: [],
    notes: [],
  };
}
