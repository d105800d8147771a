import { defineConfig } from 'vitest/config';
import { writeRulesIndex } from './scripts/rules-index.mjs';

if (process.env.CI === undefined) writeRulesIndex();

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
