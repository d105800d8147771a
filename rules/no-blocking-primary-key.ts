import { defineRule, howToRunOutside, isRefused, lockOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-primary-key',
  summary: 'a primary key builds its index on a live table while reads and writes wait',
  severity: 'error',
  category: 'lock',
  on: ['addConstraint'],
  recommended: true,
  scalesWithSize: true,
  why: 'ADD PRIMARY KEY builds a unique index, and scans for NULLs where the columns are nullable, under an ACCESS EXCLUSIVE lock. The same goes for replacing a primary key by dropping and adding it. With the columns NOT NULL and a unique index built CONCURRENTLY beforehand, PRIMARY KEY USING INDEX is instant.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, ADD table_constraint_using_index', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX' }],
  check(op, { before, can, effects, isLive, name, resolve, script, statement, statementEffects }) {
    const { constraint } = op;
    if (constraint.type !== 'primaryKey' || constraint.usingIndex !== undefined || !isLive(op.table) || effects.work !== 'indexBuild' || isRefused(effects)) return undefined;
    const table = resolve(op.table);
    // A rewrite in the same statement builds the index in passing; a new column without a value for old rows is refused. Both are reported themselves.
    if (op.inline && statementEffects.rewrites.some(({ schema, name: other }) => schema === table.schema && other === table.name)) return undefined;
    const added = statement?.operations.find((other) => other.kind === 'addColumn' && constraint.columns.includes(other.column.name));
    if (op.inline && added?.kind === 'addColumn' && added.column.default === undefined) return undefined;
    const nullable = constraint.columns.filter((column) => !before.isNotNull(before.table(op.table), column));
    const label = sqlName(constraint.name ?? `${table.name}_pkey`);
    return {
      relation: name(op.table),
      columns: constraint.columns.join(', '),
      nullable: nullable.join(', '),
      mode: lockOn(effects, table)?.mode ?? 'AccessExclusiveLock',
      online: can('adoptIndexAsConstraint') && before.table(op.table)?.partitionBy === undefined,
      build: `CREATE UNIQUE INDEX CONCURRENTLY ${label} ON ${sqlName(table)} (${constraint.columns.map(sqlName).join(', ')});`,
      adopt: `ALTER TABLE ${sqlName(table)} ADD CONSTRAINT ${label} PRIMARY KEY USING INDEX ${label};`,
      outside: howToRunOutside(script),
    };
  },
  message: ({ relation, columns, mode }) => `PRIMARY KEY (${columns}) builds its index under ${mode} on ${relation}: reads and writes wait until it is built.`,
  advice: ({ online, nullable, build, adopt, outside }) =>
    online
      ? `Build the index first, then adopt it, which is instant${nullable === '' ? '' : ` once ${nullable} is NOT NULL (CHECK … NOT VALID, VALIDATE, SET NOT NULL)`}:\n${build}\n${adopt}\nThe first one: ${outside.charAt(0).toLowerCase()}${outside.slice(1)}`
      : `A partitioned table adopts no index, but its partitions do: build one CONCURRENTLY on each, make it the key there with USING INDEX${nullable === '' ? '' : ` once ${nullable} is NOT NULL`}, and then run this statement, which finds them and builds nothing.`,
  remedy: () => 'primaryKeyFromIndex',
});
