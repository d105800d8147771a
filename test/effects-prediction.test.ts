import { beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { VERSIONS, includes, readFixtures, release } from './support/effects/fixture.ts';
import { judgeSection } from './support/effects/predicted.ts';

// What the dialect predicts is what the fixtures say, and what the fixtures say is what the servers do (effects-proof.test.ts).
beforeAll(() => postgres.load());

describe.each(readFixtures())('$family', ({ path, sections }) => {
  test.each(VERSIONS)('predicted as PostgreSQL %i does it', (version) => {
    const wrong = sections
      .filter(({ versions }) => includes(versions, release(version, 99)))
      .flatMap((section) => [...judgeSection(section, version, postgres)])
      .flatMap(([one, found]) => found.map((difference) => `${path}:${String(one.line)} ${one.statement}\n    ${difference}`));
    expect(wrong).toEqual([]);
  });
});
