import type { LayoutOptions } from './layout.ts';

const BEHIND: readonly LayoutOptions[] = [{}, { inOrder: 'related' }, { inOrder: 'all' }];

/** Ways to lay a group out, each for when those before have failed: what stands behind it follows, or new migrations come before the file. */
export const WAYS: readonly LayoutOptions[] = [...BEHIND, { before: true }, { inOrder: 'related', inPlace: true }];

/** The same, and then with new migrations before those of other findings. */
export const WAYS_BESIDE_OTHERS: readonly LayoutOptions[] = [...WAYS, ...BEHIND.map((way) => ({ ...way, close: true as const }))];
