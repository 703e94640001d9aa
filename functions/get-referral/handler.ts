import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { getReferral as operation } from '../../shared/contract/referral.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { getReferral } from '../../shared/growth/get-referral.ts';
import { httpFunction } from '../../shared/http/http-function.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets) };
  },
  caller: merchantOrKey(operation),
  run: ({ db }, merchant, { cursor, limit = '20' }, { nowMs }) =>
    getReferral(db, merchant.id, { cursor, limit: Number(limit), readOnly: 'viewId' in merchant }, nowMs),
});
