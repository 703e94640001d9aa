import type { BaseConfig } from '../config/read-config.ts';

export interface CaptchaProof {
  /** What the page's captcha answered, as the operation takes it; undefined when the caller sent none. */
  readonly captcha: string | undefined;
  readonly address: string;
  readonly nowMs: number;
}

/** Whether a human seems to be calling. @throws ServicesFailed (503) while the captcha's service cannot tell */
export type Captcha = (proof: CaptchaProof) => Promise<boolean>;

export interface CaptchaConfig extends Pick<BaseConfig, 'STAGE' | 'REGION'> {
  readonly CAPTCHA_MODE: 'off' | 'tencent';
  readonly CAPTCHA_ENDPOINT?: string | undefined;
}
