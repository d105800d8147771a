import { defineConfig } from 'vitest/config';

// Real servers, installed on demand: `npm run test:servers`, `LOCKKEEPER_SERVERS=14,17` for some of them.
export default defineConfig({
  test: { include: ['test-servers/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 600_000, fileParallelism: false },
});
