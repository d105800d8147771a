import type { Script } from '../../ir/migration.ts';
import { howToRunOutside, howToSplit } from '../../rule.ts';

/** What to do about a refusal, by SQLSTATE. */
export function adviceFor(code: string, script: Script, direction: 'up' | 'down'): string {
  const make = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (make !== undefined) return make(script);
  return direction === 'down' ? 'Repair the way back, and verify it again.' : 'Repair the migration, and verify it again.';
}

const BY_CODE: Readonly<Record<string, (script: Script) => string>> = {
  '23502': () => 'Add the column without NOT NULL or with a default, fill in what is missing, and set NOT NULL afterwards.',
  '23503': () => 'Put right or remove the rows that refer to nothing before the constraint is added; NOT VALID lets them stay for the time being.',
  '23505': () => 'Decide which of the duplicates stay, and remove the others before the constraint or index is made.',
  '23514': () => 'Put the rows right before the constraint is added; NOT VALID lets them stay for the time being.',
  '23P01': () => 'Put the rows right that overlap before the constraint is added.',
  '25001': howToRunOutside,
  '55P04': howToSplit,
  '22001': () => 'Shorten the values first, or choose a type that holds them.',
  '22003': () => 'Choose a type that holds the largest values, or cut them down first.',
  '22P02': () => 'Convert with USING, and put right beforehand what cannot be converted.',
  '42804': () => 'Say with USING how the values are converted.',
  '2BP01': () => 'Drop what depends on it first, in the right order.',
};
