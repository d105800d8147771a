import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { discover } from '../src/discovery/discover.ts';
import { diskTree } from '../src/discovery/disk.ts';
import { readScript } from '../src/read.ts';
import type { EmbeddedServer } from '../src/servers/embedded.ts';
import { startServer } from '../src/servers/embedded.ts';
import { compare } from '../src/servers/exactness.ts';
import { replayHistory } from '../src/servers/history.ts';
import { createScratch } from '../src/servers/scratch.ts';
import { VERSIONS } from '../test/support/effects/fixture.ts';

// A whole history, statement by statement: what was predicted of each is what the server does.
const wanted = process.env['LOCKKEEPER_SERVERS'];
const versions = wanted === undefined || wanted === '' ? VERSIONS : wanted.split(',').map(Number);
const PROJECT = 'fixtures/projects/webshop';

describe.each(versions)('PostgreSQL %i', (version) => {
  let server: EmbeddedServer;
  beforeAll(async () => {
    await postgres.load();
    server = await startServer(version);
  });
  afterAll(() => server.stop());

  test('the webshop is predicted exactly', async () => {
    const tree = diskTree(PROJECT);
    const [history] = discover(PROJECT, tree).histories;
    const scripts = (history?.migrations ?? []).map(({ up }) => readScript(up, { dialect: postgres, version }, tree));
    const scratch = await createScratch(server);
    const wrong: string[] = [];
    let count = 0;
    for await (const one of replayHistory({ scripts, dialect: postgres, scratch })) {
      count++;
      if (one.observed.error !== undefined) wrong.push(`${one.text}: refused, ${one.observed.error.message}`);
      for (const { aspect, exact, predicted, observed } of compare(one)) {
        if (!exact) wrong.push(`${one.text}: ${aspect} predicted ${predicted.join(', ')}, observed ${observed.join(', ')}`);
      }
    }
    await scratch.drop();
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(50);
  });

  test('a server that is stopped is gone, and its data with it', async () => {
    const other = await startServer(version);
    const session = await other.connect();
    const [row] = await session.query("SELECT current_setting('data_directory') AS folder");
    await session.close();
    await other.stop();
    await other.stop();
    await expect(other.connect()).rejects.toThrow();
    expect(diskTree('/').list(String(row?.['folder']))).toEqual([]);
  });
});
