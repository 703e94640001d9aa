import * as z from 'zod/mini';
import { accessTokensOf } from '../../../shared/auth/access-token.ts';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { secretsOf } from '../../../shared/config/secret-source.ts';
import { listRedeemCodes as operation } from '../../../shared/contract/redeem.ts';
import { databaseOf } from '../../../shared/db/database.ts';
import { listRedeemCodes } from '../../../shared/growth/list-redeem-codes.ts';
import { httpFunction } from '../../../shared/http/http-function.ts';
import { operatorFor } from '../../../shared/ops/signed-in-operator.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets) };
  },
  caller: operatorFor(operation.operators),
  run: ({ db }, _operator, { limit, ...page }) => listRedeemCodes(db, { ...page, limit: Number(limit ?? 20) }),
});
