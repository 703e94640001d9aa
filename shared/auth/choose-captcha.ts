import type { SecretSource } from '../config/secret-source.ts';
import type { Captcha, CaptchaConfig } from './captcha.ts';
import { tencentCaptcha } from './tencent-captcha.ts';

/** `off` lets everyone pass: limits and the daily budget stand all the same. */
export function chooseCaptcha(config: CaptchaConfig, secrets: SecretSource): Captcha {
  return config.CAPTCHA_MODE === 'tencent' ? tencentCaptcha(config, { secrets }) : async () => true;
}
