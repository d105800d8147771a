import type { RuleContext } from '../src/rule.ts';
import { defineRule, operationsIn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-identity-without-setval',
  summary: 'an existing column becomes an identity column, and its numbers start at 1',
  severity: 'warning',
  category: 'fails',
  on: ['alterColumn'],
  recommended: true,
  why: 'ADD GENERATED … AS IDENTITY creates a new sequence that starts at 1. Where rows exist, the next insert draws a number that is taken and fails on the primary key, until the sequence has been moved behind the highest value.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, ADD GENERATED AS IDENTITY', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-GENERATED-IDENTITY' }],
  check(op, context) {
    const { isEmpty, isNew, name, resolve, script } = context;
    if (op.change.type !== 'addIdentity' || op.change.restart === true || isEmpty(op.table) || isNew(op.table) || movesSequence(context)) return undefined;
    if (/\b(?:RE)?START\b/i.test(script.text.slice(op.span.start, op.span.end))) return undefined;
    return { relation: name(op.table), column: op.column, table: sqlName(resolve(op.table)) };
  },
  message: ({ relation, column }) => `The identity of ${relation}.${column} starts at 1: the next insert draws a number that is taken.`,
  advice: ({ table, column }) =>
    `In the same transaction, which keeps writes out:\nSELECT setval(pg_get_serial_sequence('${table}', '${column}'), (SELECT max(${sqlName(column)}) FROM ${table}));`,
});

const movesSequence = ({ script }: RuleContext): boolean =>
  operationsIn(script, 'select').some(({ query }) => query.calls.some(({ name }) => name.name === 'setval')) ||
  operationsIn(script, 'alterColumn').some(({ change }) => change.type === 'setIdentity' && change.restart === true) ||
  operationsIn(script, 'alterSequence').some(({ options }) => options.includes('restart'));
