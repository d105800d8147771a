import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPglite } from '../src/servers/pglite.ts';
import type { Server } from '../src/servers/server.ts';
import { CASES } from './support/remedies/cases.ts';
import { prove } from './support/remedies/prove.ts';

// Original and plan on the same tables with rows: the same schema, the same data, no long lock, and a way back for each step.
describe('PostgreSQL remedies on a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await openPglite();
  });
  afterAll(() => server.close());

  test.each(CASES)('$pattern: $name', async (one) => {
    expect(await prove(server, one)).toEqual([]);
  });
});
