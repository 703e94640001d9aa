import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTencentService, type TencentService } from './tencent-service.ts';

/** Noon in Shanghai. */
const NOW_MS = Date.UTC(2026, 2, 1, 4);
const SMS = { phone: '13800138000', code: '012345', lifeMinutes: 5, nowMs: NOW_MS };
const SECRET = { sdkAppId: '1400000000', signName: '衣影', templateId: '100' };
const credentials = () => ({ secretId: 'AKIDtest', secretKey: randomBytes(20).toString('hex') });

let service: TencentService;
beforeAll(async () => {
  service = await startTencentService();
});
afterAll(() => service.close());

/** As a cold instance does. */
async function send(answer: unknown, secret: unknown = SECRET) {
  vi.resetModules();
  const { tencentSms } = await import('../../../shared/auth/tencent-sms.ts');
  Object.assign(service, { response: answer, asked: [] });
  const get = async (name: string) => (name === 'yiying-test-sms' ? secret : undefined);
  const config = { STAGE: 'test', SMS_ENDPOINT: service.url };
  return tencentSms(config, { secrets: { get, refresh: get }, credentials })(SMS);
}
const status = (Code: string, more: object = {}) => ({ SendStatusSet: [{ Code, ...more }] });

describe('an SMS', () => {
  it('is one request with the code and its minutes, in the region of the secret', async () => {
    expect(await send(status('Ok', { SerialNo: '2019:1' }))).toEqual({ outcome: 'sent', serialNo: '2019:1' });
    const payload = {
      ...{ PhoneNumberSet: ['+8613800138000'], SmsSdkAppId: '1400000000', SignName: '衣影', TemplateId: '100' },
      TemplateParamSet: ['012345', '5'],
    };
    expect(service.asked).toEqual([
      { call: ['SendSms', '2021-01-11', 'ap-guangzhou'], scope: 'sms/tc3_request', payload },
    ]);
    for (const region of ['ap-guangzhou', 'ap-beijing', 'ap-nanjing']) {
      await send(status('Ok'), { ...SECRET, region });
      expect(service.asked).toEqual([{ call: ['SendSms', '2021-01-11', region], scope: 'sms/tc3_request', payload }]);
    }
  });

  it('that was sent has been sent, also when it is told without a number of its own', async () => {
    expect(await send(status('Ok'))).toEqual({ outcome: 'sent', serialNo: '' });
  });

  const failed = (providerCode: string) => ({ outcome: 'failed', providerCode });
  const limited = (providerCode: string, retryAfterSeconds: number) => ({
    ...{ outcome: 'phone_limited', providerCode, retryAfterSeconds },
  });
  const [DAILY, SAME_DAILY] = ['PhoneNumberDailyLimit', 'PhoneNumberSameContentDailyLimit'].map(
    (name) => `LimitExceeded.${name}`,
  ) as [string, string];
  it.each<[string, unknown, object]>([
    [
      'its number is refused',
      status('FailedOperation.PhoneNumberInBlacklist'),
      failed('FailedOperation.PhoneNumberInBlacklist'),
    ],
    ['the whole call is', { Error: { Code: 'AuthFailure.SecretIdNotFound' } }, failed('AuthFailure.SecretIdNotFound')],
    ['nothing is said of the number', {}, failed('Client.BadReply')],
    ['nobody is said to be sent it', { SendStatusSet: [] }, failed('Client.BadReply')],
    [
      'another is said to be sent it, too',
      { SendStatusSet: [{ Code: 'Ok' }, { Code: 'Ok' }] },
      failed('Client.BadReply'),
    ],
    ['what is said is no code', { SendStatusSet: [{ Code: 1 }] }, failed('Client.BadReply')],
    ['a code has a name that every object knows', status('constructor'), failed('constructor')],
    ['the day of its phone is spent', status(DAILY), limited(DAILY, 12 * 3600)],
    ['the day of its content is', status(SAME_DAILY), limited(SAME_DAILY, 12 * 3600)],
    ['the phone’s limit is told of the call', { Error: { Code: DAILY } }, limited(DAILY, 12 * 3600)],
    [
      'our own day is',
      status('LimitExceeded.AppDailyLimit'),
      { outcome: 'budget_spent', providerCode: 'LimitExceeded.AppDailyLimit' },
    ],
    [
      'our own day in the mainland is',
      { Error: { Code: 'LimitExceeded.AppMainlandChinaDailyLimit' } },
      { outcome: 'budget_spent', providerCode: 'LimitExceeded.AppMainlandChinaDailyLimit' },
    ],
  ])('is not sent when %s', async (_what, answer, outcome) => {
    expect(await send(answer)).toEqual(outcome);
  });

  it.each<[string, object]>([
    ['sdkAppId', { ...SECRET, sdkAppId: 'x1400000000' }],
    ['sdkAppId', { ...SECRET, sdkAppId: '1400000000x' }],
    ['signName', { ...SECRET, signName: '' }],
    ['templateId', { ...SECRET, templateId: 'a100' }],
    ['templateId', { ...SECRET, templateId: '100a' }],
    ['region', { ...SECRET, region: 'ap-singapore' }],
  ])('is not asked for with a secret whose %s is wrong, and that is no word of the provider', async (field, secret) => {
    await expect(send(status('Ok'), secret)).rejects.toThrow(field);
    expect(service.asked).toEqual([]);
  });
});
