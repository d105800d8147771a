import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-row',
  summary: 'a row is written with a value that its column does not take',
  severity: 'error',
  on: ['insert', 'update'],
  causes: {
    'value-refused': ({ failure: { code } }) => VALUES[code ?? ''] ?? 'Give every required column a value of its type, and generated columns none.',
    'row-refused': 'Write what the constraint lets in, or change the constraint first.',
    'conflict-target-missing': 'Name the columns of a primary key, unique constraint or unique index; one with WHERE needs its condition after the columns.',
  },
  why: 'The columns are known from the migrations before: a NOT NULL column that gets no value, a generated column that gets one, a literal that is none of the type or that a CHECK does not let in, or the same key twice makes the statement fail on every database.',
  exception: (op, { direction, isEmpty }, { cause }) => (cause !== 'row-refused' ? undefined : isEmpty(op.table) ? 'silent' : direction === 'down' ? 'info' : undefined),
  references: [{ title: 'PostgreSQL: INSERT', url: 'https://www.postgresql.org/docs/current/sql-insert.html' }],
});

/** By what the server calls the error. */
const VALUES: Readonly<Record<string, string>> = {
  '23505': 'Give each row a key of its own.',
  '23514': 'Write what the constraint lets in, or change the constraint first.',
  '21000': 'Name each key once: a row cannot be inserted and updated by the same statement.',
};
