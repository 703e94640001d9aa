import { TEST_FILES } from './ask-tests.ts';
import type { Effort } from './kill-mutants.ts';

/** Most mutants are noticed within a second; what survives the long look survives more. */
export const LOOKS = {
  'short look': { sequences: 300, bursts: 60 },
  'long look': { sequences: 1200, bursts: 480 },
} as const satisfies Readonly<Record<string, Effort>>;
export type Look = keyof typeof LOOKS;

/** A look of another effort is another look. */
export const lookKey = (look: Look): string => `${look}, ${JSON.stringify(LOOKS[look])}`;

/** What every suite runs beside the procedure that holds the mutant. */
const PRODUCT = ['shared', 'infra/migrate.ts', 'infra/migrations', 'infra/procedures'];
const LOOKING = [
  ...['simulation', 'bursts', 'mutants/kill-mutants.ts', 'mutants/planted-fault.ts', 'memory-channel.ts'],
  ...['product-server.ts', 'proof-cards.ts', 'proof-job.ts', 'proof-process.ts', 'replay-seed.ts', 'seeded-random.ts'],
].map((path) => `scripts/soak/${path}`);
/** Scenarios, stages and fixtures of the tests, the functions that a stage calls by name, and the stand-ins that they speak with. */
export const TESTED_WITH = [
  ...['tests/fixtures', 'tests/integration/database/one-merchant', 'functions', 'scripts/local'],
  ...[
    'tests/integration/auth/auth-stage.ts',
    'tests/integration/auth/http-events.ts',
    'tests/integration/auth/while-locked.ts',
  ],
  ...[
    'scripts/soak/memory-channel.ts',
    'scripts/test/fresh-database.ts',
    'scripts/test/schema-template.ts',
    'infra/serverless',
  ],
];

/** By suite, the files and folders that its answers about a mutant depend on, as far as the project changes them. */
export const MUTANT_SUITES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.keys(LOOKS).map((look) => [lookKey(look as Look), [...PRODUCT, ...LOOKING]])),
  ...Object.fromEntries(TEST_FILES.map((file) => [file, [file, ...PRODUCT, ...TESTED_WITH]])),
};
