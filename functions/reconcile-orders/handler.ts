import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG, PUBLIC_API_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { settleCommissions } from '../../shared/growth/settle-commissions.ts';
import { channelsOf, notifyUrlsAt } from '../../shared/payments/open-channels.ts';
import { hashingPayers, payerHasher } from '../../shared/payments/payer-hash.ts';
import { reconcileOrders } from '../../shared/payments/reconcile-orders.ts';
import { tellCases } from '../../shared/payments/tell-cases.ts';
import { timerFunction } from '../../shared/timer/timer-function.ts';

export const main = timerFunction({
  name: 'reconcile-orders',
  config: z.object({ ...BASE_CONFIG, ...PUBLIC_API_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const channels = channelsOf(config, secrets, systemClock);
    const notifyUrls = notifyUrlsAt(config.PUBLIC_API_URL);
    return { db: databaseOf(config, secrets), channels, notifyUrls, hasher: payerHasher(config, secrets) };
  },
  run: async ({ db, channels, notifyUrls, hasher }, { nowMs, log }) => {
    const cases = await tellCases(db, nowMs, (found) => log('reconciliation_case', found));
    // Before it asks a channel: one that is slow may use up the time that is left. It throws nothing, so payments have their turn.
    const { commissions, failures: unbooked } = await settleCommissions(db, nowMs);
    for (const error of unbooked) log('commission_failed', { error });
    const hashPayer = hasher((error) => log('payer_not_hashed', { error }));
    const open = channels((closed) => log('channel_misconfigured', closed));
    const hashed = hashingPayers(open, hashPayer);
    const { failures, ...counts } = await reconcileOrders(db, hashed, notifyUrls, nowMs, (moved) =>
      log('work_moved', moved),
    );
    for (const failure of failures) log('channel_failed', failure);
    return { ...counts, cases, commissions, failed: failures.length + unbooked.length };
  },
});
