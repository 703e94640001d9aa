import { defineConfig } from 'vitest/config';
import { databaseSuites } from './scripts/test/database-suites.ts';

const onMysql = process.env['YIYING_ENGINE'] === 'mysql9';
const databaseServer = ['./scripts/test/database-server-setup.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A second is not much for a busy machine.
    expect: { poll: { timeout: 15_000, interval: 50 } },
    // tsx would keep its cache in the temporary folder, where it would stay after a run.
    env: { TSX_DISABLE_CACHE: '1' },
    projects: [
      {
        extends: true,
        // Unit tests keep no state between files, so a worker loads each module once.
        test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: onMysql ? databaseSuites() : ['tests/integration/**/*.test.ts'],
          globalSetup: databaseServer,
          // The product's modules keep nothing that another file's tests could see: what they remember belongs to a stage.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: databaseServer,
          fileParallelism: false,
          testTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          // A page that draws itself beside another suite that keeps both cores busy.
          expect: { poll: { timeout: 30_000, interval: 50 } },
        },
      },
      ...['property', 'fault'].map((name) => ({
        extends: true as const,
        test: {
          name,
          include: [`tests/${name}/**/*.test.ts`],
          // Properties keep both cores busy by themselves; faults wait.
          fileParallelism: name === 'fault',
          testTimeout: 700_000,
        },
      })),
    ],
  },
});
