import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { postgres } from '../../src/dialects/postgres/index.ts';

/** Operations of statements without their places. */
export const operationsOf = (statements: readonly string[]): unknown => statements.map((sql) => withoutPlaces(postgres.parse(sql).statements.map(({ operations }) => operations)));

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, own]) => (/^(?:span|.*Span)$/.test(key) ? [] : [[key, withoutPlaces(own)]])));
}

/** What stands in a file of recorded answers; written where it is missing or has changed, except in CI. */
export function recorded(path: string, now: unknown): unknown {
  const text = `${JSON.stringify(now, null, 2)}\n`;
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (before !== text && process.env['CI'] === undefined) writeFileSync(path, text);
  return process.env['CI'] === undefined ? JSON.parse(text) : (JSON.parse(before) as unknown);
}
