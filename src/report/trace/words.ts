import type { Blocks } from '../../effects/vocabulary.ts';
import type { TransactionPolicy } from '../../ir/migration.ts';
import type { TraceLine, TraceReport } from '../../servers/trace-model.ts';

export const WRAPS: { readonly [K in TransactionPolicy['wrap']]: string } = {
  none: 'each statement commits on its own',
  script: 'one transaction',
  implicit: 'one transaction if there are several statements',
  batch: 'one transaction with all pending migrations',
};

export const WAITS: { readonly [K in Blocks]: string } = {
  nothing: 'nobody waits',
  schemaChanges: 'schema changes wait',
  writes: 'writes wait',
  readsAndWrites: 'reads and writes wait',
};

export const lineMark = ({ differs, note, predicted, observed }: TraceLine): '=' | '≠' | '·' => (differs ? '≠' : note !== null && predicted !== observed ? '·' : '=');

export interface Tally {
  readonly migrations: number;
  readonly statements: number;
  readonly different: number;
  readonly refused: number;
  readonly leftOut: number;
  readonly unreached: number;
}

export function tally({ histories }: TraceReport): Tally {
  const migrations = histories.flatMap((history) => history.migrations);
  const statements = migrations.flatMap((migration) => migration.statements);
  const of = (status: string): number => statements.filter((statement) => statement.status === status).length;
  return {
    migrations: migrations.length,
    statements: statements.length,
    different: statements.filter(({ lines }) => lines.some((line) => line.differs)).length,
    refused: of('refused'),
    leftOut: of('leftOut'),
    unreached: of('notReached'),
  };
}
