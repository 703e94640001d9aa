import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { endSession } from '../../shared/auth/end-session.ts';
import { endView } from '../../shared/auth/operator-view.ts';
import { COOKIE_CONFIG, refreshCookie } from '../../shared/auth/refresh-cookie.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { logout as operation } from '../../shared/contract/auth.ts';
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
      cookie: refreshCookie(config),
    };
  },
  caller: () => null,
  limiter: ({ db }) => databaseLimiter(db),
  run: async ({ db, tokens, cookie }, _anyone, input, context) => {
    if (input.viewToken !== undefined) {
      // The cookie that comes along is the operator's own.
      await endView({ db, tokens }, input.viewToken, context.nowMs);
      return {};
    }
    const presented = cookie.read(context, input.refreshToken);
    await endSession(db, presented.token, context.nowMs);
    presented.discard();
    return {};
  },
});
