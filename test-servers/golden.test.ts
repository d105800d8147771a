import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedServer } from '../src/servers/embedded.ts';
import { startServer } from '../src/servers/embedded.ts';
import type { Server } from '../src/servers/server.ts';
import { VERSIONS } from '../test/support/effects/fixture.ts';
import { GOLDEN, GOLDEN_FOLDERS, proveGolden } from '../test/support/remedies/golden.ts';

// Each golden example as its files are, file by file, on tables with rows.
const wanted = process.env['LOCKKEEPER_SERVERS'];
const versions = wanted === undefined || wanted === '' ? VERSIONS : wanted.split(',').map(Number);

describe.each(versions)('PostgreSQL %i', (version) => {
  let embedded: EmbeddedServer;
  let server: Server;
  beforeAll(async () => {
    embedded = await startServer(version);
    server = await embedded.connect();
  });
  afterAll(async () => {
    await server.close();
    await embedded.stop();
  });

  test.each(GOLDEN_FOLDERS.filter((folder) => (GOLDEN[folder]?.since ?? 0) <= version))('%s', async (folder) => {
    expect(await proveGolden(server, folder)).toEqual([]);
  });
});
