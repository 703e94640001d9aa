import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { logIn } from '../../shared/auth/log-in.ts';
import { loginCodesOf } from '../../shared/auth/login-codes.ts';
import { COOKIE_CONFIG, handOver, refreshCookie } from '../../shared/auth/refresh-cookie.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { login as operation } from '../../shared/contract/auth.ts';
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
      codes: loginCodesOf(config, secrets),
      cookie: refreshCookie(config),
    };
  },
  caller: () => null,
  limiter: ({ db }) => databaseLimiter(db),
  run: async (services, _anyone, { tokenIn, ...given }, context) => {
    const { request, nowMs, log } = context;
    const userAgent = request.headers['user-agent'] ?? '';
    const signedIn = await logIn(services, { ...given, address: request.sourceIp, userAgent, nowMs, log });
    return handOver(services.cookie, context, signedIn, tokenIn);
  },
});
