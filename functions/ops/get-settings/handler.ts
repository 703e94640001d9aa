import * as z from 'zod/mini';
import { systemClock } from '../../../shared/clock.ts';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { getSettings as operation } from '../../../shared/contract/settings.ts';
import { DEPLOYED_CONFIG } from '../../../shared/ops/deployed-facts.ts';
import { getSettings } from '../../../shared/ops/get-settings.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { channelsOf } from '../../../shared/payments/open-channels.ts';

export const main = opsFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...DEPLOYED_CONFIG }),
  build: (config, secrets) => ({ config, channels: channelsOf(config, secrets, systemClock) }),
  run: ({ db, channels, config }, _input, { nowMs, log }) =>
    getSettings(
      db,
      channels((closed) => log('channel_misconfigured', closed)),
      config,
      nowMs,
    ),
});
