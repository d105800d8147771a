import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPglite } from '../src/servers/pglite.ts';
import type { Server } from '../src/servers/server.ts';
import { GOLDEN, GOLDEN_FOLDERS, proveGolden } from './support/remedies/golden.ts';

// What the documentation shows runs as it is: every example, file by file, forward, back, and compared with the original.
describe('golden examples on a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await openPglite();
  });
  afterAll(() => server.close());

  test.each(GOLDEN_FOLDERS)('%s', async (folder) => {
    expect(await proveGolden(server, folder, 25)).toEqual([]);
  });
});

test('what is said of the examples is about examples that there are, and has a reason', () => {
  expect(Object.keys(GOLDEN).filter((folder) => !GOLDEN_FOLDERS.includes(folder))).toEqual([]);
  expect(Object.values(GOLDEN).filter(({ because, locks, lost, unlike }) => ((locks ?? lost ?? unlike) === undefined) !== (because === undefined))).toEqual([]);
});
