import type { Script, Statement } from '../ir/migration.ts';
import type { Step } from '../remedy/step.ts';
import { isSetting } from './placement.ts';

/** A setting that holds at some place of a script, as the script gives it. */
export interface Held {
  readonly name: string;
  readonly sql: string;
  /** Until the end of the transaction. */
  readonly local: boolean;
  readonly value: string;
  /** With what the script ends it, where it does. */
  readonly end?: string;
}

/** What a script has set before one of its statements and neither reset nor lost with a transaction. */
export function settingsBefore({ statements, text }: Script, statement: Statement): readonly Held[] {
  const found = new Map<string, Held>();
  for (const one of statements) {
    if (one === statement) break;
    for (const operation of one.operations) {
      if (operation.kind === 'transaction' && (operation.action === 'commit' || operation.action === 'rollback')) for (const { name, local } of [...found.values()]) if (local) found.delete(name);
      if (operation.kind !== 'setSetting' || /^(?:default_)?transaction_(?!timeout$)/.test(operation.name)) continue;
      const { name, value, local } = operation;
      if (name === 'all') found.clear();
      else if (value === undefined) found.delete(name);
      // What stands among other things is not said over again.
      else found.set(name, { name, local, value, sql: isSetting(one) ? text.slice(one.span.start, one.span.end) : '' });
    }
  }
  const later = statements.slice(statements.indexOf(statement) + 1);
  return [...found.values()].map((held) => ({ ...held, ...endOf(held, later, text) }));
}

function endOf({ name, local }: Held, later: readonly Statement[], text: string): Pick<Held, 'end'> {
  const last = local ? undefined : later.findLast(({ operations }) => operations.some((operation) => operation.kind === 'setSetting' && !operation.local && (operation.name === name || operation.name === 'all')));
  const [only, ...others] = last?.operations ?? [];
  if (last === undefined || only === undefined) return {};
  return { end: others.length === 0 && only.kind === 'setSetting' && only.name === name ? text.slice(last.span.start, last.span.end) : `RESET ${name}` };
}

/**
 * The step with the settings of the file that it leaves, in both directions; a string says why it cannot have them. Time-outs do
 * harm around what runs outside a transaction, unless they turn one off.
 */
export function withSettings(step: Step, held: readonly Held[], { bare, oneOutside }: { readonly bare: boolean; readonly oneOutside: boolean }): Step | string {
  const outside = step.transaction === 'outside';
  const wanted = held.filter(({ name, value }) => !outside || !TIMEOUTS.has(name) || value === '0');
  const unknown = wanted.find(({ sql }) => sql === '');
  if (unknown !== undefined) return `The file sets ${unknown.name} together with other things, which a migration of its own would not have.`;
  if (wanted.length === 0) return step;
  if (outside && oneOutside) return inOneStatement(step, wanted);
  const before = [...new Set(wanted.map(({ sql, local }) => (local && outside ? sql.replace(LOCAL, 'SET ') : sql)))];
  const resets = outside ? wanted.flatMap(({ name, local }) => (local ? [`RESET ${name}`] : [])) : [];
  const after = [...resets, ...wanted.flatMap(({ end }) => end ?? [])];
  if (resets.length > 0 && before.some((sql) => !/^SET\s/i.test(sql))) return `The file sets ${wanted.map(({ name }) => name).join(', ')} for its transaction, which a migration outside of one would not have.`;
  const around = (sql: readonly string[]): readonly string[] => (sql.length === 0 ? sql : [...before, ...sql, ...after]);
  const isLocal = wanted.some(({ local }) => local);
  return { ...step, up: around(step.up), down: step.down === null ? null : around(step.down), transaction: bare && !outside && isLocal ? 'inside' : step.transaction };
}

const LOCAL = /^SET\s+LOCAL\s+/i;

/** Where only one statement can be sent: a block of ours sets them itself; values that only queries see mean nothing to the others. */
function inOneStatement(step: Step, held: readonly Held[]): Step | string {
  const unseen = held.filter(({ name }) => !SEEN_BY_QUERIES.has(name) && !TIMEOUTS.has(name));
  const opens = /^DO \$\w*\$\n[^]*?\nBEGIN\n/;
  const [only = ''] = step.up;
  if (opens.test(only)) {
    const lines = held.filter(({ name }) => !TIMEOUTS.has(name)).map(({ sql }) => `  ${sql.replace(LOCAL, 'SET ')};\n`);
    const resets = held.flatMap(({ name, local, end }) => ((local || end !== undefined) && !TIMEOUTS.has(name) ? [`  RESET ${name};\n`] : []));
    if (lines.every((line) => /^ {2}SET\s/i.test(line))) return { ...step, up: [only.replace(opens, (head) => head + lines.join('')).replace(/END\n\$\w*\$$/, (tail) => resets.join('') + tail)] };
  } else if (unseen.length === 0 && !/^DO\b/i.test(only)) return step;
  return `The file sets ${held.map(({ name }) => name).join(', ')}, and outside a transaction this tool takes one statement at a time, without settings before it.`;
}

const TIMEOUTS: ReadonlySet<string> = new Set(['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout']);

/** They change what expressions of rows come to; an index or a constraint cannot depend on them. */
const SEEN_BY_QUERIES: ReadonlySet<string> = new Set(['timezone', 'datestyle', 'intervalstyle', 'client_min_messages', 'application_name', 'check_function_bodies', 'bytea_output', 'extra_float_digits']);
