import type { LockEffect } from '../effects/vocabulary.ts';
import { BLOCKS } from '../effects/vocabulary.ts';
import type { MigrationReport, StatementReport } from './model.ts';

/** The lock of a migration that hurts most, on its way forward. */
export interface Headline {
  readonly lock: LockEffect;
  readonly statement: StatementReport;
}

/** What waits for a lock, in words. */
export const WAITING: { readonly [K in LockEffect['blocks']]: string } = {
  nothing: 'nobody',
  schemaChanges: 'other schema changes',
  writes: 'writes',
  readsAndWrites: 'reads and writes',
};

export function headlineOf({ statements }: MigrationReport): Headline | undefined {
  let worst: Headline | undefined;
  for (const statement of statements) {
    if (statement.direction !== 'up') continue;
    for (const lock of statement.effects.locks) {
      if (lock.blocks !== 'nothing' && rank(lock, statement) > (worst === undefined ? 0 : rank(worst.lock, worst.statement))) worst = { lock, statement };
    }
  }
  return worst;
}

/** How long it is held counts more than how strong it is: an instant hardly hurts. */
const rank = ({ blocks }: LockEffect, { effects: { work } }: StatementReport): number => BLOCKS.indexOf(blocks) + (SHORT.includes(work) ? 0 : BLOCKS.length);

const SHORT: readonly string[] = ['none', 'catalog', 'rows'];

export const relationOf = ({ relation: { schema, name } }: LockEffect): string => `${schema}.${name}`;
