import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { readSecretOf, secretName } from '../../shared/config/secrets.ts';
import { payCallbackAlipay } from '../../shared/contract/membership.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { AlipayVerifying, openVerifyingKey } from '../../shared/payments/alipay/verifying-config.ts';
import { handleAlipayNotice, replyToAlipay } from '../../shared/payments/handle-alipay-notice.ts';
import { payerHasher } from '../../shared/payments/payer-hash.ts';

export const main = httpFunction({
  operation: payCallbackAlipay,
  config: z.object(BASE_CONFIG),
  build: async (config) => {
    const secrets = secretsOf(config);
    const verifying = await readSecretOf(AlipayVerifying, secrets, secretName(config.STAGE, 'alipay-verifying'));
    return {
      db: databaseOf(config, secrets),
      hasher: payerHasher(config, secrets),
      expect: openVerifyingKey(verifying),
    };
  },
  caller: () => undefined,
  run: async ({ db, hasher, expect }, _caller, _input, { request, nowMs, log, follow }) => {
    const hashPayer = hasher((error) => log('payer_not_hashed', { error }));
    const notice = { rawBody: request.rawBody, expect };
    const { statusCode, ...outcome } = await handleAlipayNotice(db, notice, nowMs, follow, hashPayer);
    log(statusCode === 200 ? 'order_settled' : statusCode === 401 ? 'callback_refused' : 'callback_mismatch', outcome);
    return replyToAlipay(statusCode);
  },
});
