import type { CommandSpec } from './common-options.ts';
import { CONFIG, GENERAL, READING } from './common-options.ts';

export const BASELINE = {
  summary: 'Record the findings of today, so that only new ones fail',
  operands: '',
  about:
    'Writes lockkeeper.baseline.json beside the configuration or at the root of the project: every finding that there is now. lint reads it by itself and reports what is not in it. An entry survives when lines move, when the file is renamed and when other statements change; it ends when its own statement does. Commit the file.',
  options: {
    prune: { type: 'flag', help: 'Only take out what is gone; add nothing.' },
    check: { type: 'flag', help: 'Change nothing: exit with 1 when it holds something that is gone.' },
    file: { type: 'value', value: 'file', help: 'Write this file; name it to lint with --baseline.' },
    framework: READING.framework,
    dialect: READING.dialect,
    ...CONFIG,
    ...GENERAL,
  },
  examples: [
    ['lockkeeper baseline', 'on the first day in an old project'],
    ['lockkeeper baseline --prune', 'after old migrations were put right or squashed'],
    ['lockkeeper baseline --check', 'in CI, so that it does not grow stale'],
  ],
} as const satisfies CommandSpec;
