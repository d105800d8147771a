import type { Trigger } from '../../../catalog/schema.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { displayName } from '../../../ir/names.ts';
import type { PatternInput, Question, Step } from '../../../remedy/step.ts';
import { quoteLiteral, quoteName } from '../quote.ts';
import { changesOnly, neverHolds, passesOver, raises } from './raises.ts';

/**
 * What is to be known about the table's own triggers before rows are filled that a change in place would have left to no trigger.
 * `all`: the columns that are filled on the way there and on the way back, which one condition lets through.
 */
export function firedByFilling({ before }: PatternInput, tableName: ObjectName, columns: readonly string[], all = columns): Pick<Step, 'notes' | 'preconditions' | 'obstacle'> {
  const table = before.table(tableName);
  const bodiesOf = (trigger: Trigger): readonly string[] => before.routines(trigger.function).flatMap(({ bodyText, language }) => (language === 'plpgsql' ? [bodyText ?? ''] : []));
  const fired = (table?.triggers ?? []).filter((trigger) => isFired(trigger, columns) && !bodiesOf(trigger).some((body) => passesOver(body, columns) || passesOver(body, all)));
  const preconditions = table?.complete === true ? [] : [unknownTriggers(tableName)];
  if (fired.length === 0) return { notes: [], preconditions };
  const names = fired.map((trigger) => `${trigger.name} (${displayName(trigger.function)})`).join(', ');
  const way = `IF ${changesOnly(all)} THEN RETURN NEW; END IF;`;
  const refusing = fired.find((trigger) => bodiesOf(trigger).some((body) => raises(body, columns, trigger.events.includes('insert'))));
  return {
    preconditions,
    notes: [`It fires ${names} as every UPDATE of ${displayName(tableName)} does, for rows that the change in place would have left alone: a time of change becomes now, what is kept of changes grows by a row each. Where that must not be, their functions begin with ${way}`],
    ...(refusing === undefined
      ? {}
      : {
          obstacle: `Filling the rows fires the trigger ${refusing.name} of ${displayName(tableName)}, and ${displayName(refusing.function)} raises an exception, by which the batches would be refused: let it pass over them first, beginning with ${way}`,
        }),
  };
}

const isFired = ({ enabled, events, columns: only, text }: Trigger, columns: readonly string[]): boolean =>
  enabled && events.includes('update') && (only === undefined || only.some((column) => columns.includes(column))) && !neverHolds(conditionIn(text), columns);

/** The condition of WHEN in what a trigger is compared by, where each character of an operator stands alone. */
const conditionIn = (text: string): string => (/\bwhen (.*)/s.exec(text)?.[1] ?? '').replaceAll('< >', '<>').replaceAll('! =', '!=');

/** Triggers for UPDATE of any column that are not disabled: bit 16 of `tgtype`. */
function unknownTriggers(tableName: ObjectName): Question {
  return {
    title: `${displayName(tableName)}, of which the history does not tell all, has no trigger that every row to be filled would fire`,
    sql: `SELECT tgname, tgfoid::regproc FROM pg_trigger WHERE tgrelid = ${quoteLiteral(quoteName(tableName))}::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgtype & 16 > 0 AND tgattr::text = ''`,
  };
}
