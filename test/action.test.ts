import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Files } from './support/folders.ts';
import { scratchFolder } from './support/folders.ts';
import { expectGenerated } from './support/generated.ts';
import type { Scratch } from './support/repository.ts';
import { gitEnvironment, scratch } from './support/repository.ts';

const home = scratchFolder();
let servers: Server[] = [];
beforeAll(() => {
  const built = spawnSync(process.execPath, ['scripts/build.mjs', '--action', '--out', join(home, 'dist')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
}, 120_000);
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name text);\n';
const INDEX = 'CREATE INDEX users_email_idx ON users (email);\n';
const TOKEN = 'ghs_secret0123456789';

/** A branch that adds these files to a project. */
function branch(files: Files, before: Files = {}): Scratch & { readonly base: string; readonly head: string } {
  const one = scratch({ 'db/migrations/0001_users.sql': USERS, ...before });
  const base = one.git('rev-parse', 'HEAD').trim();
  one.git('checkout', '-qb', 'feature');
  one.commit(files);
  return { ...one, base, head: one.git('rev-parse', 'HEAD').trim() };
}

type Payload = Record<string, unknown>;

/** An event as GitHub has really sent it, about our commits. */
function payload(event: string, action: string | undefined, { base, head }: { readonly base: string; readonly head: string }): Payload {
  const events = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: Payload[] }[] | { default: { name: string; examples: Payload[] }[] };
  const examples = (Array.isArray(events) ? events : events.default).find(({ name }) => name === event)?.examples ?? [];
  const example = structuredClone(examples.find((one) => action === undefined || one['action'] === action) ?? {});
  const pull = example['pull_request'] as { base: { sha: string }; head: { sha: string } } | undefined;
  if (pull !== undefined) [pull.base.sha, pull.head.sha] = [base, head];
  if (event === 'push') Object.assign(example, { before: base, after: head });
  return example;
}

interface Ran {
  readonly code: number | null;
  readonly log: string;
  readonly summary: string;
  readonly outputs: string;
}

interface Setup {
  readonly event?: string;
  readonly payload: Payload;
  readonly api?: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** Starts the action like the runner does: inputs with their defaults in the environment, results in files. */
async function act({ folder }: Scratch, { event = 'pull_request', payload: body, api = 'http://127.0.0.1:9', inputs = {} }: Setup): Promise<Ran> {
  const manifest = parse(readFileSync('action.yml', 'utf8')) as { inputs: Record<string, { default: string }>; runs: { main: string } };
  const files = Object.fromEntries(['GITHUB_EVENT_PATH', 'GITHUB_STEP_SUMMARY', 'GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE'].map((name) => [name, join(home, `${name}-${String(Math.random()).slice(2)}`)]));
  for (const path of Object.values(files)) writeFileSync(path, '');
  writeFileSync(files['GITHUB_EVENT_PATH'] ?? '', JSON.stringify(body));
  const given = { ...Object.fromEntries(Object.entries(manifest.inputs).map(([name, spec]) => [name, spec.default])), token: TOKEN, ...inputs };
  const env = {
    ...gitEnvironment(),
    ...files,
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: folder,
    GITHUB_EVENT_NAME: event,
    GITHUB_REPOSITORY: 'Codertocat/Hello-World',
    GITHUB_API_URL: api,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_ACTION_REPOSITORY: 'someone/lockkeeper',
    GITHUB_ACTION_REF: 'v1',
    GITHUB_RUN_ID: '7',
  };
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(home, manifest.runs.main)], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
    child.on('exit', (code) => {
      const read = (name: string): string => readFileSync(files[name] ?? '', 'utf8');
      done({ code, log, summary: read('GITHUB_STEP_SUMMARY'), outputs: read('GITHUB_OUTPUT') });
    });
  });
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: { readonly body?: string; readonly comments?: readonly Record<string, unknown>[] } | undefined;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The part of GitHub's REST API that the action uses: comments in pages, reviews. `first`: answers that come before the real ones. */
async function github(comments: { id: number; body: string }[] = [], first: (call: Call) => Answer | undefined = () => undefined): Promise<{ readonly url: string; readonly calls: Call[]; readonly comments: { id: number; body: string }[]; readonly reviews: { path: string; body: string }[] }> {
  const calls: Call[] = [];
  const reviews: { path: string; body: string }[] = [];
  let url = '';
  const answer = (call: Call): Answer => {
    const prepared = first(call);
    if (prepared !== undefined) return prepared;
    const address = new URL(call.path, url);
    const kind = address.pathname.replace('/repos/Codertocat/Hello-World', '').replace(/\/\d+/, '/N');
    if (call.method === 'GET' && kind === '/issues/N/comments') {
      const [size, page] = [Number(address.searchParams.get('per_page')), Number(address.searchParams.get('page') ?? '1')];
      const more = comments.length > page * size;
      address.searchParams.set('page', String(page + 1));
      return { status: 200, body: comments.slice((page - 1) * size, page * size), headers: more ? { link: `<${address.href}>; rel="next"` } : {} };
    }
    if (call.method === 'POST' && kind === '/issues/N/comments') {
      comments.push({ id: 1000 + comments.length, body: call.body?.body ?? '' });
      return { status: 201, body: comments.at(-1) };
    }
    if (call.method === 'PATCH' && kind.startsWith('/issues/comments/')) {
      const own = comments.find(({ id }) => address.pathname.endsWith(`/${String(id)}`));
      if (own !== undefined) own.body = call.body?.body ?? '';
      return own === undefined ? { status: 404, body: { message: 'Not Found' } } : { status: 200, body: own };
    }
    if (call.method === 'GET' && kind === '/pulls/N/comments') return { status: 200, body: reviews };
    if (call.method === 'POST' && kind === '/pulls/N/reviews') {
      for (const comment of call.body?.comments ?? []) reviews.push({ path: String(comment['path']), body: String(comment['body']) });
      return { status: 200, body: { id: 1 } };
    }
    return { status: 404, body: { message: `no ${call.method} ${kind}` } };
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const call: Call = { method: request.method ?? '', path: request.url ?? '', body: text === '' ? undefined : (JSON.parse(text) as Call['body']) };
      calls.push(call);
      const { status, body, headers } = answer(call);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body ?? {}));
    });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { url, calls, comments, reviews };
}

