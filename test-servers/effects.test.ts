import { loadModule } from 'libpg-query';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences, expectedValues, observedValues } from '../test/support/effects/compare.ts';
import type { EffectCase } from '../test/support/effects/fixture.ts';
import { VERSIONS, includes, readFixtures } from '../test/support/effects/fixture.ts';
import type { Site } from '../test/support/effects/site.ts';
import { realSite } from '../test/support/effects/site.ts';

// What the fixtures say a statement locks, scans and rewrites is what each real PostgreSQL does.
const wanted = process.env['LOCKKEEPER_SERVERS'];
const versions = wanted === undefined || wanted === '' ? VERSIONS : wanted.split(',').map(Number);
const families = readFixtures();

describe.each(versions)('PostgreSQL %i', (version) => {
  let site: Site;
  beforeAll(async () => {
    await loadModule();
    site = await realSite(version);
  });
  afterAll(() => site.close());

  test.each(families)('$family', async ({ family, sections }) => {
    const wrong: string[] = [];
    let count = 0;
    const judge = (one: EffectCase, found: readonly string[]): void => {
      count++;
      wrong.push(...found.map((difference) => `${family}.sql:${String(one.line)} ${one.statement}: ${difference}`));
    };
    for (const section of sections.filter((one) => includes(one.versions, site.release))) {
      await site.run(section, (one, result) => {
        judge(one, differences(expectedValues(one, site.release), observedValues(one, result)));
      });
    }
    console.log(`PostgreSQL ${String(version)}, ${family}: ${String(count)} statements, ${String(wrong.length)} differences`);
    expect(wrong).toEqual([]);
  });
});
