import type { Writer } from '../framework.ts';
import { pairFiles } from '../shared/pair-writing.ts';

/** Its CLI takes what cannot run in a transaction out of it by itself. */
export const writer: Writer = {
  create: pairFiles(() => ({ up: (version, slug) => `${version}_${slug}.sql` })),
  runOutside: () => [],
  oneOutside: true,
  notes: { outside: 'The Supabase CLI runs CONCURRENTLY outside a transaction from version 2.109 on.' },
};
