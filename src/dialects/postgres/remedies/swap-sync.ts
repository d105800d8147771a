import type { CatalogView } from '../../../catalog/view.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { quote, quoteName } from '../quote.ts';
import { dollarQuote } from './dollar-quotes.ts';
import { freshName } from './names.ts';
import { freshRoutine, SAME_NAMES } from './sync.ts';

export interface CopySync {
  readonly create: readonly string[];
  readonly drop: readonly string[];
}

interface Copied {
  readonly from: ObjectName;
  readonly to: ObjectName;
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** What the other table cannot hold is passed over: new writes must not fail for the sake of a way back. */
  readonly lenient: boolean;
}

/**
 * Triggers that write to a second table what is written to the first, also for rows that are not there yet. Whoever may only insert
 * has no right to what an upsert needs: the function works with its owner's rights, and nobody else may make a trigger of it.
 */
export function copySync(before: CatalogView, { from, to, key, columns, lenient }: Copied): CopySync {
  const name = freshRoutine(before, from, `zz_copy_${from.name}_${to.name}`);
  const all = freshName(before, from, `zz_empty_${from.name}_${to.name}`);
  const routine = quoteName({ ...(from.schema === undefined ? {} : { schema: from.schema }), name });
  const target = quoteName(to);
  const keys = key.map(quote);
  const list = columns.map(quote).join(', ');
  const values = columns.map((column) => `NEW.${quote(column)}`).join(', ');
  const others = columns.filter((column) => !key.includes(column)).map((column) => `${quote(column)} = EXCLUDED.${quote(column)}`);
  const row = (which: 'OLD' | 'NEW'): string => (keys.length === 1 ? `${which}.${keys.join('')}` : `(${keys.map((column) => `${which}.${column}`).join(', ')})`);
  const own = keys.length === 1 ? keys.join('') : `(${keys.join(', ')})`;
  const work = [
    `IF TG_OP = 'TRUNCATE' THEN`,
    `  DELETE FROM ${target};`,
    '  RETURN NULL;',
    'END IF;',
    `IF TG_OP = 'DELETE' THEN`,
    `  DELETE FROM ${target} WHERE ${own} = ${row('OLD')};`,
    '  RETURN NULL;',
    'END IF;',
    `IF TG_OP = 'UPDATE' THEN`,
    `  IF ${row('OLD')} IS DISTINCT FROM ${row('NEW')} THEN`,
    `    DELETE FROM ${target} WHERE ${own} = ${row('OLD')};`,
    '  END IF;',
    'END IF;',
    `INSERT INTO ${target} (${list}) VALUES (${values})`,
    `  ON CONFLICT (${keys.join(', ')}) DO ${others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.join(', ')}`};`,
    'RETURN NULL;',
  ];
  const body = lenient ? [...work, 'EXCEPTION WHEN data_exception OR integrity_constraint_violation OR datatype_mismatch OR cannot_coerce THEN', '  RETURN NULL;'] : work;
  const text = ['#variable_conflict use_column', 'BEGIN', ...body.map((line) => (line.startsWith('EXCEPTION') ? line : `  ${line}`)), 'END'].join('\n');
  const tag = dollarQuote('copy', text);
  return {
    create: [
      `CREATE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER${SAME_NAMES} AS ${tag}\n${text}\n${tag}`,
      `REVOKE EXECUTE ON FUNCTION ${routine}() FROM PUBLIC`,
      `CREATE TRIGGER ${quote(name)} AFTER INSERT OR UPDATE OR DELETE ON ${quoteName(from)} FOR EACH ROW EXECUTE FUNCTION ${routine}()`,
      `CREATE TRIGGER ${quote(all)} AFTER TRUNCATE ON ${quoteName(from)} FOR EACH STATEMENT EXECUTE FUNCTION ${routine}()`,
    ],
    drop: [`DROP TRIGGER ${quote(all)} ON ${quoteName(from)}`, `DROP TRIGGER ${quote(name)} ON ${quoteName(from)}`, `DROP FUNCTION ${routine}()`],
  };
}
