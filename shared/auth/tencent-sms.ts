import * as z from 'zod/mini';
import { type Credentials, credentialsOf } from '../config/credentials.ts';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { readSecretOf, secretName } from '../config/secrets.ts';
import { callTencentApi, TencentApiError } from '../config/tencent-api.ts';
import { secondsOfShanghaiDayLeft } from '../shanghai-day.ts';
import type { LoginSms, SmsOutcome, SmsSender } from './sms-sender.ts';

/** `yiying-{stage}-sms`. The template has two variables: the code, and the minutes that it is good for. */
export const SmsSecret = z.object({
  sdkAppId: z.string().check(z.regex(/^\d+$/)),
  /** The signature's content, not its id. */
  signName: z.string().check(z.minLength(1)),
  templateId: z.string().check(z.regex(/^\d+$/)),
  /** SMS has endpoints in these regions alone, wherever the functions run. */
  region: z._default(z.enum(['ap-guangzhou', 'ap-beijing', 'ap-nanjing']), 'ap-guangzhou'),
});

const TIMEOUT_MS = 6000;

/** Limits that the SMS console sets per phone, and the seconds until each lets one pass for certain. */
const PHONE_LIMITS: Readonly<Record<string, number | 'day'>> = {
  'LimitExceeded.PhoneNumberThirtySecondLimit': 30,
  'LimitExceeded.DeliveryFrequencyLimit': 60,
  'LimitExceeded.PhoneNumberOneHourLimit': 3600,
  'LimitExceeded.PhoneNumberSameContentDailyLimit': 'day',
  'LimitExceeded.PhoneNumberDailyLimit': 'day',
};
const DAY_LIMITS: ReadonlySet<string> = new Set([
  'LimitExceeded.AppDailyLimit',
  'LimitExceeded.AppMainlandChinaDailyLimit',
]);

export interface TencentSmsOptions {
  readonly secrets: SecretSource;
  readonly credentials?: () => Credentials;
}

/**
 * Tencent Cloud SMS, SendSms 2021-01-11 (https://cloud.tencent.com/document/api/382/55981). HTTP 200 without an error is
 * no success yet: each number has a Code of its own, and only `Ok` was sent (codes: /document/api/382/59177).
 */
export function tencentSms(
  config: Pick<BaseConfig, 'STAGE'> & { readonly SMS_ENDPOINT?: string | undefined },
  { secrets, credentials = credentialsOf }: TencentSmsOptions,
): SmsSender {
  return async (sms) => {
    try {
      const secret = await readSecretOf(SmsSecret, secrets, secretName(config.STAGE, 'sms'));
      const response = await callTencentApi({
        service: 'sms',
        version: '2021-01-11',
        action: 'SendSms',
        payload: payloadOf(sms, secret),
        region: secret.region,
        endpoint: config.SMS_ENDPOINT,
        credentials: credentials(),
        timeoutMs: TIMEOUT_MS,
        nowMs: sms.nowMs,
      });
      return readStatus(response, sms.nowMs);
    } catch (error) {
      if (error instanceof TencentApiError) return refused(error.code, sms.nowMs);
      throw error;
    }
  };
}

const payloadOf = (sms: LoginSms, secret: z.output<typeof SmsSecret>) => ({
  PhoneNumberSet: [`+86${sms.phone}`],
  SmsSdkAppId: secret.sdkAppId,
  SignName: secret.signName,
  TemplateId: secret.templateId,
  TemplateParamSet: [sms.code, String(sms.lifeMinutes)],
});

const SendStatusSet = z.array(z.object({ Code: z.string(), SerialNo: z.optional(z.string()) })).check(z.length(1));

function readStatus(response: Readonly<Record<string, unknown>>, nowMs: number): SmsOutcome {
  const [status] = z.safeParse(SendStatusSet, response['SendStatusSet']).data ?? [];
  if (status?.Code === 'Ok') return { outcome: 'sent', serialNo: status.SerialNo ?? '' };
  return refused(status?.Code ?? 'Client.BadReply', nowMs);
}

function refused(providerCode: string, nowMs: number): SmsOutcome {
  const limit = Object.hasOwn(PHONE_LIMITS, providerCode) ? PHONE_LIMITS[providerCode] : undefined;
  if (limit === undefined) return { outcome: DAY_LIMITS.has(providerCode) ? 'budget_spent' : 'failed', providerCode };
  const retryAfterSeconds = limit === 'day' ? secondsOfShanghaiDayLeft(nowMs) : limit;
  return { outcome: 'phone_limited', providerCode, retryAfterSeconds };
}
