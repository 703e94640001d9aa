import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { listPlans as listPlansOperation } from '../../shared/contract/membership.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { listPlans } from '../../shared/membership/list-plans.ts';
import { channelsOf, listChannels } from '../../shared/payments/open-channels.ts';

export const main = httpFunction({
  operation: listPlansOperation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), channels: channelsOf(config, secrets, systemClock) };
  },
  caller: () => undefined,
  run: async ({ db, channels }, _caller, _input, { log }) => ({
    plans: await listPlans(db),
    channels: await listChannels(channels((closed) => log('channel_misconfigured', closed))),
  }),
});
