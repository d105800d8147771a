import type { QualifiedName } from '../ir/names.ts';
import type { Effects } from './vocabulary.ts';

/** What is known of a relation's weight in production. */
export interface Weight {
  readonly rows?: number | undefined;
  /** On disk, indexes aside. */
  readonly bytes?: number | undefined;
  readonly indexBytes?: number | undefined;
}

/** What one server does in a second; the order of magnitude of an ordinary disk. Said wherever it is used. */
const BYTES_PER_SECOND = 100e6;
const ROWS_PER_SECOND = 20_000;

/** For how long the statement works, with the assumption, as in `about 40 s for 4.0 GB at 100 MB/s`; undefined where a size is not known. */
export function roughDuration(effects: Effects, weightOf: (relation: QualifiedName) => Weight | undefined): string | undefined {
  const { work, workOn, scans, rewrites } = effects;
  const worked = work === 'rewrite' && rewrites.length > 0 ? rewrites : scans.length > 0 ? scans : workOn === undefined ? [] : [workOn];
  const weights = worked.map(weightOf);
  if (weights.length === 0) return undefined;
  if (work === 'allRows') {
    const rows = sum(weights, (weight) => weight.rows);
    return rows === undefined ? undefined : `${seconds(rows / ROWS_PER_SECOND)} for ${rows.toLocaleString('en')} rows at ${ROWS_PER_SECOND.toLocaleString('en')} rows/s`;
  }
  const passes = PASSES[work];
  const bytes = passes === undefined ? undefined : sum(weights, (weight) => (weight.bytes === undefined ? undefined : passes * weight.bytes + (work === 'rewrite' ? (weight.indexBytes ?? 0) : 0)));
  return bytes === undefined ? undefined : `${seconds(bytes / BYTES_PER_SECOND)} for ${size(bytes)} at ${String(BYTES_PER_SECOND / 1e6)} MB/s`;
}

/** How often the table goes through the disk: read, or read and written. */
const PASSES: { readonly [K in Effects['work']]?: number } = { scan: 1, indexBuild: 2, rewrite: 2 };

function sum(weights: readonly (Weight | undefined)[], of: (weight: Weight) => number | undefined): number | undefined {
  let total = 0;
  for (const weight of weights) {
    const value = weight === undefined ? undefined : of(weight);
    if (value === undefined) return undefined;
    total += value;
  }
  return total;
}

function seconds(value: number): string {
  if (value < 1) return 'under a second';
  if (value < 90) return `about ${String(Math.round(value))} s`;
  return value < 5400 ? `about ${String(Math.round(value / 60))} min` : `about ${(value / 3600).toFixed(1)} h`;
}

const size = (bytes: number): string => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${String(Math.max(1, Math.round(bytes / 1e6)))} MB`);
