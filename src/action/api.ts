import { info } from '@actions/core';
import { getOctokit } from '@actions/github';

export type Api = ReturnType<typeof getOctokit>;

const MOST_TRIES = 4;
/** Milliseconds; what GitHub itself asks for is waited for up to this long. */
const LONGEST_WAIT = 60_000;

/** GitHub's REST API, which is asked again when it is busy or broken. */
export function connect(token: string): Api {
  const api = getOctokit(token);
  api.hook.wrap('request', async (request, options) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request(options);
      } catch (error) {
        const wait = attempt < MOST_TRIES ? pause(error, attempt) : undefined;
        if (wait === undefined) throw error;
        info(`GitHub answered ${String(statusOf(error))}: trying again in ${String(Math.ceil(wait / 1000))} s.`);
        await new Promise((done) => setTimeout(done, wait));
      }
    }
  });
  return api;
}

/** Milliseconds to wait before the next try; undefined when there should be none. */
function pause(error: unknown, attempt: number): number | undefined {
  const status = statusOf(error) ?? 0;
  const headers = headersOf(error);
  const asked = headers['retry-after'];
  const limited = status === 429 || (status === 403 && (asked !== undefined || headers['x-ratelimit-remaining'] === '0'));
  if (!limited && status < 500) return undefined;
  const reset = Number(headers['x-ratelimit-reset'] ?? NaN) * 1000 - Date.now();
  const wait = asked !== undefined ? Number(asked) * 1000 : limited && reset > 0 ? reset : 500 * 2 ** (attempt - 1);
  return wait >= 0 && wait <= LONGEST_WAIT ? wait : undefined;
}

/** Status of an answer that was no success. */
export const statusOf = (error: unknown): number | undefined => (error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined);

function headersOf(error: unknown): Readonly<Record<string, string | undefined>> {
  const response = error instanceof Error && 'response' in error ? (error.response as { headers?: Record<string, string> } | undefined) : undefined;
  return response?.headers ?? {};
}
