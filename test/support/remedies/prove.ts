import type { Server } from '../../../src/servers/server.ts';
import type { Case } from './cases.ts';
import { edited } from './cases.ts';
import { planned } from './plans.ts';
import { clear, send, walk } from './run.ts';
import { dataOf, differences, schemaOf } from './snapshot.ts';
import type { Bystanders } from './watch.ts';

/** Runs the original and the plan on the same tables; answers with everything that is not as it should be. */
export async function prove(server: Server, one: Case, bystanders?: Bystanders): Promise<readonly string[]> {
  const plan = edited(planned(one.pattern, one.setup, one.sql, { version: server.version, ...(one.kind === undefined ? {} : { kind: one.kind }) }), one);
  await clear(server);
  await send(server, one.setup);
  await send(server, one.instead ?? one.sql);
  const expected = { schema: await schemaOf(server), data: one.random === true ? [] : await dataOf(server) };
  await clear(server);
  await send(server, one.setup);
  const { offences, residues } = await walk(server, plan, { ...(bystanders !== undefined && { bystanders }), ...(one.numbers !== undefined && { numbers: one.numbers }) });
  const found = { schema: await schemaOf(server), data: one.random === true ? [] : await dataOf(server) };
  const wrong = [...differences(expected.schema, found.schema), ...differences(expected.data, found.data)].filter((line) => one.unlike?.test(line.slice(2)) !== true);
  return [...wrong, ...offences, ...residues.filter((line) => one.lost?.test(line) !== true).map((residue) => `after the ways back: ${residue}`)];
}
