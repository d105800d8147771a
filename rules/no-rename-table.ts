import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { columnsLost, defineRule, isRefused, isSuccessor, operationsIn, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-rename-table',
  summary: 'a table is renamed and nothing answers to its old name',
  severity: 'error',
  category: 'compatibility',
  on: ['renameTable'],
  recommended: true,
  why: 'The old release keeps running until the deploy is complete, and every query of it that names the table fails from the moment of the rename. A view under the old name, made in the same transaction, keeps old code working: a simple view accepts INSERT, UPDATE and DELETE too.',
  references: [{ title: 'PostgreSQL: Updatable Views', url: 'https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS' }],
  check(op, context) {
    const { before, effects, isEmpty, isNew, name, resolve, script, unit } = context;
    if (isRefused(effects)) return undefined;
    const table = before.table(op.table);
    if (isNew(op.table) || table?.persistence === 'temporary') return undefined;
    const old = name(op.table);
    const renamed = operationsIn(script, 'renameTable');
    // A swap: another table takes the old name, or this one was made to take the one that has become free.
    const schemaOf = (one: typeof op): string => resolve(one.table).schema;
    const heir = renamed.find((one) => one !== op && one.newName === op.table.name && schemaOf(one) === schemaOf(op));
    const isBare = heir !== undefined && (isEmpty(heir.table) || operationsOn(context, 'createTable', heir.table).some((one) => one.span.start > op.span.start && one.as === undefined)) && !isFilled(heir.table, 0, context) && !isFilled(op.table, op.span.start, context);
    if (heir !== undefined && !isBare) return undefined;
    const vacated = renamed.find((one) => one !== op && one.table.name === op.newName && one.span.start < op.span.start && schemaOf(one) === schemaOf(op));
    if (vacated !== undefined && isSuccessor({ name: op.table.name, origin: table?.origin }, { name: op.newName, origin: before.table({ ...vacated.table, name: vacated.newName })?.origin })) return undefined;
    if (operationsIn(script, 'dropTable').some((one) => one.table.name === op.newName && one.span.start < op.span.start)) return undefined;
    const view = operationsOn(context, 'createView', op.table).find((one) => one.span.start > op.span.start && one.query.reads.some((use) => use.relation.name === op.newName));
    const commit = operationsIn(script, 'transaction').find((one) => one.action === 'commit' && one.span.start > op.span.start);
    const together = view !== undefined && unit !== undefined && (commit === undefined || commit.span.start > view.span.start);
    const lost = view === undefined || table?.complete !== true ? [] : columnsLost(table.columns.map((column) => column.name), view);
    if (together && lost.length === 0) return undefined;
    return { relation: old, newName: op.newName, sql: { old: sqlName(op.table), bare: sqlName(op.newName), full: sqlName({ ...op.table, name: op.newName }) }, heir: heir === undefined ? undefined : name(heir.table), gap: view !== undefined, lost: lost.join(', '), ...(view === undefined || lost.length > 0 ? {} : { severity: 'info' as const }) };
  },
  message: ({ relation, newName, gap, lost, heir }) =>
    lost !== ''
      ? `The view that answers to ${relation} after its rename to ${newName} leaves out what the table has: ${lost}. Running code that uses it fails.`
      : heir !== undefined
      ? `${heir} takes the name of ${relation}, and it is empty: running code no longer finds any row, all of them are in ${newName}.`
      : gap
      ? `Between the rename of ${relation} to ${newName} and the view of its old name, queries on the old name fail: they are not in one transaction.`
      : `Renaming ${relation} to ${newName} breaks running code that still uses the old name.`,
  advice: ({ sql, heir }) =>
    heir !== undefined
      ? `Copy the rows over in batches and keep both tables in step with a trigger before they change places; or attach the old table as a partition of the new one.`
      : `In one transaction: ALTER TABLE ${sql.old} RENAME TO ${sql.bare}; CREATE VIEW ${sql.old} AS SELECT * FROM ${sql.full}; (grant on the view what the table had). Drop the view when no code uses the old name any more.`,
  remedy: () => 'renameTable',
});

/** Rows come under the name later in the script: copied, or with a partition or child that is attached. */
const isFilled = (table: SubjectOf<'renameTable'>['table'], after: number, context: RuleContext): boolean =>
  [...operationsOn(context, 'insert', table), ...operationsOn(context, 'copy', table), ...operationsOn(context, 'attachPartition', table)].some(({ span }) => span.start > after) ||
  operationsIn(context.script, 'alterTable').some(({ change }) => change.type === 'inherit' && change.parent.name === table.name);
