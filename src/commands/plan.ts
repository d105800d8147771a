import type { OptionValues } from './arguments.ts';
import type { PLAN } from './specs.ts';
import type { Terminal } from './terminal.ts';
import { complain } from './terminal.ts';

export function planCommand(_operands: readonly string[], _options: OptionValues<typeof PLAN.options>, _terminal: Terminal): number {
  complain('plan is on its way.');
  return 2;
}
