import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { COOKIE_CONFIG, handOver, refreshCookie } from '../../shared/auth/refresh-cookie.ts';
import { refreshSession } from '../../shared/auth/refresh-session.ts';
import { tokensSecretOf } from '../../shared/auth/tokens-secret.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { refreshSession as operation } from '../../shared/contract/auth.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { httpFunction } from '../../shared/http/http-function.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COOKIE_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    return {
      db: databaseOf(config, secrets),
      tokens: accessTokensOf(config, secrets),
      readSecret: tokensSecretOf(config, secrets),
      cookie: refreshCookie(config),
    };
  },
  caller: () => null,
  limiter: ({ db }) => databaseLimiter(db),
  run: async (services, _anyone, input, context) => {
    const presented = services.cookie.read(context, input.refreshToken);
    const refreshed = await refreshSession(services, presented, context);
    return handOver(services.cookie, context, refreshed, presented.via);
  },
});
