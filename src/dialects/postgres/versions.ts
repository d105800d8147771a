import type { Ability } from '../dialect.ts';

export const VERSIONS: readonly number[] = [11, 12, 13, 14, 15, 16, 17, 18];
export const DEFAULT_VERSION = 17;

/** First major version with the ability; 0 for all that are supported. */
const SINCE: { readonly [A in Ability]: number } = {
  buildIndexConcurrently: 0,
  dropIndexConcurrently: 0,
  reindexConcurrently: 12,
  detachPartitionConcurrently: 14,
  refreshConcurrently: 0,
  notValidConstraints: 0,
  notValidForeignKeyOnPartitioned: 18,
  notValidNotNull: 18,
  checkProvesNotNull: 12,
  adoptIndexAsConstraint: 0,
  instantDefault: 0,
  virtualColumns: 18,
  addEnumValueInTransaction: 12,
  transactionalDdl: 0,
  lockTimeout: 0,
  identityColumns: 0,
};

export const can = (ability: Ability, version: number): boolean => version >= SINCE[ability];
