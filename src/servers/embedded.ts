import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Socket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installServer } from './embedded-install.ts';
import { connect } from './network.ts';
import type { ConnectionOptions, Server } from './server.ts';

/** A real server of our own, on this machine, with nothing in it. */
export interface EmbeddedServer {
  readonly version: number;
  /** Of its first database, password included. */
  readonly url: string;
  connect(database?: string): Promise<Server>;
  /** Ends the process and deletes its data. Idempotent. */
  stop(): Promise<void>;
}

/** Starts PostgreSQL of this major version, installing it first where needed. Stopped at the latest when this process ends. */
export async function startServer(version: number): Promise<EmbeddedServer> {
  const binaries = await installServer(version);
  const data = mkdtempSync(join(tmpdir(), 'lockkeeper-server-'));
  const owner = unprivileged();
  if (owner !== undefined) {
    chownSync(data, owner.uid, owner.gid);
    chmodSync(data, 0o700);
  }
  const password = randomBytes(16).toString('hex');
  const secret = `${data}.password`;
  let stop = (): Promise<void> => {
    rmSync(data, { recursive: true, force: true });
    return Promise.resolve();
  };
  try {
    writeFileSync(secret, password, { mode: 0o600, flag: 'wx' });
    if (owner !== undefined) chownSync(secret, owner.uid, owner.gid);
    await run(join(binaries, 'bin', 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', secret, '-E', 'UTF8', '--locale=C', '--no-sync'], owner);
    const port = await freePort();
    const running = spawn(join(binaries, 'bin', 'postgres'), ['-D', data, ...settings(port)], { ...owner, stdio: ['ignore', 'ignore', 'pipe'] });
    stop = stopper(running, data);
    const options: ConnectionOptions = { host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' };
    await ready(running, options);
    return { version, url: `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`, connect: (database = 'postgres') => connect({ ...options, database }), stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    rmSync(secret, { force: true });
  }
}

/** Speed over safety: the data is thrown away. Autovacuum would take locks of its own. */
const settings = (port: number): readonly string[] =>
  Object.entries({
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    autovacuum: 'off',
    wal_level: 'logical',
    max_connections: '40',
    shared_buffers: '32MB',
    log_min_messages: 'fatal',
    timezone: 'UTC',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The server refuses to run as root; a number needs no account of that name. */
function unprivileged(): Owner | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}

function run(command: string, options: readonly string[], owner: Owner | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, options, { ...owner, cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb failed: ${complaint.trim().split('\n').at(-1) ?? ''}`));
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}

/** Waits until the server takes connections, at most half a minute. */
async function ready(running: ChildProcess, options: ConnectionOptions): Promise<void> {
  let complaint = '';
  running.stderr?.on('data', (chunk: Buffer) => (complaint = chunk.toString()));
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (running.exitCode !== null) throw new Error(`The server did not start: ${complaint.trim().split('\n').at(-1) ?? ''}`);
    try {
      await (await connect(options)).close();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Immediate shutdown, now or when this process ends, whatever ends it. */
function stopper(running: ChildProcess, data: string): () => Promise<void> {
  const remove = (): void => {
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  };
  const atExit = (): void => {
    running.kill('SIGQUIT');
    remove();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    atExit();
    process.off(signal, onSignal);
    process.kill(process.pid, signal);
  };
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  process.on('exit', atExit);
  for (const signal of signals) process.on(signal, onSignal);
  const guard = guardOver(running, data);
  const gone = new Promise<void>((resolve) => running.on('close', () => { resolve(); }));
  return async () => {
    process.off('exit', atExit);
    for (const signal of signals) process.off(signal, onSignal);
    if (running.exitCode === null && running.signalCode === null) {
      running.kill('SIGQUIT');
      await gone;
    }
    guard?.kill();
    remove();
  };
}

/** A shell that outlives this process by a moment: however we end, its input ends with us, and it ends the server. */
function guardOver(running: ChildProcess, data: string): ChildProcess | undefined {
  if (process.platform === 'win32' || running.pid === undefined) return undefined;
  const script = 'read _; kill -QUIT "$0" 2>/dev/null; sleep 1; rm -rf "$1"';
  const guard = spawn('/bin/sh', ['-c', script, String(running.pid), data], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.on('error', () => undefined);
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return guard;
}
