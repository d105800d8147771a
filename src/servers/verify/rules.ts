import type { EvidenceBase, Rule } from '../../rule.ts';
import { defineRule } from '../../rule.ts';
import type { DataLoss } from './losses.ts';

/** Rules that only a server can judge. They look at no operation: `verify` runs the migrations and reports under their names. */
const byServer = { on: [] as const, recommended: true, references: [], down: 'same', check: (): undefined => undefined } as const;

export interface RefusalEvidence extends EvidenceBase {
  /** The server's own words. */
  readonly said: string;
  readonly when: 'always' | 'rows' | 'batch' | 'later';
  readonly todo: string;
}
export interface LossEvidence extends EvidenceBase {
  readonly loss: DataLoss;
  /** A statement that says it will do this. */
  readonly meant: boolean;
}
export interface ResidueEvidence extends EvidenceBase {
  readonly differences: readonly string[];
  readonly empty: boolean;
  /** SQL that would have undone it, as far as it can be said. */
  readonly missing: readonly string[];
}
export interface RepeatEvidence extends EvidenceBase {
  readonly said: string | undefined;
  readonly differences: readonly string[];
}

export const upFails = defineRule<never, RefusalEvidence>({
  ...byServer,
  name: 'verify-up-fails',
  summary: 'the server refuses a migration that it was given to run',
  severity: 'error',
  category: 'fails',
  why: 'The migration was run on a real server, with the rows in place that a table in use has. What an empty test database lets pass (a NOT NULL column without a default, a unique index over duplicates, a constraint that old rows break) stops the deployment half-way.',
  message({ said, when }) {
    if (when === 'rows') return `With rows in the tables the server refuses this: ${said}. On an empty database it passes.`;
    return when === 'batch' ? `Run with the other pending migrations in one transaction, the server refuses this: ${said}.` : `The server refuses this: ${said}.`;
  },
  advice: ({ todo }) => todo,
});

export const downFails = defineRule<never, RefusalEvidence>({
  ...byServer,
  name: 'verify-down-fails',
  summary: 'the server refuses the way back of a migration',
  severity: 'error',
  category: 'reversibility',
  why: 'The way back is needed when something has gone wrong, and nobody has time to repair it then. It was run on a real server after the migration itself, with rows in the tables.',
  message({ said, when }) {
    if (when === 'later') return `Once rows have been written after the migration, the server refuses this way back: ${said}.`;
    return when === 'rows' ? `With rows in the tables the server refuses this way back: ${said}. On an empty database it passes.` : `The server refuses this way back: ${said}.`;
  },
  advice: ({ todo }) => todo,
});

export const upAgainFails = defineRule<never, RefusalEvidence>({
  ...byServer,
  name: 'verify-up-again-fails',
  summary: 'a migration cannot be run again after its own way back',
  severity: 'error',
  category: 'reversibility',
  why: 'After a rollback the corrected release brings the same migration once more. Here it fails then, because the way back leaves something behind or does not bring something back.',
  message: ({ said }) => `Taken up, down and up again, the server refuses this: ${said}.`,
  advice: () => 'Let the down script undo everything that the up script does.',
});

export const dataLost = defineRule<never, LossEvidence>({
  ...byServer,
  name: 'verify-data-lost',
  summary: 'rows or values that were there before a migration are gone or different after it',
  severity: 'error',
  category: 'data-loss',
  why: 'The contents of every table were compared before and after the migration, followed through renames and changes of type. What is missing cannot be brought back by a rollback, only from a backup.',
  message: ({ loss }) => lossText(loss),
  advice: ({ loss, meant }) => (meant ? `If that is the purpose, make sure that nothing uses ${loss.what === 'table' ? 'the table' : loss.what === 'column' ? 'the column' : 'the old values'} any more, and keep a copy for a while.` : 'Nothing in the migration says that it wants this. Convert without loss, or keep the old values in a column of their own.'),
});

export const dataNotRestored = defineRule<never, LossEvidence>({
  ...byServer,
  name: 'verify-data-not-restored',
  summary: 'up and down together lose rows or values',
  severity: 'error',
  category: 'reversibility',
  why: 'The migration itself keeps the data, its way back does not: whoever rolls back loses it.',
  message: ({ loss }) => `After up and down: ${lossText(loss)}`,
  advice: () => 'Let the down script carry the values back before it removes what holds them.',
});

export const schemaNotRestored = defineRule<never, ResidueEvidence>({
  ...byServer,
  name: 'verify-schema-not-restored',
  summary: 'the schema after up and down is not the one before',
  severity: 'error',
  category: 'reversibility',
  why: "Both ways were run on a real server and the schema compared in the server's own catalogs: columns, types, defaults, constraints, indexes, triggers, policies, views, functions, sequences, privileges, comments. A schema that only looks restored makes the next migration, or the next rollback, fail elsewhere.",
  message({ differences, empty }) {
    const [first = '', ...others] = differences;
    const more = others.length > MOST_DIFFERENCES - 1 ? `; and ${String(others.length - MOST_DIFFERENCES + 1)} more` : '';
    return `${empty ? 'The way back does nothing, so something stays' : 'After up and down the schema is not what it was'}: ${[first, ...others.slice(0, MOST_DIFFERENCES - 1)].join('; ')}${more}.`;
  },
  advice: ({ missing }) => (missing.length === 0 ? 'Let the down script undo everything that the up script does.' : `Add to the down script:\n${missing.join('\n')}`),
});

const MOST_DIFFERENCES = 6;

export const notRerunnable = defineRule<never, RepeatEvidence>({
  ...byServer,
  name: 'verify-not-rerunnable',
  summary: 'a statement that is guarded with IF EXISTS or IF NOT EXISTS cannot be run twice',
  severity: 'warning',
  category: 'fails',
  why: 'The guard says that the migration may be run again, as after a failure half-way. It was run a second time on a real server, and that does not work.',
  message: ({ said, differences }) => (said === undefined ? `Run a second time, this changes the schema once more: ${differences.join('; ')}.` : `This is guarded, but a second run fails: ${said}.`),
  advice: () => 'Guard every part of it, or none, so that nobody relies on it.',
});

export const verifyRules: readonly Rule[] = [upFails, downFails, upAgainFails, dataLost, dataNotRestored, schemaNotRestored, notRerunnable];

function lossText({ what, relation, column, count, of, example }: DataLoss): string {
  const shown = (value: string | null | undefined): string => (value === null || value === undefined ? 'NULL' : `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`);
  const many = (word: string): string => `${String(count)} ${word}${count === 1 ? '' : 's'}`;
  switch (what) {
    case 'table':
      return `${relation} is gone with its ${many('row')}.`;
    case 'column':
      return `${relation}.${column ?? ''} is gone with ${many('value')}, such as ${shown(example?.before)}.`;
    case 'rows':
      return `${String(count)} of ${String(of)} rows of ${relation} are gone.`;
    case 'values':
      return `${String(count)} of ${String(of)} values of ${relation}.${column ?? ''} are not what they were: ${shown(example?.before)} is now ${shown(example?.after)}.`;
    case 'sequence':
      return `Sequence ${relation} starts over: it stood at ${String(example?.before)}, and numbers given out before come again.`;
  }
}