const MARK = '<!-- lockkeeper -->';

describe('a pull request', () => {
  test('gets annotations, a summary, outputs, a comment and a suggestion', async () => {
    const one = branch({ 'db/migrations/0003_by email.sql': INDEX, 'db/migrations/0004_drop.sql': 'ALTER TABLE users\n  DROP COLUMN name;\n' }, { 'db/migrations/0002_v.sql': 'CREATE INDEX old_idx ON users (name);\n' });
    const api = await github();
    const { code, log, summary, outputs } = await act(one, { payload: payload('pull_request', 'opened', one), api: api.url, inputs: { 'sarif-file': 'out/lockkeeper.sarif' } });
    expect(code).toBe(1);
    expectGenerated('fixtures/action/annotations.txt', `${log.split('\n').filter((line) => line.startsWith('::')).join('\n').replaceAll(TOKEN, '<token>')}\n`);
    expectGenerated('fixtures/action/summary.md', summary);
    expect(outputs).toMatch(/findings<<(\S+)\n2\n\1\nrisk<<(\S+)\nhigh\n\2\nsarif<<(\S+)\nout\/lockkeeper\.sarif\n\3\n/);
    expect(JSON.parse(readFileSync(join(one.folder, 'out/lockkeeper.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(api.comments).toHaveLength(1);
    expect(api.comments[0]?.body).toBe(`${MARK}\n${summary.trimEnd()}\n`);
    expect(api.reviews).toMatchObject([{ path: 'db/migrations/0003_by email.sql', body: expect.stringContaining('```suggestion\nCREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n```') as string }]);
    expect(log.replace(`::add-mask::${TOKEN}`, '')).not.toContain(TOKEN);
  });

  test('has one comment, which is edited, left alone, and resolved', async () => {
    const one = branch({ 'db/migrations/0002_index.sql': INDEX });
    const others = Array.from({ length: 150 }, (_, index) => ({ id: index + 1, body: `talk ${String(index)}` }));
    const api = await github([...others, { id: 500, body: `${MARK}\nold` }, { id: 501, body: 'more' }]);
    const run = (): Promise<Ran> => act(one, { payload: payload('pull_request', 'synchronize', one), api: api.url });
    await run();
    const own = (): string => api.comments.find(({ id }) => id === 500)?.body ?? '';
    expect(own()).toContain('no-blocking-index-build');
    expect(api.comments).toHaveLength(152);
    expect(api.reviews).toHaveLength(1);
    const writes = (): number => api.calls.filter(({ method }) => method !== 'GET').length;
    const before = writes();
    await run();
    expect(writes()).toBe(before);
    one.commit({ 'db/migrations/0002_index.sql': INDEX.replace('INDEX', 'INDEX CONCURRENTLY') });
    expect((await run()).code).toBe(0);
    expect(own()).toMatch(/nothing dangerous[\s\S]*What was reported here before is resolved\./);
    expect(api.comments).toHaveLength(152);
  });

  test('is quiet when it is clean', async () => {
    const one = branch({ 'db/migrations/0002_index.sql': INDEX.replace('INDEX', 'INDEX CONCURRENTLY') });
    const api = await github();
    const { code, summary } = await act(one, { payload: payload('pull_request', 'opened', one), api: api.url });
    expect(code).toBe(0);
    expect(api.comments).toEqual([]);
    expect(summary).toMatch(/^## Lockkeeper: nothing dangerous in 1 migration, risk /);
  });

  test('from a fork has annotations and a summary', async () => {
    const one = branch({ 'db/migrations/0002_index.sql': INDEX });
    const api = await github([], ({ method }) => (method === 'GET' ? undefined : { status: 403, body: { message: 'Resource not accessible by integration' } }));
    const { code, log, summary } = await act(one, { payload: payload('pull_request', 'opened', one), api: api.url });
    expect(code).toBe(1);
    expect(log).toMatch(/::error .*file=db\/migrations\/0002_index\.sql/);
    expect(log).toContain('the token may not write to pull requests (GitHub answered 403)');
    expect(summary).toContain('no-blocking-index-build');
  });

  test('waits for a GitHub that is busy or broken', async () => {
    const one = branch({ 'db/migrations/0002_index.sql': INDEX });
    const trouble: Answer[] = [
      { status: 502, body: { message: 'Bad Gateway' } },
      { status: 403, body: { message: 'You have exceeded a secondary rate limit' }, headers: { 'retry-after': '0' } },
      { status: 429, body: { message: 'Too many requests' }, headers: { 'retry-after': '0' } },
    ];
    const api = await github([], () => trouble.shift());
    const { log } = await act(one, { payload: payload('pull_request', 'opened', one), api: api.url });
    expect(api.comments).toHaveLength(1);
    expect(log).toContain('GitHub answered 502: trying again');

    const broken = await github([], () => ({ status: 500, body: { message: 'down' } }));
    const second = await act(one, { payload: payload('pull_request', 'opened', one), api: broken.url, inputs: { suggestions: 'false' } });
    expect(second.log).toMatch(/::warning::GitHub did not take the comment/);
    expect(broken.calls).toHaveLength(4);
    expect(second.code).toBe(1);
  });

  test('with more findings than GitHub shows has the worst of them as annotations', async () => {
    const files = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`db/migrations/${String(index + 2).padStart(4, '0')}_i.sql`, `CREATE INDEX i${String(index)} ON users (email);\n`]));
    const one = branch(files);
    const { log, summary } = await act(one, { payload: payload('pull_request', 'opened', one), inputs: { token: '', annotations: 'problems' } });
    expect(log.split('\n').filter((line) => line.startsWith('::error '))).toHaveLength(10);
    expect(log).toContain('4 more findings of severity error are in the summary');
    expect(summary.match(/^### 🛑/gm)).toHaveLength(14);
  });
});

describe('other runs', () => {
  test('a push reports what it brings; a schedule everything; inputs say otherwise', async () => {
    const one = branch({ 'db/migrations/0003_index.sql': INDEX }, { 'db/migrations/0002_v.sql': 'CREATE INDEX old_idx ON users (name);\n' });
    const findings = async (setup: Setup): Promise<string | undefined> => /findings<<\S+\n(\d+)/.exec((await act(one, setup)).outputs)?.[1];
    expect(await findings({ event: 'push', payload: payload('push', undefined, one) })).toBe('1');
    expect(await findings({ event: 'push', payload: { ...payload('push', undefined, one), before: '0'.repeat(40) } })).toBe('2');
    expect(await findings({ event: 'schedule', payload: {} })).toBe('2');
    expect(await findings({ event: 'schedule', payload: {}, inputs: { since: 'main' } })).toBe('1');
    expect(await findings({ event: 'pull_request', payload: payload('pull_request', 'opened', one), inputs: { since: 'none', paths: 'db/migrations/0002_v.sql', comment: 'false', suggestions: 'false' } })).toBe('1');
    expect(await findings({ event: 'merge_group', payload: { merge_group: { base_sha: one.base } } })).toBe('1');
    expect((await act(one, { event: 'schedule', payload: {}, inputs: { 'fail-on': 'never' } })).code).toBe(0);
  });

  test('in a folder of the repository, paths are those of the repository', async () => {
    const one = branch({ 'api/lockkeeper.config.json': '{}', 'api/db/migrations/0002_index.sql': INDEX }, { 'api/db/migrations/0001_users.sql': USERS });
    const { log } = await act(one, { payload: payload('pull_request', 'opened', one), inputs: { 'working-directory': 'api', token: '' } });
    expect(log).toContain('file=api/db/migrations/0002_index.sql');
  });

  test('mistakes are said in one line, and nothing of the repository is run', async () => {
    const one = branch({ 'lockkeeper.config.mjs': "import { writeFileSync } from 'node:fs';\nwriteFileSync('ran', '');\nexport default {};\n" });
    const said = async (setup: Setup): Promise<string> => {
      const { code, log } = await act(one, setup);
      expect(code).toBe(1);
      return log;
    };
    expect(await said({ event: 'schedule', payload: {} })).toMatch(/::error::The action runs nothing of the repository, so it cannot read .*lockkeeper\.config\.mjs/);
    expect(() => readFileSync(join(one.folder, 'ran'))).toThrow();
    expect(await said({ event: 'schedule', payload: {}, inputs: { 'fail-on': 'warn' } })).toContain('::error::fail-on must be one of');
    one.commit({ 'lockkeeper.config.mjs': '' });
    rmSync(join(one.folder, 'lockkeeper.config.mjs'));
    expect(await said({ payload: payload('pull_request', 'opened', { base: '1'.repeat(40), head: one.head }) })).toContain('::error::git knows no commit');
  });
});
