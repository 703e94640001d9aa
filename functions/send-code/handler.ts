import * as z from 'zod/mini';
import { chooseCaptcha } from '../../shared/auth/choose-captcha.ts';
import { loginCodesOf } from '../../shared/auth/login-codes.ts';
import { sendLoginCode } from '../../shared/auth/send-login-code.ts';
import { SENDING_CONFIG } from '../../shared/auth/sending-config.ts';
import { tencentSms } from '../../shared/auth/tencent-sms.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { sendCode as operation } from '../../shared/contract/auth.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { settingsOf } from '../../shared/settings/settings.ts';

const endpoint = z.optional(z.string().check(z.regex(/^https?:\/\/[^/\s]+$/)));

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...SENDING_CONFIG, SMS_ENDPOINT: endpoint, CAPTCHA_ENDPOINT: endpoint }),
  build: (config) => {
    const secrets = secretsOf(config);
    const db = databaseOf(config, secrets);
    const [codes, sms] = [loginCodesOf(config, secrets), tencentSms(config, { secrets })];
    const deployed = config.SMS_DAILY_BUDGET;
    return { db, codes, sms, captcha: chooseCaptcha(config, secrets), settings: settingsOf(db), deployed };
  },
  caller: () => null,
  limiter: ({ db }) => databaseLimiter(db),
  run: async ({ settings, deployed, ...services }, _anyone, input, { request, nowMs, log }) => {
    const dailyBudget = (await settings(nowMs)).smsDailyBudget ?? deployed;
    return sendLoginCode({ ...services, dailyBudget }, { ...input, address: request.sourceIp, nowMs, log });
  },
});
