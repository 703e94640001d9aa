import * as z from 'zod/mini';
import { systemClock } from '../../shared/clock.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { listPlans as listPlansOperation } from '../../shared/contract/membership.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { listPlans } from '../../shared/membership/list-plans.ts';
import { CHANNEL_IDS, channelsOf } from '../../shared/payments/open-channels.ts';

export const main = httpFunction({
  operation: listPlansOperation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), channels: channelsOf(config, secrets, systemClock) };
  },
  caller: () => undefined,
  run: async ({ db, channels }) => {
    const opened = await Promise.all(CHANNEL_IDS.map(async (id) => ({ id, channel: await channels(id) })));
    return {
      plans: await listPlans(db),
      channels: opened.map(({ id, channel }) => ({
        ...{ channel: id, open: channel !== undefined },
        methods: [...(channel?.methods ?? [])],
      })),
    };
  },
});
