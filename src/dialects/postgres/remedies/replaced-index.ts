import type { Index, Table } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { Operation, OperationOf } from '../../../ir/operation.ts';
import type { PatternInput, Plan } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import { slug } from './clause.ts';
import { indexSql } from './index-sql.ts';
import { step } from './form.ts';
import { freshName } from './names.ts';

/**
 * An index that the script drops to build another of its name serves until that one is there: it only steps aside, and is dropped
 * after it. Undefined where none takes its place, or where rows change in between, for which a unique one may have to be gone.
 */
export function replacedIndex({ before, script, statement }: PatternInput, { index: name, ifExists, listLength }: OperationOf<'dropIndex'>, index: Index | undefined): Plan | undefined {
  const table = index === undefined ? undefined : before.byId(index.table);
  if (index === undefined || table?.kind !== 'table' || listLength > 1) return undefined;
  const later = script.statements.slice(script.statements.indexOf(statement) + 1).flatMap(({ operations }) => operations);
  const at = later.findIndex((one) => one.kind === 'createIndex' && one.name === name.name && before.table(one.table)?.id === table.id);
  const successor = later[at];
  if (successor === undefined || successor.within !== undefined || later.slice(0, at).some((one) => isInTheWay(one, index.unique ? table : undefined, before))) return undefined;
  const place = { schema: table.schema, name: table.name };
  const aside = freshName(before, place, `${name.name.slice(0, 63 - '_replaced'.length)}_replaced`);
  const renamed = { ...name, name: aside };
  const definition = indexSql({ ...index, name: aside }, before);
  const exists = ifExists ? 'IF EXISTS ' : '';
  return {
    title: `Keep ${name.name} until the index that takes its place is built, then drop it`,
    safety: 'safe',
    covers: [],
    follows: successor,
    steps: [
      step({
        title: `Give up the name ${name.name}`,
        slug: slug('rename', name.name),
        up: [`ALTER INDEX ${exists}${quoteName(name)} RENAME TO ${quote(aside)}`],
        down: [`ALTER INDEX ${quoteName(renamed)} RENAME TO ${quote(name.name)}`],
        transaction: 'either',
      }),
      step({
        phase: 'contract',
        title: `Drop ${aside}, in whose place ${name.name} is now`,
        slug: slug('drop', aside),
        up: [`DROP INDEX CONCURRENTLY ${exists}${quoteName(renamed)}`],
        down: definition === undefined ? null : [definition],
        ...(definition === undefined ? { downLoses: `The history does not tell how ${name.name} was defined.` } : {}),
        transaction: 'outside',
        preconditions: [{ title: `${name.name} is built and valid, which comes first`, sql: `SELECT '${name.name.replaceAll("'", "''")}' WHERE NOT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('${quoteName(name).replaceAll("'", "''")}') AND indisvalid)` }],
        notes: ['Both indexes are kept up in between: every write costs a little more.', ...(definition !== undefined && index.unique ? ['Nothing keeps rows apart by it from here on: the way back fails if two are alike by then.'] : [])],
      }),
    ],
  };
}

/** What may count on the index being gone, or takes it along; `kept`: the table whose rows it keeps apart. */
function isInTheWay(one: Operation, kept: Table | undefined, before: CatalogView): boolean {
  if (TAKES_ALONG.has(one.kind)) return true;
  if (kept === undefined || !CHANGES_ROWS.has(one.kind)) return false;
  return !('table' in one) || typeof one.table !== 'object' || before.table(one.table)?.id === kept.id;
}

const TAKES_ALONG: ReadonlySet<string> = new Set(['dropColumn', 'dropTable', 'renameTable', 'setSchema', 'opaque']);

const CHANGES_ROWS: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge', 'copy', 'select', 'call', 'truncate']);
