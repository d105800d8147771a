import type { Span } from '../source/text.ts';

/** Where a plan cannot know a value: what it writes instead, and the end of what guards it from being run like that. */
export const OPEN_VALUE = 'NULL /* the value for rows that exist */';
export const openValueReminder = (column: string): string => `Write the value of ${column}${REMINDED}`;

const REMINDED = ' for the rows that exist into the UPDATE below, and take this out';

export interface OpenValue {
  readonly span: Span;
  /** The value is there, and only its guard is still to go. */
  readonly given: boolean;
}

/** The first place of a statement where somebody still has to say a value, or that it has been said. */
export function openValueIn(text: string, { start, end }: Span): OpenValue | undefined {
  const statement = text.slice(start, end);
  const at = statement.indexOf(OPEN_VALUE);
  if (at >= 0) return { span: { start: start + at, end: start + at + OPEN_VALUE.length }, given: false };
  const reminded = statement.indexOf(`${REMINDED}'`);
  const raise = statement.lastIndexOf('RAISE EXCEPTION', reminded);
  return reminded < 0 || raise < 0 ? undefined : { span: { start: start + raise, end: start + reminded + REMINDED.length + 1 }, given: true };
}
