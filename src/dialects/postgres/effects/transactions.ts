import type { Failure } from '../../../effects/vocabulary.ts';
import type { Operation, OperationKind, OperationOf } from '../../../ir/operation.ts';
import { failure } from './failures.ts';

type Refusals = { readonly [K in OperationKind]?: (operation: OperationOf<K>, version: number) => string | undefined };

/** Statements that the server refuses inside a transaction block, with its own name for them. */
const REFUSED: Refusals = {
  createIndex: (op) => (op.concurrently ? 'CREATE INDEX CONCURRENTLY' : undefined),
  dropIndex: (op) => (op.concurrently ? 'DROP INDEX CONCURRENTLY' : undefined),
  reindex: (op) => {
    if (op.target === 'schema' || op.target === 'database' || op.target === 'system') return `REINDEX ${op.target.toUpperCase()}`;
    return op.concurrently ? 'REINDEX CONCURRENTLY' : undefined;
  },
  detachPartition: (op) => (op.concurrently ? 'ALTER TABLE ... DETACH CONCURRENTLY' : undefined),
  addEnumValue: (_op, version) => (version < 12 ? 'ALTER TYPE ... ADD' : undefined),
  maintenance: (op) => {
    if (op.action === 'vacuum' || op.action === 'vacuumFull') return 'VACUUM';
    if (op.action === 'alterSystem') return 'ALTER SYSTEM';
    if (op.action === 'repack') return op.concurrently === true ? 'REPACK (CONCURRENTLY)' : undefined;
    return op.action === 'cluster' && op.table === undefined ? 'CLUSTER' : undefined;
  },
  createObject: (op) => (op.objectType === 'database' ? 'CREATE DATABASE' : op.objectType === 'tablespace' ? 'CREATE TABLESPACE' : op.objectType === 'subscription' ? 'CREATE SUBSCRIPTION' : undefined),
  dropObject: (op) => (op.objectType === 'database' ? 'DROP DATABASE' : op.objectType === 'tablespace' ? 'DROP TABLESPACE' : op.objectType === 'subscription' ? 'DROP SUBSCRIPTION' : undefined),
  alterObject: (op) => (op.objectType === 'database' && op.change.includes('tablespace') ? 'ALTER DATABASE SET TABLESPACE' : undefined),
  sessionCommand: (op) => (op.command === 'discard all' ? 'DISCARD ALL' : undefined),
};

const refusal = (operation: Operation, version: number): string | undefined =>
  (REFUSED[operation.kind] as ((operation: Operation, version: number) => string | undefined) | undefined)?.(operation, version);

/** True for statements that the server refuses inside a transaction block. */
export const refusesTransaction = (operation: Operation, version: number): boolean => refusal(operation, version) !== undefined;

/** What the server says to such a statement in a transaction block, or in a block of procedural code, which is always in one. */
export function transactionFailures(operation: Operation, version: number, inTransaction: boolean): readonly Failure[] {
  const where = isInBlock(operation) ? 'cannot be executed from a function' : inTransaction ? 'cannot run inside a transaction block' : undefined;
  if (where === undefined) return [];
  if (operation.kind === 'transaction') return isInBlock(operation) && inTransaction && ENDING.has(operation.action) ? [failure('commit-in-block-in-transaction', 'invalid transaction termination')] : [];
  const name = refusal(operation, version);
  if (name === undefined) return [];
  const cause = operation.kind === 'addEnumValue' ? 'add-enum-value-in-transaction' : name.includes('CONCURRENTLY') ? 'concurrently-in-transaction' : 'statement-in-transaction';
  return [failure(cause, `${name} ${where}`)];
}

const ENDING: ReadonlySet<string> = new Set(['commit', 'rollback']);

/** In procedural code on the server, which is always in a transaction. */
const isInBlock = ({ within }: Operation): boolean => within !== undefined && within.kind !== 'program';
