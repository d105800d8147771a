import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'prefer-timestamptz',
  summary: 'a point in time is stored without its time zone',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable', 'addColumn', 'changeColumnType'],
  recommended: true,
  why: 'timestamp stores what the clock of some session showed: which moment that was depends on a time zone that is not stored. Sessions with other settings, and the hour that summer time repeats, read it differently. timestamptz takes the same 8 bytes.',
  references: [{ title: 'PostgreSQL: Date/Time Types', url: 'https://www.postgresql.org/docs/current/datatype-datetime.html' }],
  check(op, { name }) {
    const columns = op.kind === 'createTable' ? op.columns : op.kind === 'addColumn' ? [op.column] : [{ name: op.column, type: op.type, typeSpan: op.span }];
    return columns.filter(({ type }) => type.name === 'timestamp without time zone').map((column) => ({ at: column.typeSpan, relation: name(op.table), column: column.name }));
  },
  message: ({ relation, column }) => `Column ${column} of ${relation} is a timestamp without time zone.`,
  advice: ({ column }) => `${column} timestamptz`,
});
