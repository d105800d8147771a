import { userError } from '../config/errors.ts';
import { loadPg } from './network.ts';

/** A server that the user named. Nothing of it but `shown` may be printed as it is. */
export interface DatabaseUrl {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** For people: `user@host:port/database`. */
  readonly shown: string;
  /** Another database of the same server. */
  withDatabase(name: string): string;
  /** Takes the address and the password out of a text. */
  redact(text: string): string;
}

export async function readDatabaseUrl(url: string): Promise<DatabaseUrl> {
  const refused = userError('The database URL is not one: it looks like postgres://user:password@host:5432/database.');
  if (!/^postgres(?:ql)?:\/\//.test(url)) throw refused;
  const { Client } = await loadPg();
  try {
    const parsed = new URL(url);
    // The driver knows what stands in for what the URL leaves out.
    const { host, port, user, database, password } = new Client({ connectionString: url });
    const secrets = [url, password, parsed.password, decoded(parsed.password)].filter((secret): secret is string => typeof secret === 'string' && secret.length >= 3);
    return {
      url,
      host,
      port,
      user: user ?? '',
      database: database ?? '',
      shown: `${user ?? ''}@${host}:${String(port)}/${database ?? ''}`,
      withDatabase(name) {
        const other = new URL(url);
        other.pathname = `/${encodeURIComponent(name)}`;
        return other.href;
      },
      redact: (text) => secrets.reduce((current, secret) => current.replaceAll(secret, '***'), text),
    };
  } catch {
    // The reason would quote the URL.
    throw refused;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
