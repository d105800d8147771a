import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { DatabaseUrl } from './database-url.ts';
import type { Server } from './server.ts';

/** Why an address looks like that of a production server, one clause each. Asks the name service at most. */
export async function suspiciousAddress({ host, user, database }: DatabaseUrl): Promise<readonly string[]> {
  const named = [
    ['host', host],
    ['user', user],
    ['database', database],
  ].flatMap(([what = '', name = '']) => (PRODUCTION.test(name) ? [`the ${what} is named ${name}`] : []));
  return (await isNear(host)) ? named : [`${host} is neither this machine nor in a private network`, ...named];
}

/** What a session can see that speaks of production: other databases that are big or named so, replication, other people at work. */
export async function suspiciousServer(session: Server): Promise<readonly string[]> {
  const [row] = await session.query(`
    SELECT pg_catalog.pg_is_in_recovery() AS replica,
      (SELECT count(*) FROM pg_catalog.pg_stat_replication)::int AS followers,
      (SELECT count(*) FROM pg_catalog.pg_replication_slots WHERE active)::int AS slots,
      (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid())::int AS sessions`);
  const databases = await session.query(`
    SELECT datname::text AS name, pg_catalog.has_database_privilege(oid, 'CONNECT') AS open,
      CASE WHEN pg_catalog.has_database_privilege(oid, 'CONNECT') THEN pg_catalog.pg_database_size(oid)::text END AS bytes
    FROM pg_catalog.pg_database WHERE NOT datistemplate ORDER BY datname`);
  const reasons: string[] = [];
  if (row?.['replica'] === true) reasons.push('the server is a replica of another one');
  if (Number(row?.['followers']) > 0) reasons.push(`${String(row?.['followers'])} other servers replicate from it`);
  else if (Number(row?.['slots']) > 0) reasons.push('a replication slot is in use');
  if (Number(row?.['sessions']) >= BUSY) reasons.push(`${String(row?.['sessions'])} other sessions are at work on it`);
  for (const { name, bytes } of databases) {
    if (typeof name !== 'string') continue;
    const size = Number(bytes ?? 0);
    if (PRODUCTION.test(name)) reasons.push(`it has a database named ${name}`);
    else if (size >= BIG) reasons.push(`its database ${name} holds ${(size / 1e9).toFixed(1)} GB`);
  }
  return reasons;
}

const PRODUCTION = /(?:^|[^a-z])(?:prod|production|prd|live)(?![a-z])/i;
const BIG = 1e9;
const BUSY = 10;

/** Loopback, a socket, or an address that is not routed on the Internet. */
async function isNear(host: string): Promise<boolean> {
  if (host === '' || host.startsWith('/') || host === 'localhost') return true;
  if (isIP(host) !== 0) return isPrivate(host);
  try {
    const addresses = await lookup(host, { all: true });
    return addresses.length > 0 && addresses.every(({ address }) => isPrivate(address));
  } catch {
    // Whether it is there will show when we connect; a name without dots is one of the local network or of Docker.
    return !host.includes('.');
  }
}

export function isPrivate(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isPrivate(mapped);
  if (isIP(address) === 6) return address === '::1' || /^f[cd][0-9a-f]{2}:/i.test(address) || /^fe[89ab][0-9a-f]:/i.test(address);
  const [a = 0, b = 0] = address.split('.').map(Number);
  return a === 127 || a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 169 && b === 254);
}
