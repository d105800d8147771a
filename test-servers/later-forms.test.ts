import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSIONS } from '../test/support/effects/fixture.ts';
import { laterCases, laterSetup } from '../test/support/later-forms.ts';
import type { EmbeddedServer } from '../src/servers/embedded.ts';
import { startServer } from '../src/servers/embedded.ts';
import type { Server } from '../src/servers/server.ts';
import { serverError } from '../src/servers/server.ts';

// Each form is refused by the servers before the version that it stands under, and taken by that one and those after.
const wanted = process.env['LOCKKEEPER_SERVERS'];
const versions = wanted === undefined || wanted === '' ? VERSIONS.filter((version) => version >= 13) : wanted.split(',').map(Number);
const NOT_IN_A_TRANSACTION = '25001';

describe.each(versions)('PostgreSQL %i', (version) => {
  let server: EmbeddedServer;
  let session: Server;
  beforeAll(async () => {
    server = await startServer(version);
    session = await server.connect();
    for (const sql of laterSetup) await session.exec(sql);
  });
  afterAll(async () => {
    await session.close();
    await server.stop();
  });

  test.each(laterCases)('$since: $sql', async ({ since, sql }) => {
    const inside = await attempt(session, sql, true);
    const code = inside === NOT_IN_A_TRANSACTION ? await attempt(session, sql, false) : inside;
    if (version < since) expect(code).toBeDefined();
    else expect(code).toBeUndefined();
  });
});

/** SQLSTATE of the refusal. */
async function attempt(session: Server, sql: string, inside: boolean): Promise<string | undefined> {
  if (inside) await session.exec('BEGIN');
  try {
    await session.exec(sql);
    return undefined;
  } catch (error) {
    const answered = serverError(error);
    if (answered === undefined) throw error;
    return answered.code;
  } finally {
    if (inside) await session.exec('ROLLBACK');
  }
}
