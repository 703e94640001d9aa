import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG, PUBLIC_API_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { channelsOf, notifyUrlsAt } from '../../shared/payments/open-channels.ts';
import { reconcileOrders } from '../../shared/payments/reconcile-orders.ts';
import { timerFunction } from '../../shared/timer/timer-function.ts';

export const main = timerFunction({
  name: 'reconcile-orders',
  config: z.object({ ...BASE_CONFIG, ...PUBLIC_API_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const channels = channelsOf(config, secrets, systemClock);
    return { db: databaseOf(config, secrets), channels, notifyUrls: notifyUrlsAt(config.PUBLIC_API_URL) };
  },
  run: async ({ db, channels, notifyUrls }, { nowMs, log }) => {
    const { failures, ...counts } = await reconcileOrders(db, channels, notifyUrls, nowMs, (moved) =>
      log('work_moved', moved),
    );
    for (const failure of failures) log('channel_failed', failure);
    return { ...counts, failed: failures.length };
  },
});
