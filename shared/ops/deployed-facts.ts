import type * as z from 'zod/mini';
import { SENDING_CONFIG } from '../auth/sending-config.ts';
import { RETENTION_CONFIG } from '../cos/retention.ts';
import { ENGINE_NAMES, ENGINES_CONFIG, readEngines } from '../engines/read-engines.ts';
import { MODERATION_SETTING } from '../moderation/moderation-setting.ts';

/** What settings stand beside: of the environment, without what a policy or an engine is called with. */
export const DEPLOYED_CONFIG = {
  ...RETENTION_CONFIG,
  ...SENDING_CONFIG,
  ...MODERATION_SETTING,
  ...ENGINES_CONFIG,
} as const;
export type DeployedConfig = z.output<z.ZodMiniObject<typeof DEPLOYED_CONFIG>>;

/** What this deployment has: figures, and whether a thing is configured; never with what. */
export function deployedFacts(config: DeployedConfig) {
  const engines = readEngines(config.AI_ENGINES);
  return {
    ...{ resultDays: config.RESULT_DAYS, inputDays: config.INPUT_DAYS, smsDailyBudget: config.SMS_DAILY_BUDGET },
    moderation: Boolean(config.MODERATION),
    captcha: config.CAPTCHA_MODE !== 'off',
    engines: ENGINE_NAMES.map((name) => ({ name, configured: engines.has(name) })),
  };
}
