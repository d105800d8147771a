import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-partition',
  summary: 'a partition does not fit its parent',
  severity: 'error',
  on: ['createTable', 'attachPartition', 'detachPartition', 'alterIndex', 'alterTable'],
  causes: {
    'partition-overlap': 'Choose bounds that no other partition covers; TO is exclusive.',
    'attach-already-partition': 'DETACH it from its present parent first.',
    'attach-mismatch': 'CREATE TABLE … (LIKE parent INCLUDING ALL) gives a table that fits.',
    'index-parts-differ': 'Make the index of the partition with the columns, method, uniqueness and condition that the parent\'s has.',
    'not-a-partition': 'Name the parent that the table really belongs to.',
  },
  why: 'Partitions must not overlap, belong to one parent, and have exactly its columns. Otherwise the server refuses the statement.',
  references: [{ title: 'PostgreSQL: Table Partitioning', url: 'https://www.postgresql.org/docs/current/ddl-partitioning.html' }],
});
