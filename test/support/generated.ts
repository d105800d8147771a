import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';

/**
 * Holds a generated file to its generator: writes it where it is missing or stale and fails on CI, so that a stale
 * file is never committed unnoticed.
 */
export function expectGenerated(path: string, content: string): void {
  const current = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (current === content) return;
  if (process.env.CI === undefined) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return;
  }
  expect(current, `${path} is stale: run the tests locally and commit it`).toBe(content);
}
