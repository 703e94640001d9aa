import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { deleteAccount } from '../../shared/auth/delete-account.ts';
import { loginCodesOf } from '../../shared/auth/login-codes.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { deleteAccount as operation } from '../../shared/contract/auth.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { httpFunction } from '../../shared/http/http-function.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return {
      db: databaseOf(config, secrets),
      tokens: accessTokensOf(config, secrets),
      codes: loginCodesOf(config, secrets),
    };
  },
  caller: signedInMerchant,
  limiter: ({ db }) => databaseLimiter(db),
  run: (services, merchant, input, context) => deleteAccount(services, merchant.id, input, context),
});
