import { defineRule, openValueIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-value-left-open',
  summary: 'a planned backfill still waits for the value that only its author knows',
  severity: 'error',
  category: 'fails',
  on: ['update'],
  recommended: true,
  why: 'Where a new column must have a value and nobody has said which, the planned migration holds NULL in its place and refuses to run on a table with rows. In an empty test database it runs all the same, so that the deploy is the first to notice.',
  references: [],
  check(op, { script, statement, name }) {
    const open = statement === undefined ? undefined : openValueIn(script.text, statement.span);
    if (open === undefined) return undefined;
    return { at: open.span, relation: name(op.table), columns: op.assignments.map(({ column }) => column).join(', '), given: open.given };
  },
  message: ({ relation, columns, given }) =>
    given ? `The value of ${columns} is there for the rows of ${relation}, but its guard is too: on a table with rows the migration refuses to run.` : `Nobody has said yet what the rows of ${relation} that exist get in ${columns}: on a table with rows the migration refuses to run.`,
  advice: ({ given }) =>
    given ? 'Take out the IF around this RAISE, up to its END IF.' : 'Write the value in the place of NULL and its comment, and take out the IF … RAISE … END IF before the loop; or plan again and say it with --value <expression>.',
});
