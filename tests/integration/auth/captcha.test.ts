import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import { type AuthStage, newPhone, startAuthStage } from './auth-stage.ts';
import { startTencentService, type TencentService } from './tencent-service.ts';

let service: TencentService;
let database: FreshDatabase;
let stage: AuthStage;

beforeAll(async () => {
  service = await startTencentService();
  database = await freshDatabase();
  stage = await startAuthStage(database, {
    CAPTCHA_MODE: 'tencent',
    CAPTCHA_ENDPOINT: service.url,
  });
  stage.secrets['yiying-test-captcha'] = { appId: 190000000, appSecretKey: 'captcha-secret' };
});
afterAll(async () => {
  await stage.close();
  await database.drop();
  await service.close();
});
beforeEach(() => {
  service.asked = [];
  service.response = { CaptchaCode: 1, CaptchaMsg: 'OK', EvilLevel: 0, RequestId: 'r' };
});

const solved = JSON.stringify({ ticket: 't03abc*', randstr: '@PZD' });
const send = (captcha?: string) =>
  stage.call('send-code', { body: { phone: newPhone(), captcha }, sourceIp: '203.0.113.20' });
const sentSms = () => stage.tencent.inbox().length;

describe('with the captcha on', () => {
  it('a solved one lets the SMS go, after Tencent was asked about this ticket and this address', async () => {
    const before = sentSms();
    expect((await send(solved)).status).toBe(200);
    expect(sentSms()).toBe(before + 1);
    const payload = {
      CaptchaType: 9,
      Ticket: 't03abc*',
      Randstr: '@PZD',
      UserIp: '203.0.113.20',
      CaptchaAppId: 190000000,
      AppSecretKey: 'captcha-secret',
    };
    const call = ['DescribeCaptchaResult', '2019-07-22', 'ap-guangzhou'];
    expect(service.asked).toEqual([{ call, scope: 'captcha/tc3_request', payload }]);
  });

  it.each([undefined, '', 'ticket', '{}', 'null', '{"ticket":"","randstr":""}', '{"ticket":1,"randstr":"x"}'])(
    '%s is no proof, and nobody is asked about it',
    async (captcha) => {
      const before = sentSms();
      const { status, body } = await send(captcha);
      expect([status, body.error.code, service.asked.length, sentSms()]).toEqual([400, 'CAPTCHA_REQUIRED', 0, before]);
    },
  );

  it.each([
    ['expired', { CaptchaCode: 8 }],
    ['reused', { CaptchaCode: 9 }],
    ['made up by a page that could not load it', { CaptchaCode: 21 }],
    ['solved by a machine', { CaptchaCode: 1, EvilLevel: 100 }],
    ['without a verdict', {}],
  ])('a ticket that is %s is refused', async (_what, answer) => {
    service.response = answer;
    expect((await send(solved)).body.error.code).toBe('CAPTCHA_REQUIRED');
  });

  it('a captcha service that fails makes 503: no open door, and nothing that the merchant could mend', async () => {
    service.response = { Error: { Code: 'InternalError', Message: 'x' } };
    const { status, body } = await send(solved);
    expect([status, body.error.code]).toEqual([503, 'UNAVAILABLE']);
  });

  it('a secret that is no captcha’s is our own fault, and nobody is asked with it', async () => {
    const good = stage.secrets['yiying-test-captcha'] as object;
    stage.secrets['yiying-test-captcha'] = { ...good, appId: '190000000' };
    const cold = await stage.newInstance('send-code');
    const { status, body } = await cold({ body: { phone: newPhone(), captcha: solved }, sourceIp: '203.0.113.21' });
    stage.secrets['yiying-test-captcha'] = good;
    expect([status, body.error.code, service.asked]).toEqual([500, 'INTERNAL', []]);
  });
});
