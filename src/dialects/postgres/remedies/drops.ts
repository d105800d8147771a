import type { Table } from '../../../catalog/schema.ts';
import type { PatternHandler, PatternInput, Step } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import { alterPrefix, insideBlock, isOnly, nameTakenAgain, ownClause, slug, takenAgain, wholeStatement } from './clause.ts';
import { columnsOf, columnWithParts, constraintSql, indexUses, isRequired, notNullIfPossible, tableSql } from './definitions.ts';
import { freshName, tableNameSql } from './names.ts';
import { indexSql } from './index-sql.ts';
import { notForThis, step, wanted } from './form.ts';
import { LOCK_ALL_NOTE, lockAllOrNone, withParents } from './locks.ts';
import { viewsAround, viewsNote } from './views.ts';
import { isTold } from './type-sql.ts';

/** The code leaves the column first; what hangs on it goes before it does, and it can come back, empty. */
export const dropColumn: PatternHandler = (input) => {
  const op = wanted(input, 'dropColumn');
  if (op === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  if (nameTakenAgain(input, op.table, op.column)) return takenAgain(op.column);
  const { before } = input;
  const table = before.table(op.table);
  const column = before.column(table, op.column);
  const name = quoteName(op.table);
  const quoted = quote(op.column);
  if (op.behavior === 'cascade' && table !== undefined && (before.dependentViews(table).length > 0 || before.referencing(table).length > 0)) {
    return { refused: `CASCADE would take along views or foreign keys that need ${op.column}: drop or change those first, each by its name.` };
  }
  const key = table?.constraints.some(({ definition }) => definition.type === 'primaryKey' && definition.columns.includes(op.column)) === true;
  const required = column !== undefined && isRequired(column) && !key;
  const restored = table === undefined || column === undefined || !isTold(column.type) ? undefined : columnWithParts(table, required ? { ...column, notNull: false } : column, before, name);
  const deploy = `No code reads or writes ${op.column} of ${op.table.name} any more; ORMs that list columns no longer know it.`;
  const indexes = table === undefined ? [] : indexDrops(input, table, op.column);
  const foreignKeys = table?.constraints.filter(({ definition }) => definition.type === 'foreignKey' && definition.columns.includes(op.column)) ?? [];
  const locks = table === undefined ? [] : lockAllOrNone(withParents(before, table, foreignKeys));
  const along = viewsAround(input, op.table)?.along(locks.length);
  const constraints = restored === undefined || table === undefined ? [] : table.constraints.filter(({ definition }) => definition.type !== 'notNull' && columnsOf(definition).includes(op.column));
  const steps: Step[] = [
    ...(required
      ? [
          step({
            title: `Let rows be written without ${op.column}`,
            slug: slug('drop_not_null', op.table.name, op.column),
            up: [`ALTER TABLE ${name} ALTER COLUMN ${quoted} DROP NOT NULL`],
            down: [notNullIfPossible(name, op.column)],
            downLoses: `NOT NULL stays away while there are rows without ${op.column}.`,
            transaction: 'either' as const,
            deploy: `All code that still reads ${op.column} can read NULL in it.`,
            notes: ['Old code that still writes the column and new code that does not can run at once.'],
          }),
        ]
      : []),
    ...indexes,
    step({
      phase: 'contract',
      title: `Drop ${op.column}`,
      slug: slug('drop', op.table.name, op.column),
      up: [...locks, `${alterPrefix(input)}${ownClause(input).text}`],
      down: restored === undefined ? null : withoutIndexes(restored.sql, indexes),
      downLoses: `The values of ${op.column} are lost: keep a copy (CREATE TABLE … AS SELECT the key and the column) if they may be wanted.${restored === undefined || restored.missing.length === 0 ? '' : ` Also ${restored.missing.join(', ')}, which the history does not tell.`}`,
      transaction: locks.length === 0 && along === undefined ? 'either' : 'inside',
      notes: [
        ...(locks.length === 0 ? [] : [LOCK_ALL_NOTE]),
        ...(along === undefined ? [] : [viewsNote(along)]),
        ...(constraints.length === 0 ? [] : [`The way back adds ${constraints.map((one) => one.name).join(' and ')} again, and nobody can write to ${op.table.name} while all its rows are read: where that takes long, add it afterwards, by the steps that lockkeeper plan writes for a new constraint.`]),
      ],
      ...(along !== undefined && { along }),
    }),
  ];
  const boundary = required ? 1 : 0;
  return { title: `Stop using ${op.column}, then drop it`, safety: 'review', covers: [op], steps: steps.map((one, i) => (i === boundary ? { ...one, deploy } : one)) };
};

/** Indexes that would be dropped along, under ACCESS EXCLUSIVE; those of constraints cannot go by themselves. */
function indexDrops({ before }: PatternInput, table: Table, column: string): readonly Step[] {
  if (table.partitionBy !== undefined || table.partitionOf !== undefined) return [];
  return before.indexesOf(table).flatMap((index) => {
    if (index.constraint !== undefined || !indexUses(index, column)) return [];
    const definition = indexSql(index, before);
    return [
      step({
        phase: 'contract',
        title: `Drop ${index.name} without blocking anybody`,
        slug: slug('drop', index.name),
        up: [`DROP INDEX CONCURRENTLY ${tableNameSql(index, before)}`],
        down: definition === undefined ? null : [definition],
        transaction: 'outside',
      }),
    ];
  });
}

/** What steps of their own bring back need not come back twice. */
function withoutIndexes(sql: readonly string[], indexes: readonly Step[]): readonly string[] {
  const own = new Set(indexes.flatMap(({ down }) => down ?? []).map((text) => text.replace('INDEX CONCURRENTLY', 'INDEX')));
  return sql.filter((text) => !own.has(text));
}

/** Foreign keys first, each in a short transaction of its own; then out of sight for a while; then gone. */
export const dropTable: PatternHandler = (input) => {
  const op = wanted(input, 'dropTable');
  if (op === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const { before } = input;
  const table = before.table(op.table);
  if (op.behavior === 'cascade' && table !== undefined && before.dependentViews(table).length > 0) {
    return { refused: `CASCADE would take along ${before.dependentViews(table).map(({ name }) => name).join(', ')}: drop or change those first, each by its name.` };
  }
  const name = quoteName(op.table);
  const own = (table?.constraints ?? []).filter(({ definition, inherited }) => definition.type === 'foreignKey' && inherited !== true).map((constraint) => ({ name, holder: table, constraint }));
  const incoming = table === undefined || op.behavior !== 'cascade' ? [] : before.referencing(table).filter((one) => one.table.id !== table.id && one.constraint.inherited !== true).map((one) => ({ name: tableNameSql(one.table, before), holder: one.table, constraint: one.constraint }));
  const parts = table === undefined ? undefined : tableSql({ ...table, constraints: table.constraints.filter(({ definition }) => definition.type !== 'foreignKey') }, before);
  const aside = freshName(before, op.table, `${op.table.name}_to_be_dropped`);
  const renamed = quoteName({ ...op.table, name: aside });
  const movable = table !== undefined && table.partitionOf === undefined && !op.ifExists && before.dependentViews(table).length === 0;
  const deploy = `No code uses ${op.table.name} any more.`;
  const steps: Step[] = [
    ...[...incoming, ...own].map(({ name: holderName, holder, constraint }) => {
      const locks = holder === undefined ? [] : lockAllOrNone(withParents(before, holder, [constraint]));
      const isOwn = holder?.id === table?.id;
      // What others refer to is empty when it comes back.
      const definition = constraintSql(isOwn ? constraint : { ...constraint, valid: false }, before);
      return step({
        phase: 'contract',
        title: `Drop ${constraint.name} by itself: it locks both of its tables`,
        slug: slug('drop', constraint.name),
        up: [...locks, `ALTER TABLE ${holderName} DROP CONSTRAINT ${quote(constraint.name)}`],
        down: definition === undefined ? null : [`ALTER TABLE ${holderName} ADD ${definition}`],
        ...(!isOwn && { downLoses: `It comes back NOT VALID: validate it once the rows of both tables are there.` }),
        transaction: locks.length === 0 ? 'either' : 'inside',
        notes: locks.length === 0 ? [] : [LOCK_ALL_NOTE],
      });
    }),
    ...(movable
      ? [
          step({
            phase: 'contract',
            title: `Put ${op.table.name} out of sight`,
            slug: slug('set_aside', op.table.name),
            up: [`ALTER TABLE ${name} RENAME TO ${quote(aside)}`],
            down: [`ALTER TABLE ${renamed} RENAME TO ${quote(op.table.name)}`],
            transaction: 'either' as const,
            notes: ['Code that still uses the table fails now, and renaming it back is instant. Wait as long as the longest interval between runs of such code.'],
          }),
        ]
      : []),
    step({
      phase: 'contract',
      title: `Drop ${op.table.name}`,
      slug: slug('drop', op.table.name),
      up: [movable ? `DROP TABLE ${renamed}` : isOnly(input) ? wholeStatement(input).text : `DROP TABLE ${op.ifExists ? 'IF EXISTS ' : ''}${name}${op.behavior === 'cascade' ? ' CASCADE' : ''}`],
      down: parts === undefined ? null : [...parts.sql, ...(movable ? [`ALTER TABLE ${name} RENAME TO ${quote(aside)}`] : [])],
      downLoses: `All rows of ${op.table.name} are lost: dump them first if they may be wanted.${parts === undefined ? ' The history does not tell all of its definition.' : parts.missing.length === 0 ? '' : ` Also ${parts.missing.join(', ')}.`}`,
      transaction: 'either',
    }),
  ];
  const ways = [`Stop using ${op.table.name}`, ...(incoming.length + own.length === 0 ? [] : ['take its foreign keys off']), ...(movable ? ['set it aside'] : [])];
  return { title: `${ways.join(', ')}, then drop it`, safety: 'review', covers: [op], steps: steps.map((one, i) => (i === 0 ? { ...one, deploy } : one)) };
};
