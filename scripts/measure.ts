/**
 * What a real server does for each statement of a file:
 *
 *     npx tsx scripts/measure.ts [--server 17] [--setup setup.sql] file.sql
 *
 * Each statement is measured in a transaction of its own, which is committed. Without --server: PGlite, in-process.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startServer } from '../src/servers/embedded.ts';
import { measure, type Observation } from '../src/servers/measure.ts';
import { openPglite } from '../src/servers/pglite.ts';
import { splitStatements } from '../src/servers/split.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { server: { type: 'string' }, setup: { type: 'string' } },
});

const embedded = values.server === undefined ? undefined : await startServer(Number(values.server));
const server = await (embedded === undefined ? openPglite() : embedded.connect());
try {
  if (values.setup !== undefined) await server.exec(readFileSync(values.setup, 'utf8'));
  for (const file of positionals) {
    for (const statement of await splitStatements(readFileSync(file, 'utf8'))) {
      console.log(`${statement.trim()};`);
      console.log(format(await measure(server, statement, { end: 'commit' })));
    }
  }
} finally {
  await server.close();
  await embedded?.stop();
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
