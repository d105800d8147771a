/**
 * What a real server does for each statement of a file:
 *
 *     npx tsx scripts/measure.ts [--server 17] [--setup setup.sql] file.sql…
 *
 * Each statement is measured in a transaction of its own, which is committed; what refuses to run in one is observed from
 * other sessions. Without --server: PGlite, in-process, which has one session only.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startServer } from '../src/servers/embedded.ts';
import type { Observation } from '../src/servers/measure.ts';
import { measure, measureAlone } from '../src/servers/measure.ts';
import { observe } from '../src/servers/observe.ts';
import { openPglite } from '../src/servers/pglite.ts';
import { createScratch } from '../src/servers/scratch.ts';
import { splitStatements } from '../src/servers/split.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { server: { type: 'string' }, setup: { type: 'string' } },
});

const embedded = values.server === undefined ? undefined : await startServer(Number(values.server));
const scratch = embedded === undefined ? undefined : await createScratch(embedded);
const open = scratch === undefined ? openPglite : scratch.connect;
let server = await open();
try {
  if (values.setup !== undefined) await server.exec(readFileSync(values.setup, 'utf8'));
  for (const file of positionals) {
    for (const statement of await splitStatements(readFileSync(file, 'utf8'))) {
      console.log(`${statement};`);
      console.log(format(await measured(statement)));
    }
  }
} finally {
  await server.close();
  await embedded?.stop();
}

async function measured(statement: string): Promise<Observation> {
  const inside = await measure(server, statement, { end: 'commit' });
  if (inside.error?.code !== '25001') return inside;
  if (scratch === undefined) return measureAlone(server, statement);
  await server.close();
  const observed = await observe(scratch, statement);
  server = await open();
  return { ...observed, ...(await measureAlone(server, statement).then(({ error }) => (error === undefined ? {} : { error }))) };
}

function format({ locks, indexLocks, scans, rewrites, indexRewrites, error }: Observation): string {
  const lines = error !== undefined
    ? [`error: ${error.code} ${error.message}`]
    : [
        ...[...locks, ...indexLocks].map(({ relation, mode, kind }) => `lock: ${relation} ${mode}${kind === 'table' ? '' : ` (${kind})`}`),
        ...scans.map((relation) => `scan: ${relation}`),
        ...[...rewrites, ...indexRewrites].map((relation) => `rewrite: ${relation}`),
      ];
  return lines.map((line) => `    ${line}\n`).join('');
}
