import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TABLE_PATH, effectsTable } from '../scripts/effects-table.ts';
import { readFixtures } from './support/effects/fixture.ts';

test('the published table of effects is the one of the measurements (npm run effects-table)', () => {
  expect(readFileSync(TABLE_PATH, 'utf8')).toBe(effectsTable(readFixtures()));
});

test('the rules link to places in the table that are there', () => {
  const table = readFileSync(TABLE_PATH, 'utf8');
  const links = readdirSync('rules').flatMap((name) => (name.endsWith('.md') ? [...readFileSync(`rules/${name}`, 'utf8').matchAll(/effects\/postgres\.md#([\w-]+)/g)].map(([, anchor]) => anchor ?? '') : []));
  expect(links.length).toBeGreaterThan(100);
  for (const anchor of new Set(links)) expect(table).toContain(`<a id="${anchor}"></a>`);
});
