import * as z from 'zod/mini';
import { type Credentials, credentialsOf } from '../config/credentials.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { readSecretOf, secretName } from '../config/secrets.ts';
import { callTencentApi, TencentApiError } from '../config/tencent-api.ts';
import { ServicesFailed } from '../http/failure.ts';
import type { Captcha, CaptchaConfig, CaptchaProof } from './captcha.ts';

/** `yiying-{stage}-captcha`. */
export const CaptchaSecret = z.object({
  appId: z.int().check(z.positive()),
  appSecretKey: z.string().check(z.minLength(1)),
});

/** The two values of the page's callback: `{"ticket":"…","randstr":"…"}`. */
const Solved = z.strictObject({
  ticket: z.string().check(z.minLength(1)),
  randstr: z.string().check(z.minLength(1)),
});

const TIMEOUT_MS = 3000;
const WEB_CAPTCHA = 9;
const PASSED = 1;
const MALICIOUS = 100;

export interface TencentCaptchaOptions {
  readonly secrets: SecretSource;
  readonly credentials?: () => Credentials;
}

/**
 * Tencent Cloud Captcha, DescribeCaptchaResult 2019-07-22 (https://cloud.tencent.com/document/api/1110/36926). Tickets
 * that the page made up because it could not load the captcha (`trerror_…`) are refused there like any other bad one.
 */
export function tencentCaptcha(
  config: Pick<CaptchaConfig, 'STAGE' | 'REGION' | 'CAPTCHA_ENDPOINT'>,
  { secrets, credentials = credentialsOf }: TencentCaptchaOptions,
): Captcha {
  return async (proof) => {
    const solved = readSolved(proof.captcha);
    if (solved === undefined) return false;
    try {
      const secret = await readSecretOf(CaptchaSecret, secrets, secretName(config.STAGE, 'captcha'));
      const result = await callTencentApi({
        service: 'captcha',
        version: '2019-07-22',
        action: 'DescribeCaptchaResult',
        payload: payloadOf(proof, solved, secret),
        region: config.REGION,
        endpoint: config.CAPTCHA_ENDPOINT,
        credentials: credentials(),
        timeoutMs: TIMEOUT_MS,
        nowMs: proof.nowMs,
      });
      return result['CaptchaCode'] === PASSED && result['EvilLevel'] !== MALICIOUS;
    } catch (error) {
      throw error instanceof TencentApiError ? new ServicesFailed(error) : error;
    }
  };
}

const payloadOf = (
  proof: CaptchaProof,
  { ticket, randstr }: z.output<typeof Solved>,
  { appId, appSecretKey }: z.output<typeof CaptchaSecret>,
) => ({
  CaptchaType: WEB_CAPTCHA,
  Ticket: ticket,
  Randstr: randstr,
  UserIp: proof.address,
  CaptchaAppId: appId,
  AppSecretKey: appSecretKey,
});

function readSolved(captcha: string | undefined): z.output<typeof Solved> | undefined {
  try {
    return z.safeParse(Solved, JSON.parse(captcha ?? '')).data;
  } catch {
    return undefined;
  }
}
