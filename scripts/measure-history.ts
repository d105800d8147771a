/**
 * Replays a folder of migrations on a real server and says how many of its statements were predicted exactly:
 *
 *     npx tsx scripts/measure-history.ts [--server 17] [--framework goose] [--replace '<pattern>=<text>']… [--setup file.sql] folder
 *
 * `--replace` fills in placeholders (a regular expression) before anything is read; `--setup` runs first, as what the project expects to find.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { postgres } from '../src/dialects/postgres/index.ts';
import { discover } from '../src/discovery/discover.ts';
import { diskTree } from '../src/discovery/disk.ts';
import { readScript } from '../src/read.ts';
import { startServer } from '../src/servers/embedded.ts';
import type { Aspect } from '../src/servers/exactness.ts';
import { ASPECTS, compare } from '../src/servers/exactness.ts';
import { replayHistory } from '../src/servers/history.ts';
import { createScratch } from '../src/servers/scratch.ts';
import { lineIndex } from '../src/source/text.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: 'string', default: '17' },
    framework: { type: 'string' },
    replace: { type: 'string', multiple: true, default: [] },
    setup: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

await postgres.load();
const root = resolve(positionals[0] ?? '.');
const tree = diskTree(root);
const replacements = values.replace.map((pair) => {
  const [, pattern = '', text = ''] = /^(.*)=([^=]*)$/s.exec(pair) ?? [];
  return { pattern: new RegExp(pattern, 'g'), text };
});
const read = (path: string): string | undefined => {
  const text = tree.read(path);
  return text === undefined ? undefined : replacements.reduce((current, { pattern, text: by }) => current.replace(pattern, by), text);
};
const { histories } = discover(root, { ...tree, read }, values.framework === undefined ? {} : { framework: values.framework });
const server = await startServer(Number(values.server));
try {
  for (const history of histories) {
    console.log(`${history.folder} (${history.framework}): ${String(history.migrations.length)} migrations, PostgreSQL ${values.server}`);
    await measureHistory(history.migrations.map(({ up }) => readScript(up, { dialect: postgres, version: Number(values.server) }, { read })));
  }
} finally {
  await server.stop();
}

async function measureHistory(scripts: Parameters<typeof replayHistory>[0]['scripts']): Promise<void> {
  const scratch = await createScratch(server);
  const exact = new Map<Aspect, Count>(ASPECTS.map((aspect) => [aspect, { right: 0, foretold: 0, all: 0 }]));
  let accepted = 0;
  let refused = 0;
  try {
    if (values.setup !== undefined) await withSession(scratch.connect, (session) => session.exec(readFileSync(values.setup ?? '', 'utf8')));
    for await (const one of replayHistory({ scripts, dialect: postgres, scratch })) {
      const line = lineIndex(one.script.text).position(one.statement.span.start).line;
      const place = `${one.script.path}:${String(line)}`;
      if (one.observed.error !== undefined) {
        refused++;
        const { code, message } = one.observed.error;
        const foretold = one.predicted.failures.find((failure) => failure.code === code);
        console.log(`${place}\n  refused${foretold === undefined ? ' (not foretold)' : ` (foretold: ${foretold.when})`}: ${code} ${message}\n  ${shorten(one.text)}`);
        continue;
      }
      accepted++;
      for (const { code, when } of one.predicted.failures) {
        if (when === 'always') console.log(`${place}\n  accepted, but predicted to fail: ${code}\n  ${shorten(one.text)}`);
      }
      for (const { aspect, predicted, observed, exact: right, foretold } of compare(one)) {
        const count = exact.get(aspect);
        if (count === undefined) continue;
        count.all++;
        if (right) count.right++;
        if (foretold) count.foretold++;
        if (!right) console.log(`${place}\n  ${aspect}${foretold ? ' (one of the ways foretold: rows or a branch decide)' : one.predicted.certain ? '' : ' (said to be uncertain)'}: predicted ${show(predicted)}; observed ${show(observed)}\n  ${shorten(one.text)}`);
      }
    }
  } finally {
    await scratch.drop();
  }
  const percent = (part: number, all: number): string => `${all === 0 ? '100' : ((100 * part) / all).toFixed(2)} %`;
  const share = ({ right, foretold, all }: Count): string =>
    `${String(right)} of ${String(all)} (${percent(right, all)}${foretold === 0 ? '' : `; with the ${String(foretold)} where rows or a branch decide, and that was said, ${percent(right + foretold, all)}`})`;
  console.log(`\n${String(accepted)} statements accepted, ${String(refused)} refused; exact: ${[...exact].map(([aspect, count]) => `${aspect} ${share(count)}`).join(', ')}\n`);
}

interface Count {
  right: number;
  /** Not exact, but one of the ways that were foretold. */
  foretold: number;
  all: number;
}

async function withSession<Session extends { close(): Promise<void> }>(open: () => Promise<Session>, work: (session: Session) => Promise<void>): Promise<void> {
  const session = await open();
  try {
    await work(session);
  } finally {
    await session.close();
  }
}

function show(list: readonly string[]): string {
  return list.length === 0 ? 'none' : list.join(', ');
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return values.verbose || line.length <= 160 ? line : `${line.slice(0, 160)}…`;
}
