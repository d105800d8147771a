import type { Dialect } from '../dialect.ts';
import { combine } from './effects/combine.ts';
import { effects } from './effects/effects.ts';
import { refusesTransaction } from './effects/transactions.ts';
import { blocks, stronger } from './locks.ts';
import { laterForms } from './later/later-forms.ts';
import { load, parse } from './parse/parse.ts';
import { cut, isSure } from './parse/parts.ts';
import { postgresSemantics } from './semantics.ts';
import { unfold } from './unfold/unfold.ts';
import { can, DEFAULT_VERSION, VERSIONS } from './versions.ts';
import { isVolatile } from './volatility.ts';

/** PostgreSQL 11 to 18. */
export const postgres: Dialect = {
  name: 'postgres',
  defaultVersion: DEFAULT_VERSION,
  versions: VERSIONS,
  load,
  parse,
  parts: { cut, isSure },
  catalog: postgresSemantics,
  unfold,
  effects,
  combine,
  can,
  blocks,
  stronger,
  isVolatile,
  laterForms,
  refusesTransaction,
  patterns: async () => (await import('./remedies/index.ts')).patterns,
  changes: async () => (await import('./remedies/changes.ts')).changes,
};
