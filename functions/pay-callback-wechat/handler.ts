import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { readSecretOf, secretName } from '../../shared/config/secrets.ts';
import { payCallbackWechat } from '../../shared/contract/membership.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { handleWechatNotice, replyToWechat } from '../../shared/payments/handle-wechat-notice.ts';
import { payerHasher } from '../../shared/payments/payer-hash.ts';
import { openVerifyingKeys, WechatPayVerifying } from '../../shared/payments/wechat/verifying-config.ts';

export const main = httpFunction({
  operation: payCallbackWechat,
  config: z.object(BASE_CONFIG),
  build: async (config) => {
    const secrets = secretsOf(config);
    const verifying = await readSecretOf(WechatPayVerifying, secrets, secretName(config.STAGE, 'wechat-verifying'));
    return { db: databaseOf(config, secrets), hasher: payerHasher(config, secrets), ...openVerifyingKeys(verifying) };
  },
  caller: () => undefined,
  run: async ({ db, hasher, keys, expect }, _caller, _input, { request, nowMs, log, follow }) => {
    const { headers, rawBody } = request;
    const hashPayer = hasher((error) => log('payer_not_hashed', { error }));
    const notice = { headers, rawBody, nowMs, keys, expect };
    const { statusCode, ...outcome } = await handleWechatNotice(db, notice, follow, hashPayer);
    log(statusCode === 204 ? 'order_settled' : statusCode === 401 ? 'callback_refused' : 'callback_mismatch', outcome);
    return replyToWechat(statusCode);
  },
});
