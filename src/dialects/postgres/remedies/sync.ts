import type { CatalogView } from '../../../catalog/view.ts';
import type { DataType } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { quote, quoteName } from '../quote.ts';
import { dollarQuote } from './dollar-quotes.ts';
import { freshName } from './names.ts';
import { distinct } from './values.ts';

/** A trigger that keeps columns of a row in step. It changes the row that is being written and nothing else, so it cannot call itself. */
export interface Sync {
  readonly create: readonly string[];
  /** Puts another body in the place of the first one. */
  replace(lines: readonly string[]): string;
  readonly drop: readonly string[];
}

/** The name sorts last, so that the trigger sees what the table's other triggers have made of the row. */
export function syncTrigger(before: CatalogView, table: ObjectName, column: string, lines: readonly string[]): Sync {
  const name = freshRoutine(before, table, `${lastOf(before, table)}zz_sync_${table.name}_${column}`);
  const routine = quoteName({ ...(table.schema === undefined ? {} : { schema: table.schema }), name });
  const body = (statements: readonly string[]): string => {
    const text = ['#variable_conflict use_column', 'BEGIN', ...statements.map((line) => `  ${line}`), '  RETURN NEW;', 'END'].join('\n');
    const tag = dollarQuote('sync', text);
    return `CREATE OR REPLACE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql${SAME_NAMES}${pinned(before)} AS ${tag}\n${text}\n${tag}`;
  };
  return {
    create: [body(lines), `CREATE TRIGGER ${quote(name)} BEFORE INSERT OR UPDATE ON ${quoteName(table)} FOR EACH ROW EXECUTE FUNCTION ${routine}()`],
    replace: body,
    drop: [`DROP TRIGGER ${quote(name)} ON ${quoteName(table)}`, `DROP FUNCTION ${routine}()`],
  };
}

/** The server runs triggers in the order of their names, byte by byte. */
function lastOf(before: CatalogView, table: ObjectName): string {
  const others = before.table(table)?.triggers.filter(({ timing, forEachRow }) => timing === 'before' && forEachRow) ?? [];
  const prefix = ['', '~', '~~'].find((one) => others.every(({ name }) => name < `${one}zz_sync_`));
  return prefix ?? '';
}

/** Of a trigger that takes the place of writes by the application. */
export const REPLICATED = 'Rows that logical replication applies to this table do not fire it, as they fire no ordinary trigger: where the table is written by a subscription, fill them by hand, or ALTER TABLE … ENABLE ALWAYS TRIGGER, which is safe here since the trigger changes the row that is being written and nothing else.';

/** Whoever writes, and whatever search_path they have, names mean what they mean where the migration runs. */
export const SAME_NAMES = ' SET search_path FROM CURRENT';

/** What expressions come to must not depend on who writes, where the migration has said what it counts on. */
function pinned({ settings }: CatalogView): string {
  const said = PINNED.flatMap((name) => {
    const value = settings.get(name)?.value;
    return value === undefined ? [] : [` SET ${name} TO '${value.replaceAll("'", "''")}'`];
  });
  return said.join('');
}

const PINNED: readonly string[] = ['timezone', 'datestyle', 'intervalstyle'];

/** A name for a function with a trigger, which nothing in the schema of the table has. */
export function freshRoutine(before: CatalogView, table: ObjectName, wanted: string): string {
  const base = freshName(before, table, wanted);
  const { schema } = before.resolve(table);
  for (let count = 0; ; count++) {
    const name = count === 0 ? base : `${base.slice(0, 60)}${String(count)}`;
    if (before.routines({ schema, name }).length === 0) return name;
  }
}

/**
 * Evaluates an expression over the row being written as if it stood in a query of the table, and puts the result into columns of
 * the row. The expression may call the columns by the table's name.
 */
export const assignFrom = (table: ObjectName, row: 'NEW' | 'OLD', values: readonly { readonly column: string; readonly value: string }[]): string =>
  `SELECT ${values.map(({ value }) => `(${value})`).join(', ')} INTO ${values.map(({ column }) => `NEW.${quote(column)}`).join(', ')} FROM (SELECT ${row}.*) AS ${quote(table.name)};`;

/** Two columns that mean the same: whichever the writer sets, the other follows. `renamed` wins where both are set. */
export function twoWay(column: string, renamed: string, type: DataType): readonly string[] {
  const one = quote(column);
  const other = quote(renamed);
  return [
    `IF TG_OP = 'INSERT' THEN`,
    `  IF NEW.${other} IS NULL THEN NEW.${other} := NEW.${one}; ELSE NEW.${one} := NEW.${other}; END IF;`,
    `ELSIF ${distinct(`NEW.${other}`, `OLD.${other}`, type)} THEN`,
    `  NEW.${one} := NEW.${other};`,
    `ELSE`,
    `  NEW.${other} := NEW.${one};`,
    `END IF;`,
  ];
}
