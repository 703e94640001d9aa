import { defineConfig } from 'vitest/config';

/** YIYING_TESTS: the files that Stryker asks, with one database server for all of its runs. */
export default defineConfig({
  test: {
    include: (process.env['YIYING_TESTS'] ?? '').split(','),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { TSX_DISABLE_CACHE: '1' },
    globalSetup: ['./scripts/test/database-server-setup.ts'],
  },
});
