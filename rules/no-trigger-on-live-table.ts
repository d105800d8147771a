import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, hurts, lockOn, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-trigger-on-live-table',
  summary: 'a trigger is put on a live table',
  severity: 'warning',
  category: 'compatibility',
  on: ['createTrigger'],
  recommended: true,
  down: 'off',
  why: 'CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant, so writes wait while it waits for its turn. From then on the trigger function runs inside every write of the table, also those of code that is running and does not know of it: what it costs, every writer pays, and where it fails, the write fails. One that takes the place of another of its name, for nothing that did not fire it before, is not reported, nor is one that keeps an old and a new form in step: it only fills a column from others of the same row, or keeps a whole copy of the table.',
  references: [{ title: 'PostgreSQL: CREATE TRIGGER', url: 'https://www.postgresql.org/docs/current/sql-createtrigger.html' }],
  check(op, context) {
    const { effects, isLive, name, resolve } = context;
    if (!isLive(op.table) || op.timing === 'insteadOf') return undefined;
    if (takesPlace(op, context) || keepsInStep(op, context) || copies(op, context)) return undefined;
    return { relation: name(op.table), trigger: op.trigger, mode: lockOn(effects, resolve(op.table))?.mode ?? 'ShareRowExclusiveLock', events: op.events.join(' and ') };
  },
  message: ({ relation, trigger, mode, events }) => `Trigger ${trigger} takes ${mode} on ${relation} and runs inside every ${events} from now on.`,
  advice: () => 'Keep the function short, test it under load, and set a short lock_timeout before CREATE TRIGGER. Where its function may raise, see to it that all code that runs already writes what it accepts.',
});

type CreateTrigger = SubjectOf<'createTrigger'>;

function takesPlace(op: CreateTrigger, context: RuleContext): boolean {
  const known = context.before.table(op.table)?.triggers.find(({ name }) => name === op.trigger);
  if (known !== undefined && op.events.every((event) => known.events.includes(event))) return true;
  return operationsOn(context, 'dropTrigger', op.table).some((one) => one.trigger === op.trigger && one.span.start < op.span.start && (!one.ifExists || wasThere(one, context)));
}

/** Whether DROP TRIGGER IF EXISTS, earlier in this transaction, is known to have found one. */
function wasThere({ span, table }: SubjectOf<'dropTrigger'>, { resolve, unit }: RuleContext): boolean {
  const { effects } = unit?.statements.find(({ statement }) => statement.operations.some((one) => one.span === span)) ?? {};
  const lock = effects?.certain === true ? lockOn(effects, resolve(table)) : undefined;
  return lock !== undefined && hurts(lock);
}

/** Whether the function only fills columns of the row from others of it, and asks no table: the trigger of an expand and contract. */
function keepsInStep(op: CreateTrigger, { before }: RuleContext): boolean {
  const [routine, ...others] = before.routines(op.function);
  if (op.timing !== 'before' || !op.forEachRow || routine?.bodyText === undefined || others.length > 0) return false;
  if (routine.body.some((one) => one.kind !== 'select' || one.query.reads.length > 0 || one.query.writes.length > 0)) return false;
  const text = routine.bodyText.replace(/--[^\n]*|'(?:[^']|'')*'/g, ' ');
  const fills = [...text.matchAll(/\bNEW\s*\.\s*("?)[\w$]+\1\s*:?=([^;]*)|\bINTO\s+NEW\s*\.([^;]*)/gi)].map((found) => found[2] ?? found[3] ?? '');
  return fills.length > 0 && fills.every((value) => /\b(?:NEW|OLD)\s*\./i.test(value)) && !/\b(?:raise|perform|execute|call)\b/i.test(text);
}

/** Whether all that it does is to keep a copy of the table, row by row, which is to take its place: what comes, changes and goes there, does so here. */
function copies(op: CreateTrigger, { before }: RuleContext): boolean {
  const [routine, ...others] = before.routines(op.function);
  const old = before.table(op.table);
  const kinds = new Set(routine?.body.map(({ kind }) => kind));
  if (routine === undefined || old === undefined || others.length > 0 || !kinds.has('insert') || !kinds.has('delete')) return false;
  return routine.body.every((one) => {
    const into = one.kind === 'insert' || one.kind === 'update' || one.kind === 'delete' ? before.table(one.table) : undefined;
    return into !== undefined && old.columns.every(({ name }) => into.columns.some((column) => column.name === name));
  });
}
