import { setFlagsFromString } from 'node:v8';

/** What V8 is told for a while. */
export interface Telling {
  /** By its major version, as one that does not know a flag says so on standard error: what it is told, and what takes that back. */
  readonly flags: { readonly [v8: number]: readonly [during: string, after: string] | undefined };
  /** Whoever starts Node with flags of this kind means them. */
  readonly unless: RegExp;
}

/** The process has its flags back when the work is done, or fails. What is loaded meanwhile cannot come from V8's code cache. */
export function withFlags<Result>({ flags, unless }: Telling, work: () => Result): Result {
  const own = process.execArgv.some((flag) => unless.test(flag)) ? undefined : flags[Number.parseInt(process.versions.v8, 10)];
  if (own === undefined) return work();
  setFlagsFromString(own[0]);
  try {
    return work();
  } finally {
    setFlagsFromString(own[1]);
  }
}

/**
 * Keeps the young generation as small as it is: V8 lets it grow to 96 MB since version 13. Measured over a history of 2,364
 * files: 195 MB in place of 305 in Node 24, 190 in place of 246 in 26, in the same time.
 */
export const SMALL: Telling = {
  flags: { 13: ['--semi-space-growth-factor=1', '--semi-space-growth-factor=2'], 14: ['--semi-space-growth-factor=1', '--semi-space-growth-factor=2'] },
  unless: /semi-space/,
};
