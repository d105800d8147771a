import type { Blocks, LockEffect, Work } from '../effects/vocabulary.ts';
import type { Phase } from '../remedy/step.ts';
import type { PlanStep } from './plan-document.ts';

export const PHASES: { readonly [K in Phase]: string } = { expand: 'Expand', migrate: 'Migrate', switch: 'Switch', contract: 'Contract' };

const WAITS: { readonly [K in Blocks]: string } = {
  nothing: 'nobody waits',
  schemaChanges: 'only schema changes and maintenance wait',
  writes: 'writes wait',
  readsAndWrites: 'reads and writes wait',
};

const LASTS: { readonly [K in Work]: string } = {
  none: 'for an instant',
  catalog: 'for an instant',
  rows: 'for as long as the rows take',
  scan: 'while the table is read',
  indexBuild: 'while the index is built',
  allRows: 'while the rows are changed',
  rewrite: 'while the table is written anew',
  unknown: 'for as long as it takes',
};

/** One line per lock, strongest first as they come. */
export function lockLines({ locks, work, certain }: PlanStep): readonly string[] {
  if (locks.length === 0) return certain ? ['none on a table'] : ['cannot be told from the text'];
  return locks.map((lock) => lockLine(lock, work));
}

const lockLine = (lock: LockEffect, work: Work): string =>
  `${lock.mode} on ${lock.relation.schema}.${lock.relation.name}: ${WAITS[lock.blocks]}${lock.blocks === 'nothing' ? '' : `, ${lock.released === true ? 'let go before the end' : LASTS[work]}`}`;

export const TRANSACTION: { readonly [K in PlanStep['transaction']]: string } = {
  inside: 'in one transaction',
  outside: 'outside any transaction',
  either: 'in a transaction or without',
};

export function undoLine({ down }: PlanStep): string {
  const loses = down.loses === null ? '' : ` ${down.loses}`;
  if (down.sql === null) return `There is no way back.${loses}`;
  if (loses !== '') return (down.sql === '' ? 'Is not undone.' : 'Can be undone in part.') + loses;
  return down.sql === '' ? 'Nothing to undo.' : 'Can be undone.';
}
