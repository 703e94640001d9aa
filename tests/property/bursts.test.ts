import { describe, expect, it } from 'vitest';
import { findServer } from '../../scripts/database/find-server.ts';
import { runProofJob } from '../../scripts/soak/run-proof-job.ts';

/** Against hanging: a busy machine takes two minutes. */
const SECONDS = 400;

const hasMysql = await findServer('mysql9', () => undefined).then(
  () => true,
  () => false,
);

describe('conflicting requests at once', () => {
  it('come out as if one had come after the other: 1,008 bursts on MariaDB', async () => {
    const { bursts, violations } = await runProofJob({
      ...{ kind: 'bursts', engine: 'mariadb', from: 0, count: 1008, seconds: SECONDS },
    });
    expect([bursts, violations]).toEqual([1008, []]);
  });

  it.skipIf(!hasMysql)('and 240 on MySQL', async () => {
    const { bursts, violations } = await runProofJob({
      ...{ kind: 'bursts', engine: 'mysql9', from: 5000, count: 240, seconds: SECONDS },
    });
    expect([bursts, violations]).toEqual([240, []]);
  });
});
