import * as z from 'zod/mini';

const budget = z._default(z.string(), '2000').check(z.regex(/^\d{1,8}$/));

/** What sending codes is deployed with: how many a day of Asia/Shanghai, unless an operator says otherwise, and who is asked whether a human calls. */
export const SENDING_CONFIG = {
  SMS_DAILY_BUDGET: z.pipe(budget, z.transform(Number)),
  CAPTCHA_MODE: z._default(z.enum(['off', 'tencent']), 'off'),
} as const;
