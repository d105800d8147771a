import { defineRule } from '../src/rule.ts';

const CAUSES: readonly string[] = ['nulls-in-column', 'unique-duplicates', 'check-violations', 'foreign-key-violations', 'exclusion-violations', 'partition-violations', 'default-partition-violations', 'unconvertible-values'];

export default defineRule({
  name: 'no-unproven-data',
  summary: 'a statement fails if the rows that are there are not as it expects',
  severity: 'info',
  category: 'fails',
  on: ['addConstraint', 'validateConstraint', 'alterConstraint', 'setNotNull', 'createIndex', 'changeColumnType', 'attachPartition', 'createTable', 'alterDomain', 'addColumn'],
  recommended: false,
  causes: CAUSES,
  why: 'Validating a constraint, building a unique index or converting a type fails on the first row that does not fit, possibly after hours. An empty test database never shows it.',
  references: [{ title: 'PostgreSQL: Constraints', url: 'https://www.postgresql.org/docs/current/ddl-constraints.html' }],
  check(_, { effects }) {
    const failure = effects.failures.find(({ cause }) => CAUSES.includes(cause));
    return failure && { message: failure.message, ...(failure.object === undefined ? {} : { relation: failure.object }) };
  },
  message: ({ message }) => `If the rows are not so, the server refuses this: ${message}.`,
  advice: () => 'Look for such rows in production first, with a SELECT, and clean them up in an earlier migration.',
});
