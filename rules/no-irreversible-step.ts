import { defineRule, listed } from '../src/rule.ts';

export default defineRule({
  name: 'no-irreversible-step',
  summary: 'a down restores the schema but cannot restore the data that the up deletes',
  severity: 'info',
  category: 'reversibility',
  on: ['migration'],
  recommended: true,
  why: 'A down that creates the dropped table or column again looks like a way back, but it comes back empty. Whoever rolls back the release should know before that the rows are gone.',
  references: [{ title: 'Evolutionary Database Design', url: 'https://martinfowler.com/articles/evodb.html' }],
  check({ migration, operations, downOperations }, { name }) {
    if (migration.down === undefined || migration.irreversible === true) return undefined;
    const made = new Set(operations.filter((op) => op.kind === 'createTable').map((op) => name(op.table)));
    const restored = new Set(downOperations.map((op) => (op.kind === 'createTable' ? name(op.table) : op.kind === 'addColumn' ? `${name(op.table)}.${op.column.name}` : '')));
    const lost = operations.flatMap((op) => {
      if (op.kind === 'dropTable' && restored.has(name(op.table))) return [{ at: op.span, object: `table ${name(op.table)}` }];
      if (op.kind === 'dropColumn' && restored.has(`${name(op.table)}.${op.column}`)) return [{ at: op.span, object: `column ${op.column} of ${name(op.table)}` }];
      return op.kind === 'truncate' && !made.has(name(op.table)) ? [{ at: op.span, object: `the rows of ${name(op.table)}` }] : [];
    });
    const [first] = lost;
    return first === undefined ? undefined : { at: first.at, objects: listed(lost.map((one) => one.object)), rows: lost.every((one) => one.object.startsWith('the rows')) };
  },
  message: ({ objects, rows }) => (rows ? `No down brings back ${objects}.` : `The down creates ${objects} again, but empty: the data is gone.`),
  advice: () => 'Keep a copy that the down can read (CREATE TABLE …_backup AS SELECT …), rename instead of dropping, or mark the migration as irreversible.',
});
