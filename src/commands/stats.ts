import { STATS_FILE } from '../config/config.ts';
import { dirname, join } from 'node:path';
import { userError } from '../config/errors.ts';
import { readDatabaseUrl } from '../servers/database-url.ts';
import { connect } from '../servers/network.ts';
import { collectStats } from '../servers/stats.ts';
import type { OptionValues } from './arguments.ts';
import { databaseUrlOf, withoutSecret } from './pending.ts';
import { openProject } from './project.ts';
import type { STATS } from './specs.ts';
import { complain, print, save } from './terminal.ts';

/** Milliseconds; long enough to see the writes of a busy table. */
const WATCH = 5000;

/** Answers with 0; what cannot be done throws. */
export async function statsCommand(options: OptionValues<typeof STATS.options>): Promise<number> {
  const url = databaseUrlOf(options);
  if (url === undefined) throw userError('Which database? --database-url postgres://user@host:5432/database, or --use-env for DATABASE_URL.');
  const target = await readDatabaseUrl(url);
  const text = `${JSON.stringify(await ask(url, target), null, 2)}\n`;
  const file = options['output-file'];
  if (file === '-') {
    print(text);
    return 0;
  }
  // An old file may be broken, and is about to be replaced.
  const { config, root } = await openProject([], { configFile: options.config, stdinPath: undefined, statsFile: false });
  const path = file ?? join(config.file === null ? root : dirname(config.file), STATS_FILE);
  save(path, text);
  complain(`Wrote ${path}.`);
  return 0;
}

async function ask(url: string, target: Awaited<ReturnType<typeof readDatabaseUrl>>): Promise<object> {
  try {
    const session = await connect(url);
    try {
      return await collectStats(session, { now: new Date(), watch: WATCH });
    } finally {
      await session.close();
    }
  } catch (error) {
    const clean = withoutSecret(error, url);
    if (!(clean instanceof Error) || clean.name === 'UserError') throw clean;
    throw userError(`Cannot ask ${target.shown}: ${target.redact(clean.message || String((clean as { code?: unknown }).code))}.`);
  }
}
