import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const TESTS = (process.env['YIYING_TESTS'] ?? '').split(',');

/** As they are listed: what is quick and near comes first, and the first that fails ends a mutant's trial. */
class AsListed extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const path = relative(process.cwd(), moduleId);
      return TESTS.findIndex((test) => path.startsWith(test.replace(/\*.*$/, '')));
    };
    return Promise.resolve(files.toSorted((a, b) => place(a) - place(b)));
  }
}

/** YIYING_TESTS: the files that Stryker asks, with one database server for all of its runs. */
export default defineConfig({
  test: {
    include: TESTS,
    // Modules keep nothing that another file's tests could see (vitest.config.ts), and loading them is half of a short trial.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { TSX_DISABLE_CACHE: '1' },
    globalSetup: ['./scripts/test/database-server-setup.ts'],
    sequence: { sequencer: AsListed },
  },
});
