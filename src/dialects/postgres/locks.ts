import type { Blocks } from '../../effects/vocabulary.ts';

/** Table lock modes by the server's own names, weakest first. */
export const MODES = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;

export type Mode = (typeof MODES)[number];

export const ACCESS_SHARE = 'AccessShareLock' satisfies Mode;
export const ROW_SHARE = 'RowShareLock' satisfies Mode;
export const ROW_EXCLUSIVE = 'RowExclusiveLock' satisfies Mode;
export const SHARE_UPDATE_EXCLUSIVE = 'ShareUpdateExclusiveLock' satisfies Mode;
export const SHARE = 'ShareLock' satisfies Mode;
export const SHARE_ROW_EXCLUSIVE = 'ShareRowExclusiveLock' satisfies Mode;
export const EXCLUSIVE = 'ExclusiveLock' satisfies Mode;
export const ACCESS_EXCLUSIVE = 'AccessExclusiveLock' satisfies Mode;

const STRENGTH: ReadonlyMap<string, number> = new Map(MODES.map((mode, strength) => [mode, strength]));

/** Which of two modes counts as the stronger. Unknown modes are the weakest. */
export const stronger = <M extends string>(a: M, b: M): M => ((STRENGTH.get(a) ?? -1) >= (STRENGTH.get(b) ?? -1) ? a : b);

const BLOCKED: { readonly [M in Mode]: Blocks } = {
  AccessShareLock: 'nothing',
  RowShareLock: 'nothing',
  RowExclusiveLock: 'nothing',
  ShareUpdateExclusiveLock: 'schemaChanges',
  ShareLock: 'writes',
  ShareRowExclusiveLock: 'writes',
  ExclusiveLock: 'writes',
  AccessExclusiveLock: 'readsAndWrites',
};

/** What the mode keeps waiting. */
export const blocks = (mode: string): Blocks => BLOCKED[mode as Mode] as Blocks | undefined ?? 'nothing';
