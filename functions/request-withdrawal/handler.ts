import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { requestWithdrawal as operation } from '../../shared/contract/referral.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { payeeKeyOf } from '../../shared/growth/payee-key.ts';
import { requestWithdrawal } from '../../shared/growth/request-withdrawal.ts';
import { httpFunction } from '../../shared/http/http-function.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    const readKey = payeeKeyOf(config, secrets);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets), readKey };
  },
  caller: signedInMerchant,
  limiter: ({ db }) => databaseLimiter(db),
  run: async ({ db, readKey }, { id: merchantId }, input, { nowMs, idempotencyKey, requestHash, log }) => {
    const asked = { ...input, merchantId, idempotencyKey, requestHash, nowMs };
    const withdrawal = await requestWithdrawal(db, readKey, asked);
    log('withdrawal_requested', { withdrawalId: withdrawal.withdrawalId, amountFen: withdrawal.amountFen });
    return withdrawal;
  },
});
