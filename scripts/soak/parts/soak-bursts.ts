import { runProofJob } from '../run-proof-job.ts';
import type { SoakOutcome, SoakRequest } from '../soak-part.ts';

const BURSTS = 20_000;
const FIRST_SEED = 20_000_000;
const SECONDS = 6 * 3600;

/** Both engines at once, each with a core. */
export async function soakBursts({ scale }: SoakRequest): Promise<SoakOutcome> {
  const count = Math.ceil(BURSTS * scale);
  const beganMs = performance.now();
  const job = { kind: 'bursts', from: FIRST_SEED, count, seconds: SECONDS } as const;
  const [mariadb, mysql9] = await Promise.all([
    runProofJob({ ...job, engine: 'mariadb' }),
    runProofJob({ ...job, engine: 'mysql9' }),
  ]);
  return {
    counts: { 'on MariaDB': mariadb.bursts, 'on MySQL 9': mysql9.bursts },
    seeds: [FIRST_SEED, FIRST_SEED + count - 1],
    seconds: (performance.now() - beganMs) / 1000,
    notes: [`${mariadb.deadlocks} deadlocks on MariaDB, each tried again by the product`],
    violations: [...mariadb.violations, ...mysql9.violations.map((what) => `MySQL 9: ${what}`)],
  };
}
