import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineFailureRule, operationsOn } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-required-column-without-default',
  summary: 'a NOT NULL column is added without a default, which fails as soon as the table has a row',
  severity: 'error',
  on: ['addColumn', 'addConstraint'],
  causes: {
    'not-null-without-default': ({ framework, field }) =>
      (field?.byClient === undefined ? '' : `${field.name} is ${field.byClient}: only the client fills it, so the rows that exist get nothing. `) +
      (framework?.requiredColumn === undefined ? '' : `${framework.requiredColumn} In SQL: `) +
      'Give it a constant DEFAULT, which is instant from version 11; or add it nullable, let the code write it, fill the old rows in batches, and make it NOT NULL by way of a validated CHECK.',
  },
  why: 'ADD COLUMN … NOT NULL without a default needs a value for every row that exists and has none: the statement fails on the first one. It passes on an empty test database. Where the table happens to be empty, code that does not know the column can no longer insert.',
  references: [{ title: 'PostgreSQL: Adding a Column', url: 'https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN' }],
  exception: (op, context) => (context.isEmpty(op.table) || wasEmptied(op, context) ? 'silent' : undefined),
  remedy: (op) => (op.kind === 'addColumn' ? 'requiredColumn' : undefined),
});

/** Every row was removed just before, by a statement that is reported itself. */
function wasEmptied({ table, span }: SubjectOf<'addColumn' | 'addConstraint'>, context: RuleContext): boolean {
  const from = context.unit?.statements[0]?.statement.span.start ?? 0;
  const here = (op: { readonly span: typeof span }): boolean => op.span.start >= from && op.span.start < span.start;
  const deletes = operationsOn(context, 'delete', table).filter(({ where, query }) => where === undefined && query.reads.length === 0);
  const last = [...operationsOn(context, 'truncate', table), ...deletes].filter(here).reduce((latest, op) => Math.max(latest, op.span.start), -1);
  return last >= 0 && !operationsOn(context, 'insert', table).some((op) => op.span.start > last && here(op));
}
