import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TABLE_PATH, effectsTable } from '../scripts/effects-table.ts';
import { readFixtures } from './support/effects/fixture.ts';

test('the published table of effects is the one of the measurements (npm run effects-table)', () => {
  expect(readFileSync(TABLE_PATH, 'utf8')).toBe(effectsTable(readFixtures()));
});
