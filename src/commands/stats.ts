import type { OptionValues } from './arguments.ts';
import type { STATS } from './specs.ts';

export function statsCommand(_options: OptionValues<typeof STATS.options>): Promise<number> {
  return Promise.resolve(2);
}
