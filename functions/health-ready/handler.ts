import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { healthReady } from '../../shared/contract/readiness.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { probeBucket } from '../../shared/cos/probe-bucket.ts';
import { databaseSecretOf, openDatabase } from '../../shared/db/database.ts';
import { readSchema, SCHEMA_CONFIG } from '../../shared/db/schema-file.ts';
import { ENGINES_CONFIG } from '../../shared/engines/read-engines.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { isReady, readinessCheck } from '../../shared/ops/check-readiness.ts';
import { notReady } from '../../shared/ops/not-ready.ts';
import { channelsOf } from '../../shared/payments/open-channels.ts';

export const main = httpFunction({
  operation: healthReady,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...ENGINES_CONFIG, ...SCHEMA_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const readSecret = databaseSecretOf(config, secrets);
    const check = readinessCheck({
      db: openDatabase({ readSecret, statementTimeoutMs: 2000 }),
      channels: channelsOf(config, secrets, systemClock),
      engines: config.AI_ENGINES,
      probeObjects: (nowMs) => probeBucket(bucketOf(config), 'inputs/health-ready', nowMs),
      schemaNames: readSchema(config.SCHEMA_FILE).map(({ name }) => name),
    });
    return { check };
  },
  caller: () => undefined,
  run: async ({ check }, _caller, _input, { nowMs, log }) => {
    const seen = await check(nowMs, (closed) => log('channel_misconfigured', closed));
    if (!isReady(seen)) throw notReady(seen);
    return { status: 'ready' as const, ...seen, clockSkewMs: seen.clockSkewMs ?? 0 };
  },
});
