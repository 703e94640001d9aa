import type { Database } from '../db/database.ts';
import { listChannels } from '../payments/open-channels.ts';
import type { Channels } from '../payments/reconcile-orders.ts';
import { valuesOf } from '../settings/setting-values.ts';
import { newestSettings, SETTINGS_FRESH_MS } from '../settings/settings.ts';
import { type DeployedConfig, deployedFacts } from './deployed-facts.ts';

/** The settings in force, and what they stand beside. */
export async function getSettings(db: Database, channels: Channels, config: DeployedConfig, nowMs: number) {
  const settings = await newestSettings(db);
  const { version, savedBy, savedAtMs, resultDaysBefore: keptDays, resultDaysFromMs: fromMs } = settings;
  const listed = await listChannels(channels);
  return {
    ...{ version, values: valuesOf(settings), savedBy, savedAtMs, freshSeconds: SETTINGS_FRESH_MS / 1000 },
    ...(keptDays !== null && fromMs !== null && fromMs > nowMs && { shorter: { keptDays, fromMs } }),
    deployed: {
      ...deployedFacts(config),
      channels: listed.map(({ channel, open }) => ({ name: channel, configured: open })),
    },
  };
}
