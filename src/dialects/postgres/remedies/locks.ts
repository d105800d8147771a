import type { Constraint, Table } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { quoteName } from '../quote.ts';
import { tableNameSql } from './names.ts';
import { dollarQuote } from './dollar-quotes.ts';

/**
 * What a transaction that locks several tables does first, so that it does not deadlock with those who write to them. The server
 * itself takes them one after the other, the referencing table before the referenced one: against the order of most writers,
 * who insert the parent first, delete it with its children, and change both in that order.
 */

/** The parent first, then the child: ADD FOREIGN KEY lets readers and the checks of foreign keys through. */
export function lockPair(before: CatalogView, parent: ObjectName, child: ObjectName): readonly string[] {
  const names = [parent, child].map((name) => lockName(before, name));
  return isSameTable(before, parent, child) ? [] : [`LOCK TABLE ${names.join(', ')} IN SHARE ROW EXCLUSIVE MODE`];
}

export const LOCK_PAIR_NOTE =
  'It locks the referenced table first, as those do who insert a parent and then its child, so that it does not deadlock with them. With those who write a child and then its parent it still can: send SET LOCAL lock_timeout first, shorter than the deadlock_timeout of the server (1 s), and run it again when it gives up.';

export const LOCK_ALL_NOTE =
  'It locks several tables for an instant: all of them or none, giving up after 100 ms and trying again, so that it does not deadlock with those who write to them. When it gives up for good, nothing has changed: run it again.';

/** How often a lock is tried for, and how long each time: less than a deadlock takes to be found out, so that no writer is ended for it. */
const TRIES = 100;
const PATIENCE = '100ms';

/**
 * All of them or none, tried for again and again: no order suits everybody, least of all with ACCESS EXCLUSIVE, since whoever writes a
 * child asks for its parent afterwards. Nobody waits for longer than a try takes. One table needs nothing.
 */
export function lockAllOrNone(tables: readonly string[], mode: 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' = 'ACCESS EXCLUSIVE'): readonly string[] {
  const distinct = [...new Set(tables)];
  if (distinct.length < 2) return [];
  const body = [
    'BEGIN',
    `  FOR attempt IN 1..${String(TRIES)} LOOP`,
    '    BEGIN',
    `      SET LOCAL lock_timeout = '${PATIENCE}';`,
    `      LOCK TABLE ${distinct.join(', ')} IN ${mode} MODE;`,
    '      RETURN;',
    '    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN',
    '      PERFORM pg_sleep(0.05 + random() / 10);',
    '    END;',
    '  END LOOP;',
    `  RAISE lock_not_available USING MESSAGE = 'The tables are in use', HINT = 'Nothing has been changed: run it again.';`,
    'END',
  ].join('\n');
  const tag = dollarQuote('locks', body);
  return [`DO ${tag}\n${body}\n${tag}`];
}

/** The tables that the foreign keys refer to, each before the table that has them. */
export const withParents = (before: CatalogView, holder: Table, constraints: readonly Constraint[]): readonly string[] => [
  ...constraints.flatMap(({ references }) => {
    const parent = references === undefined ? undefined : before.byId(references);
    return parent?.kind === 'table' && parent.id !== holder.id ? [tableNameSql(parent, before)] : [];
  }),
  tableNameSql(holder, before),
];

const isSameTable = (before: CatalogView, one: ObjectName, other: ObjectName): boolean => {
  const [a, b] = [before.resolve(one), before.resolve(other)];
  return a.name === b.name && a.schema === b.schema;
};

/** Tables that inherit are not locked along, as the statements do not either; partitions are, by all. */
function lockName(before: CatalogView, name: ObjectName): string {
  const table = before.table(name);
  return `${table !== undefined && table.partitionBy === undefined && table.children.length > 0 ? 'ONLY ' : ''}${quoteName(name)}`;
}
