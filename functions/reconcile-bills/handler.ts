import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { openObjects } from '../../shared/cos/objects.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { CHANNEL_IDS, channelsOf } from '../../shared/payments/open-channels.ts';
import { hashingPayers, payerHasher } from '../../shared/payments/payer-hash.ts';
import { reconcileBills } from '../../shared/payments/reconcile-bills.ts';
import { timerFunction } from '../../shared/timer/timer-function.ts';

export const main = timerFunction({
  name: 'reconcile-bills',
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const objects = openObjects({ ...bucketOf(config), clock: systemClock });
    const channels = channelsOf(config, secrets, systemClock);
    return { db: databaseOf(config, secrets), objects, channels, hasher: payerHasher(config, secrets) };
  },
  run: async ({ channels, hasher, ...services }, { nowMs, log }) => {
    const open = channels((closed) => log('channel_misconfigured', closed));
    const hashed = hashingPayers(
      open,
      hasher((error) => log('payer_not_hashed', { error })),
    );
    const { reports, failures } = await reconcileBills({ ...services, channels: hashed }, CHANNEL_IDS, nowMs);
    for (const error of failures) log('channel_failed', { error });
    return { days: reports.length, failed: failures.length };
  },
});
