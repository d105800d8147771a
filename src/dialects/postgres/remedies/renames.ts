import type { Table } from '../../../catalog/schema.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import type { PatternHandler, PatternInput, Refusal, Step } from '../../../remedy/step.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import { backfillStep } from './backfill.ts';
import { insideBlock, isOnly, slug, wholeStatement } from './clause.ts';
import { indexUses } from './definitions.ts';
import { freshName, tableNameSql } from './names.ts';
import { dropFirst, indexSql, leftOver, NO_TIMEOUT, validity } from './index-sql.ts';
import { notForThis, step, wanted } from './form.ts';
import { renameColumnIn } from './identifiers.ts';
import { grantsSql } from './rights.ts';
import { REPLICATED, syncTrigger, twoWay } from './sync.ts';
import { isTold, typeSql } from './type-sql.ts';
import { distinct } from './values.ts';

/**
 * A second column under the new name, kept equal with the first in both directions. Then the two change their names, in one short
 * transaction: the column itself, with its indexes, constraints, views and place in the table, has the new one, and the copy goes under the
 * old one until no code names it. Where the application writes both, a trigger takes over before the code that knows the new name alone:
 * nothing else would write the column that stays.
 */
export const renameColumn: PatternHandler = (input) => {
  const op = wanted(input, 'renameColumn');
  if (op === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  if (op.objectType !== 'table') return { refused: 'A column of a view is renamed by a second view under another name, which the code moves to.' };
  const table = input.before.table(op.table);
  const column = input.before.column(table, op.column);
  if (table === undefined || column === undefined || !isTold(column.type)) return { refused: `The history does not say what type ${op.column} of ${op.table.name} has, and a copy needs it.` };
  if (input.before.column(table, op.newName) !== undefined) return { refused: `${op.table.name} has a column ${op.newName} already.` };
  const refusal = cannotCopy(input, table, op.column) ?? cannotWrite(input, table, op.column);
  if (refusal !== undefined) return refusal;
  const { before } = input;
  const name = quoteName(op.table);
  const old = quote(op.column);
  const copy = quote(op.newName);
  const sync = syncTrigger(before, op.table, op.newName, twoWay(op.column, op.newName, column.type));
  const typed = `${typeSql(column.type, before)}${column.collation === undefined ? '' : ` COLLATE ${quote(column.collation)}`}`;
  const add = [`ALTER TABLE ${name} ADD COLUMN ${copy} ${typed}`];
  const triggered = input.sync === 'trigger';
  const drop = `ALTER TABLE ${name} DROP COLUMN ${copy}`;
  const fill = backfillStep(input, {
    table: op.table,
    values: [{ column: op.newName, value: old }],
    pending: distinct(copy, old, column.type),
    title: `Copy ${op.column} into ${op.newName} in the rows that exist`,
    ...(triggered ? {} : { deploy: `Every write of ${op.column} writes the same value into ${op.newName}.` }),
  });
  if ('refused' in fill) return fill;
  const indexed = temporaryIndexes(input, table, op.column, op.newName);
  const again = backfillStep(input, { table: op.table, values: [{ column: op.column, value: copy }], pending: distinct(old, copy, column.type), title: '' });
  if ('refused' in again) return again;
  const given = column.default === undefined ? [] : [`An INSERT that leaves both columns out, or writes NULL into ${op.newName}, gets the default of ${op.column}.`];
  const kept = [`Where one statement sets both columns to different values, ${op.newName} counts.`, ...given, REPLICATED];
  const leave = syncTrigger(before, op.table, op.newName, twoWay(op.newName, op.column, column.type));
  const contracted = [
    ...indexed.map(dropAgain),
    step({
      phase: 'contract',
      title: `On the way back, copy ${op.newName} into ${op.column} in the rows that exist`,
      slug: slug('refill', op.table.name, op.column),
      up: [],
      down: again.up,
      transaction: 'outside',
      notes: ['Forward there is nothing to do: it stands here because it takes batches, which have to come between the column and its indexes.', ...again.notes],
    }),
    step({
      phase: 'contract',
      title: `Drop the copy that is called ${op.column}`,
      slug: slug('drop', op.table.name, op.column),
      up: [...leave.drop, `ALTER TABLE ${name} DROP COLUMN ${old}`],
      down: [`ALTER TABLE ${name} ADD COLUMN ${old} ${typed}`, ...leave.create],
      transaction: 'inside',
      notes: [`No value is lost: on the way back ${op.column} is filled again from ${op.newName}, which it was a copy of.`],
    }),
  ].map((one, index) => (index === 0 ? { ...one, deploy: `All code reads and writes ${op.newName} and no longer names ${op.column}.` } : one));
  return {
    title: `Keep ${op.column} under both names while the code moves to ${op.newName}`,
    safety: 'review',
    covers: [op],
    steps: [
      step({
        title: triggered ? `Add ${op.newName} and keep it equal with ${op.column}, whichever is written` : `Add ${op.newName} beside ${op.column}`,
        slug: slug('add', op.table.name, op.newName),
        up: [...add, ...(triggered ? sync.create : [])],
        down: [...(triggered ? sync.drop : []), drop],
        transaction: 'inside',
        notes: triggered ? kept : [],
      }),
      fill,
      ...indexed.map((one) => one.step),
      ...(triggered
        ? []
        : [
            step({
              title: `Let a trigger write ${op.column} for code that knows ${op.newName} alone`,
              slug: slug('sync', op.table.name, op.newName),
              up: sync.create,
              down: sync.drop,
              transaction: 'inside',
              notes: [`Until ${op.column} takes the new name, the values have to stand in both columns, and the code that no longer names ${op.column} cannot write them there.`, ...kept],
            }),
          ]),
      switchStep(input, op, {
        rename: isOnly(input) ? wholeStatement(input).text : `ALTER TABLE ${name} RENAME COLUMN ${old} TO ${copy}`,
        forward: sync.replace(twoWay(op.newName, op.column, column.type)),
        backward: sync.replace(twoWay(op.column, op.newName, column.type)),
      }),
      ...contracted,
    ],
  };
};

/** Either name goes on serving whoever knows it; the one that is to go must not have the last word where a default has given the other its value. */
function switchStep({ before }: PatternInput, op: OperationOf<'renameColumn'>, { rename, forward, backward }: { readonly rename: string; readonly forward: string; readonly backward: string }): Step {
  const spare = freshName(before, op.table, `${op.column}_swap`);
  const renamed = (from: string, to: string): string => `ALTER TABLE ${quoteName(op.table)} RENAME COLUMN ${quote(from)} TO ${quote(to)}`;
  return step({
    phase: 'switch',
    title: `Give ${op.column} its new name, and its copy the old one`,
    slug: slug('rename', op.table.name, op.column),
    up: [renamed(op.newName, spare), rename, renamed(spare, op.column), forward],
    down: [renamed(op.column, spare), renamed(op.newName, op.column), renamed(spare, op.newName), backward],
    transaction: 'inside',
    notes: ['Send SET LOCAL lock_timeout first and try again: it takes ACCESS EXCLUSIVE for an instant.', 'Views over the column keep showing it under the name that they gave it.'],
  });
}

/** What the copy was indexed by, under its other name. */
const dropAgain = ({ index, table, drop, again }: TemporaryIndex): Step =>
  step({
    phase: 'contract',
    title: `Drop ${index} without blocking anybody`,
    slug: slug('drop', table, index),
    up: [`DROP INDEX CONCURRENTLY IF EXISTS ${drop}`],
    down: [again],
    transaction: 'outside',
    notes: [NO_TIMEOUT],
  });

interface TemporaryIndex {
  readonly step: Step;
  readonly index: string;
  readonly table: string;
  /** As DROP INDEX names it. */
  readonly drop: string;
  /** Makes it again once the copy has the old name. */
  readonly again: string;
}

/** Code that already uses the new name needs its indexes, ON CONFLICT the unique ones; they go with the copy. */
function temporaryIndexes({ before }: PatternInput, table: Table, column: string, newName: string): readonly TemporaryIndex[] {
  return before.indexesOf(table).flatMap((index) => {
    if (!indexUses(index, column) || !index.complete || table.partitionBy !== undefined) return [];
    const name = freshName(before, table, `${index.name}_${newName}`);
    // One that is deferrable bears rows that are alike for a while.
    const apart = index.unique && !table.constraints.some((one) => one.name === index.constraint && one.definition.deferrable === true);
    const sql = indexSql({ ...index, name, unique: apart, nullsNotDistinct: apart && index.nullsNotDistinct }, before);
    if (sql === undefined) return [];
    const at = sql.indexOf('(');
    const drop = tableNameSql({ schema: table.schema, name }, before);
    return [
      {
        index: name,
        table: table.name,
        drop,
        again: sql,
        step: step({
        phase: 'migrate',
        title: `Index ${newName} as ${column} is in ${index.name}, until it takes its name`,
        slug: slug('create', name),
        up: [sql.slice(0, at) + renameColumnIn(sql.slice(at), column, newName)],
        down: [`DROP INDEX CONCURRENTLY IF EXISTS ${drop}`],
        transaction: 'outside',
        preconditions: [leftOver(drop)],
        verification: [validity(drop, name)],
        notes: [NO_TIMEOUT, dropFirst(drop)],
        }),
      },
    ];
  });
}

/** Where a trigger of the table cannot keep a second column in step. */
export function cannotCopy({ version }: PatternInput, table: Table, column: string): Refusal | undefined {
  if (table.foreign) return { refused: `${table.name} is a foreign table: the column belongs to another server.` };
  if (table.partitionOf !== undefined) return { refused: `${table.name} is a partition: its columns are those of its parent.` };
  if (table.ofType !== undefined) return { refused: `${table.name} is a table of a type, whose columns are the type's.` };
  if (table.partitionBy !== undefined && (table.partitionBy.columns.includes(column) || table.partitionBy.expressions.some(({ columns }) => columns.includes(column)))) {
    return { refused: `${column} is part of the partition key, so that no second column can stand in for it.` };
  }
  if (table.partitionBy !== undefined && version < 13) return { refused: 'Before PostgreSQL 13 a partitioned table has no BEFORE trigger for each row, which would have to keep two columns in step.' };
  if (table.partitionBy === undefined && (table.children.length > 0 || table.inherits.length > 0)) return { refused: `${table.name} is part of an inheritance tree: its triggers do not fire for the other tables of it.` };
  return undefined;
}

/** A trigger cannot give it a value. */
export function cannotWrite({ before }: PatternInput, table: Table, column: string): Refusal | undefined {
  const own = before.column(table, column);
  if (own?.generated !== undefined) return { refused: `${column} is generated, so that nothing can write it.` };
  if (own?.identity === 'always') return { refused: `${column} is GENERATED ALWAYS AS IDENTITY, so that nothing but its sequence can write it: make it BY DEFAULT first.` };
  return undefined;
}

/** Who has which right on a table or view, its owner included. */
const rightsOn = (relation: string): string =>
  `SELECT a.grantee::regrole, a.privilege_type FROM pg_class AS c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) AS a WHERE c.oid = ${quoteLiteral(relation)}::regclass`;

/** The new name at once, and a view that answers to the old one. */
export const renameTable: PatternHandler = (input) => {
  const op = wanted(input, 'renameTable');
  if (op === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const table = input.before.table(op.table);
  const relation = input.before.relation(op.table);
  if (relation !== undefined && relation.kind !== 'table') return { refused: `${op.table.name} is not a table; a second view under the new name can stand beside it.` };
  if (table?.rowSecurity.enabled === true && input.version < 15) {
    return { refused: `${op.table.name} has row security, and before PostgreSQL 15 a view reads with its owner's rights: under the old name everybody would see every row.` };
  }
  if (op.ifExists) return { refused: `IF EXISTS leaves open whether there is a table, and with it whether a view may take its name.` };
  const old = quoteName(op.table);
  const renamed = { ...op.table, name: op.newName };
  const view = `CREATE VIEW ${old}${input.version >= 15 ? ' WITH (security_invoker = true)' : ''} AS SELECT * FROM ${quoteName(renamed)}`;
  const given = table === undefined ? [] : grantsSql(table, old);
  const grants = `${rightsOn(quoteName(renamed))} EXCEPT ${rightsOn(old)}`;
  const published = `SELECT pubname FROM pg_publication_tables WHERE format('%I.%I', schemaname, tablename)::regclass = ${quoteLiteral(old)}::regclass`;
  return {
    title: `Rename ${op.table.name} and keep a view under its old name while the code moves over`,
    safety: 'review',
    covers: [op],
    steps: [
      step({
        title: `Rename ${op.table.name} to ${op.newName}, with a view under the old name`,
        slug: slug('rename', op.table.name),
        up: [isOnly(input) ? wholeStatement(input).text : `ALTER TABLE ${old} RENAME TO ${quote(op.newName)}`, view, ...given],
        down: [`DROP VIEW ${old}`, `ALTER TABLE ${quoteName(renamed)} RENAME TO ${quote(op.table.name)}`],
        transaction: 'inside',
        preconditions: [{ title: `No subscriber knows ${op.table.name} by its name (each row is a publication whose subscribers stop until they have ${op.newName})`, sql: published }],
        verification: [{ title: 'Every right on the table is one on the view too (grant what is missing: a new view is its owner\'s alone)', sql: grants }],
        notes: [
          'INSERT, UPDATE, DELETE, RETURNING and ON CONFLICT work through the view; COPY … FROM, TRUNCATE, LOCK TABLE for its rows, and foreign keys that name it do not.',
          `The view has none of the grants of the table but those that the history knows: GRANT others on ${old} in this same step.`,
          ...(input.version >= 15 ? [] : ['The view reads with the rights of its owner.']),
        ],
      }),
      step({
        phase: 'contract',
        title: `Drop the view ${op.table.name}`,
        slug: slug('drop_view', op.table.name),
        up: [`DROP VIEW ${old}`],
        down: [view, ...given],
        downLoses: 'Grants on the view are lost, but for those that the history knows.',
        transaction: 'either',
        deploy: `All code uses ${op.newName} and no longer names ${op.table.name}.`,
      }),
    ],
  };
};
