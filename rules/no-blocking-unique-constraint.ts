import { defineRule, howToRunOutside, isRefused, lockOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-unique-constraint',
  summary: 'a unique constraint builds its index on a live table while reads and writes wait',
  severity: 'error',
  category: 'lock',
  on: ['addConstraint'],
  recommended: true,
  scalesWithSize: true,
  why: 'ADD UNIQUE, and UNIQUE written on ADD COLUMN, builds the index under an ACCESS EXCLUSIVE lock: stronger than CREATE INDEX, which lets reads pass. The index can be built CONCURRENTLY beforehand; adopting it with USING INDEX is instant.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, ADD table_constraint_using_index', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX' }],
  check(op, { before, can, effects, isLive, name, resolve, script, statementEffects }) {
    const { constraint } = op;
    if (constraint.type !== 'unique' || constraint.usingIndex !== undefined || !isLive(op.table) || effects.work !== 'indexBuild' || isRefused(effects)) return undefined;
    const table = resolve(op.table);
    // A rewrite in the same statement builds the index in passing, and is reported itself.
    if (op.inline && statementEffects.rewrites.some(({ schema, name: other }) => schema === table.schema && other === table.name)) return undefined;
    const label = sqlName(constraint.name ?? `${table.name}_${constraint.columns.join('_')}_key`);
    return {
      relation: name(op.table),
      columns: constraint.columns.join(', '),
      mode: lockOn(effects, table)?.mode ?? 'AccessExclusiveLock',
      inline: op.inline,
      online: can('adoptIndexAsConstraint') && before.table(op.table)?.partitionBy === undefined,
      build: `CREATE UNIQUE INDEX CONCURRENTLY ${label} ON ${sqlName(table)} (${constraint.columns.map(sqlName).join(', ')});`,
      adopt: `ALTER TABLE ${sqlName(table)} ADD CONSTRAINT ${label} UNIQUE USING INDEX ${label};`,
      outside: howToRunOutside(script),
    };
  },
  message: ({ relation, columns, mode }) => `UNIQUE (${columns}) builds its index under ${mode} on ${relation}: reads and writes wait until it is built.`,
  advice: ({ inline, online, build, adopt, outside }) =>
    online
      ? `${inline ? 'Add the column alone, build' : 'Build'} the index first, then adopt it, which is instant:\n${build}\n${adopt}\nThe first one: ${outside.charAt(0).toLowerCase()}${outside.slice(1)}`
      : 'A partitioned table adopts no index, but its partitions do: build one CONCURRENTLY on each, make it the constraint there with USING INDEX, and then run this statement, which finds them and builds nothing.',
  remedy: () => 'uniqueFromIndex',
});
