import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { reason, userError } from './errors.ts';
import { isRecord } from './shape.ts';

export const BASELINE_FILE = 'lockkeeper.baseline.json';

const VERSION = 1;

interface Entry {
  readonly path: string;
  readonly rule: string;
  readonly fingerprint: string;
  readonly count: number;
}

/** One finding a line, so that two branches that change it can be merged. */
export function baselineText(findings: readonly Entry[]): string {
  const lines = findings.map(({ path, rule, fingerprint, count }) => JSON.stringify({ path, rule, fingerprint, ...(count > 1 && { count }) }));
  return `{ "schemaVersion": ${String(VERSION)}, "findings": [\n${lines.join(',\n')}\n] }\n`;
}

export function readBaseline(file: string): { readonly findings: readonly Entry[] } {
  const named = relative(process.cwd(), file) || file;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw userError(missing ? `There is no baseline ${named}. To write one: lockkeeper baseline --file ${named}` : `Cannot read ${named}: ${reason(error)}.`);
  }
  if (!isRecord(value) || !Array.isArray(value['findings'])) throw userError(`${named} is not a baseline. Make a new one: lockkeeper baseline`);
  if (value['schemaVersion'] !== VERSION) throw userError(`${named} was written by another version of Lockkeeper. Make a new one: lockkeeper baseline`);
  return {
    findings: value['findings'].map((entry: unknown): Entry => {
      const { path, rule, fingerprint, count = 1 } = isRecord(entry) ? entry : {};
      if (typeof path === 'string' && typeof rule === 'string' && typeof fingerprint === 'string' && Number.isSafeInteger(count)) return { path, rule, fingerprint, count: count as number };
      throw userError(`${named} is damaged: an entry is no finding. Make a new one: lockkeeper baseline`);
    }),
  };
}
