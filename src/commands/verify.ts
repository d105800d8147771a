import type { OptionValues } from './arguments.ts';
import type { VERIFY } from './specs.ts';
import type { Terminal } from './terminal.ts';

export function verifyCommand(_operands: readonly string[], _options: OptionValues<typeof VERIFY.options>, _terminal: Terminal): Promise<number> {
  return Promise.resolve(2);
}
