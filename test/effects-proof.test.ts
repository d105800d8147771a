import { loadModule } from 'libpg-query';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences, expectedValues, observedValues } from './support/effects/compare.ts';
import { includes, readFixtures, release } from './support/effects/fixture.ts';
import type { EffectCase } from './support/effects/fixture.ts';
import type { Result, Site } from './support/effects/site.ts';
import { pgliteSite } from './support/effects/site.ts';

// What the fixtures say a statement locks, scans and rewrites is what PostgreSQL does: here in-process, with `npm run test:servers` on real servers.
const PGLITE = release(18, 6);
const families = readFixtures();
const results = new Map<EffectCase, Result>();
let site: Site;

beforeAll(async () => {
  await loadModule();
  site = await pgliteSite();
  for (const section of families.flatMap(({ sections }) => sections)) {
    if (includes(section.versions, PGLITE)) await site.run(section, (one, result) => results.set(one, result));
  }
});
afterAll(() => site.close());

test('the in-process server is the release that the expectations are compared for', () => {
  expect(site.release).toBe(PGLITE);
});

describe.each(families)('$family', ({ path, sections }) => {
  const cases = sections.filter(({ versions }) => includes(versions, PGLITE)).flatMap((section) => section.cases);
  test.each(cases.filter(({ versions }) => includes(versions, PGLITE)))('$title', (one) => {
    const result = results.get(one);
    if (result === undefined) throw new Error('The case has not run');
    expect(differences(expectedValues(one, PGLITE), observedValues(one, result)), `${path}:${String(one.line)}\n${one.statement}`).toEqual([]);
  });
});
