/** The part of the runner's context that matters here. */
export interface EventContext {
  readonly eventName: string;
  readonly payload: { readonly [key: string]: unknown };
}

export interface PullRequest {
  readonly number: number;
  /** Tip of its branch. */
  readonly head: string;
  readonly base: string;
}

export function pullRequestOf({ payload }: EventContext): PullRequest | undefined {
  const number = at(payload, 'pull_request', 'number');
  const head = at(payload, 'pull_request', 'head', 'sha');
  const base = at(payload, 'pull_request', 'base', 'sha');
  return typeof number === 'number' && typeof head === 'string' && typeof base === 'string' ? { number, head, base } : undefined;
}

/** The commit from which on everything is new; undefined: the event does not say. */
export function baseOf(context: EventContext): string | undefined {
  const { eventName, payload } = context;
  const found = pullRequestOf(context)?.base ?? (eventName === 'merge_group' ? at(payload, 'merge_group', 'base_sha') : eventName === 'push' ? at(payload, 'before') : undefined);
  return typeof found === 'string' && /^[0-9a-f]{7,64}$/.test(found) && !/^0+$/.test(found) ? found : undefined;
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((current, key) => (typeof current === 'object' && current !== null && Object.hasOwn(current, key) ? (current as Readonly<Record<string, unknown>>)[key] : undefined), value);
}
