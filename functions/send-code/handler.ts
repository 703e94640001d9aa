import * as z from 'zod/mini';
import { chooseCaptcha } from '../../shared/auth/choose-captcha.ts';
import { loginCodesOf } from '../../shared/auth/login-codes.ts';
import { sendLoginCode } from '../../shared/auth/send-login-code.ts';
import { tencentSms } from '../../shared/auth/tencent-sms.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { sendCode as operation } from '../../shared/contract/auth.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { httpFunction } from '../../shared/http/http-function.ts';

const endpoint = z.optional(z.string().check(z.regex(/^https?:\/\/[^/\s]+$/)));
const budget = z._default(z.string(), '2000').check(z.regex(/^\d{1,8}$/));

export const main = httpFunction({
  operation,
  config: z.object({
    ...BASE_CONFIG,
    SMS_ENDPOINT: endpoint,
    SMS_DAILY_BUDGET: z.pipe(budget, z.transform(Number)),
    CAPTCHA_MODE: z._default(z.enum(['off', 'tencent']), 'off'),
    CAPTCHA_ENDPOINT: endpoint,
  }),
  build: (config) => {
    const secrets = secretsOf(config);
    return {
      db: databaseOf(config, secrets),
      codes: loginCodesOf(config, secrets),
      sms: tencentSms(config, { secrets }),
      captcha: chooseCaptcha(config, secrets),
      dailyBudget: config.SMS_DAILY_BUDGET,
    };
  },
  caller: () => null,
  limiter: ({ db }) => databaseLimiter(db),
  run: (services, _anyone, input, { request, nowMs, log }) =>
    sendLoginCode(services, { ...input, address: request.sourceIp, nowMs, log }),
});
