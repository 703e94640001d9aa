import * as z from 'zod/mini';
import { endSession } from '../../shared/auth/end-session.ts';
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
  build: (config) => ({ db: databaseOf(config, secretsOf(config)), cookie: refreshCookie(config) }),
  caller: () => null,
  limiter: ({ db }) => databaseLimiter(db),
  run: async ({ db, cookie }, _anyone, input, context) => {
    const presented = cookie.read(context, input.refreshToken);
    await endSession(db, presented.token, context.nowMs);
    presented.discard();
    return {};
  },
});
