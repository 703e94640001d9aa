import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { maybeMerchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { listFeatures as operation } from '../../shared/contract/tasks.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { ENGINES_CONFIG } from '../../shared/engines/read-engines.ts';
import { listFeatures } from '../../shared/features/list-features.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { MODERATION_SETTING, moderationName } from '../../shared/moderation/moderation-setting.ts';
import { settingsOf } from '../../shared/settings/settings.ts';
import { catalogueWith } from '../../shared/tasks/processor-catalogue.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...ENGINES_CONFIG, ...MODERATION_SETTING }),
  build: (config) => {
    const secrets = secretsOf(config);
    const catalogue = catalogueWith(config.AI_ENGINES);
    const db = databaseOf(config, secrets);
    const moderation = moderationName(config.MODERATION);
    return { db, tokens: accessTokensOf(config, secrets), catalogue, moderation, settings: settingsOf(db) };
  },
  caller: maybeMerchantOrKey(operation),
  run: async ({ db, catalogue, moderation, settings }, merchant, _input, { nowMs }) => {
    const features = await listFeatures(db, catalogue, merchant?.id);
    return { features, moderation: (await settings(nowMs)).moderation ? moderation : 'off' };
  },
});
