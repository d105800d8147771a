import type { Table } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { PrimaryKeyDefinition, UniqueDefinition } from '../../../ir/constraints.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import type { PatternInput, Plan, Refusal, Step } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import { postgresSemantics } from '../semantics.ts';
import type { Clause } from './clause.ts';
import { alterPrefix, slug } from './clause.ts';
import { dropFirst, duplicates, INDEX_GOES, leftOver, NO_TIMEOUT, validity } from './index-sql.ts';
import { step } from './form.ts';
import { constraintNameOf } from './names.ts';
import { shownIn, unknownPartitions } from './partitioned-index.ts';

interface Key {
  readonly op: OperationOf<'addConstraint'>;
  readonly definition: PrimaryKeyDefinition | UniqueDefinition;
  readonly table: Table;
  /** `ADD CONSTRAINT …`, as written. */
  readonly clause: Clause;
}

/**
 * A key of a partitioned table. The table itself cannot adopt an index, but its partitions can, each one by itself; the author's own statement
 * then finds the key on every partition, takes those over, and builds nothing.
 */
export function partitionedKey(input: PatternInput, { op, definition, table, clause }: Key): Plan | Refusal {
  const { before } = input;
  if (op.inline) return { refused: 'The key is declared with a column that is added: add the column first, and the key in a statement of its own.' };
  const nullable = definition.type === 'unique' ? [] : definition.columns.filter((column) => !before.isNotNull(table, column));
  if (nullable.length > 0) return { refused: `${nullable.join(', ')} of ${table.name} may be NULL, which every partition would be read for: forbid it first (lockkeeper plan require-column ${table.name}.${nullable[0] ?? ''}), and then add the key.` };
  const leaves = leavesOf(before, table, definition);
  if (typeof leaves === 'string') return { refused: leaves };
  if (leaves.length === 0) return { refused: `The history knows no partition of ${table.name} in which a key would have to be built.` };
  const name = constraintNameOf(before, op.table, definition);
  const columns = `(${definition.columns.map(quote).join(', ')})`;
  const extras = [(definition.include ?? []).length === 0 ? '' : `INCLUDE (${(definition.include ?? []).map(quote).join(', ')})`, definition.type === 'unique' && definition.nullsNotDistinct === true ? 'NULLS NOT DISTINCT' : ''].filter((part) => part !== '');
  const timing = [definition.deferrable === true ? 'DEFERRABLE' : '', definition.initiallyDeferred === true ? 'INITIALLY DEFERRED' : ''].filter((part) => part !== '');
  const word = definition.type === 'unique' ? 'UNIQUE' : 'PRIMARY KEY';
  const target = quoteName(op.table);
  const parts = leaves.flatMap(({ table: leaf, name: own }): readonly Step[] => {
    const place: ObjectName = shownIn(op.table, { schema: leaf.schema, name: leaf.name });
    const index = quoteName(shownIn(op.table, { schema: leaf.schema, name: own }));
    return [
      step({
        phase: 'migrate',
        title: `Build the index of ${own} without blocking writes`,
        slug: slug('create', own, 'index'),
        up: [`CREATE UNIQUE INDEX CONCURRENTLY ${quote(own)} ON ${quoteName(place)} ${[columns, ...extras].join(' ')}`],
        down: [`DROP INDEX CONCURRENTLY IF EXISTS ${index}`],
        transaction: 'outside',
        preconditions: [leftOver(index), ...duplicates(definition.columns.map(quote), place, undefined, definition.type === 'unique' && definition.nullsNotDistinct === true)],
        verification: [validity(index, own)],
        notes: [NO_TIMEOUT, dropFirst(index)],
      }),
      step({
        phase: 'migrate',
        title: `Make the index the constraint ${own} of ${leaf.name}`,
        slug: slug('add', own),
        up: [`ALTER TABLE ${quoteName(place)} ADD CONSTRAINT ${quote(own)} ${word} USING INDEX ${quote(own)}${timing.length === 0 ? '' : ` ${timing.join(' ')}`}`],
        // The parent takes it along when it goes.
        down: [`ALTER TABLE ${quoteName(place)} DROP CONSTRAINT IF EXISTS ${quote(own)}`],
        transaction: 'either',
        notes: [INDEX_GOES],
      }),
    ];
  });
  return {
    title: `Build ${name} partition by partition, then let ${table.name} take the keys over`,
    safety: 'review',
    covers: [op],
    steps: [
      ...parts,
      step({
        phase: 'switch',
        title: `Let ${table.name} take the keys of its partitions over`,
        slug: slug('add', name),
        up: [`${alterPrefix(input)}${clause.text}`],
        down: [`ALTER TABLE ${target} DROP CONSTRAINT ${quote(name)}`],
        downLoses: 'The keys of the partitions go with it, and the steps before find nothing left to drop.',
        transaction: 'either',
        preconditions: [unknownPartitions(op.table, table, before), withoutKey(op.table, definition)],
        notes: ['Send SET LOCAL lock_timeout first and try again: it takes ACCESS EXCLUSIVE on the table, and at least SHARE on its partitions, for an instant; in a partition that lacks the key it would build one meanwhile.'],
      }),
    ],
  };
}

interface Leaf {
  readonly table: Table;
  readonly name: string;
}

/** Partitions that hold rows and lack the key, with the names that the server would give to their keys; a string says why there can be none. */
function leavesOf(before: CatalogView, table: Table, definition: PrimaryKeyDefinition | UniqueDefinition): readonly Leaf[] | string {
  const leaves: Leaf[] = [];
  const taken = new Set<string>();
  for (const one of before.descendants(table)) {
    if (one.foreign) return `${one.name} is a foreign table, on which there can be no key.`;
    const own = one.constraints.find(({ definition: other }) => other.type === definition.type && other.columns.join('\0') === definition.columns.join('\0'));
    if (definition.type === 'primaryKey' && own === undefined && one.constraints.some(({ definition: other }) => other.type === 'primaryKey')) return `${one.name} has another primary key of its own.`;
    if (own !== undefined || one.partitionBy !== undefined) continue;
    const name = postgresSemantics.constraintName(one.name, definition, (wanted) => taken.has(wanted) || before.constraint(one, wanted) !== undefined || before.relation({ schema: one.schema, name: wanted }) !== undefined);
    taken.add(name);
    leaves.push({ table: one, name });
  }
  return leaves;
}

/** Partitions, as they are on the server, in which the last step would have to build something. */
function withoutKey(parent: ObjectName, definition: PrimaryKeyDefinition | UniqueDefinition): Step['preconditions'][number] {
  const root = `'${quoteName(parent).replaceAll("'", "''")}'`;
  const names = definition.columns.map((column) => `'${column.replaceAll("'", "''")}'`).join(', ');
  return {
    title: 'Every partition that holds rows has the key',
    sql:
      `SELECT relid FROM pg_partition_tree(${root}::regclass) WHERE isleaf AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = relid AND contype = '${definition.type === 'unique' ? 'u' : 'p'}' ` +
      `AND (SELECT array_agg(attname::text ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS key (number, place) JOIN pg_attribute ON attrelid = relid AND attnum = number) = ARRAY[${names}]::text[])`,
  };
}
