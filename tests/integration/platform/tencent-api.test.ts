import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client as SmsClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/sms/v20210111/sms_client.js';
import { Client as SsmClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssm/v20190923/ssm_client.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTencentApi, type TencentApi } from '../../../scripts/local/tencent-api/start-tencent-api.ts';
import { callTencentApi, type TencentApiCall, TencentApiError } from '../../../shared/config/tencent-api.ts';
import { randomToken } from '../../../shared/id.ts';

const role = { secretId: 'AKIDlocalrole', secretKey: randomToken(24), sessionToken: randomToken(24) };
const user = { secretId: 'AKIDlocaluser', secretKey: randomToken(24) };
const region = 'ap-guangzhou';
let api: TencentApi;
let shiftMs = 0;
const clock = () => Date.now() + shiftMs;

beforeAll(async () => {
  api = await startTencentApi({
    clock,
    credentials: [role, user],
    secrets: { 'yiying-test-tokens': { currentKeyId: 'k1' } },
    sms: {
      sdkAppId: '1400000001',
      signName: '衣影',
      templates: { '1001': '您的登录验证码为{1}，{2}分钟内有效。' },
      refuse: (phone) => (phone === '+8613900000000' ? 'LimitExceeded.PhoneNumberDailyLimit' : undefined),
    },
  });
});
afterEach(() => {
  shiftMs = 0;
});
afterAll(() => api.close());

const call = (changes: Partial<TencentApiCall> = {}) =>
  callTencentApi({
    service: 'ssm',
    version: '2019-09-23',
    action: 'GetSecretValue',
    payload: { SecretName: 'yiying-test-tokens', VersionId: 'SSM_Current' },
    region,
    endpoint: api.url,
    credentials: role,
    timeoutMs: 3000,
    nowMs: Date.now(),
    ...changes,
  });
const codeOf = async (changes: Partial<TencentApiCall>): Promise<string> => {
  const error = await call(changes).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TencentApiError);
  return (error as TencentApiError).code;
};
const sms = (changes: Record<string, unknown> = {}): Partial<TencentApiCall> => ({
  service: 'sms',
  version: '2021-01-11',
  action: 'SendSms',
  payload: {
    PhoneNumberSet: ['+8613800000000'],
    SmsSdkAppId: '1400000001',
    SignName: '衣影',
    TemplateId: '1001',
    TemplateParamSet: ['123456', '5'],
    ...changes,
  },
});

describe('the local Tencent API, called by the official SDK', () => {
  const profile = () => ({ httpProfile: { protocol: 'http://', endpoint: api.url.slice('http://'.length) } });
  it('gives a secret', async () => {
    const client = new SsmClient({ credential: user, region, profile: profile() });
    const { SecretString } = await client.GetSecretValue({
      SecretName: 'yiying-test-tokens',
      VersionId: 'SSM_Current',
    });
    expect(JSON.parse(SecretString ?? '')).toEqual({ currentKeyId: 'k1' });
  });
  it('delivers an SMS, and words an error as the SDK expects it', async () => {
    const client = new SmsClient({ credential: user, region, profile: profile() });
    const request = {
      PhoneNumberSet: ['13800000001'],
      SmsSdkAppId: '1400000001',
      SignName: '衣影',
      TemplateId: '1001',
      TemplateParamSet: ['654321', '5'],
    };
    const { SendStatusSet } = await client.SendSms(request);
    expect(SendStatusSet).toMatchObject([{ Code: 'Ok', PhoneNumber: '+8613800000001', Fee: 1 }]);
    expect(api.inbox().at(-1)).toMatchObject({
      phoneNumber: '+8613800000001',
      text: '【衣影】您的登录验证码为654321，5分钟内有效。',
    });
    await expect(client.SendSms({ ...request, SmsSdkAppId: 'x' })).rejects.toMatchObject({
      code: 'UnauthorizedOperation.SmsSdkAppIdVerifyFail',
    });
  });
});

describe('a call of ours', () => {
  it('answers Response without its envelope', async () => {
    expect(await call()).toMatchObject({ SecretName: 'yiying-test-tokens', SecretString: '{"currentKeyId":"k1"}' });
  });
  it.each([
    ['AuthFailure.SecretIdNotFound', { credentials: { ...role, secretId: 'AKIDnobody' } }],
    ['AuthFailure.SignatureFailure', { credentials: { ...role, secretKey: 'wrong' } }],
    ['AuthFailure.TokenFailure', { credentials: { secretId: role.secretId, secretKey: role.secretKey } }],
    ['AuthFailure.TokenFailure', { credentials: { ...user, sessionToken: 'none of yours' } }],
    ['AuthFailure.SignatureExpire', { nowMs: Date.now() - 400_000 }],
    ['AuthFailure.SignatureExpire', { nowMs: Date.now() + 400_000 }],
    ['InvalidAction', { action: 'DeleteSecret' }],
    ['NoSuchVersion', { version: '2018-01-01' }],
    ['NoSuchVersion', { service: 'sms' }],
    ['ResourceNotFound', { payload: { SecretName: 'other', VersionId: 'SSM_Current' } }],
    ['ResourceNotFound', { payload: { SecretName: 'constructor', VersionId: 'SSM_Current' } }],
    ['MissingParameter', { payload: { SecretName: 'yiying-test-tokens' } }],
  ])('is refused with %s', async (code, changes) => {
    expect(await codeOf(changes)).toBe(code);
  });
  it('says Tencent’s request id and no secret when it is refused', async () => {
    const error = (await call({ payload: {} }).catch((reason: unknown) => reason)) as TencentApiError;
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain(role.secretKey);
  });
});

describe('an SMS', () => {
  it('has a Code of its own for each number', async () => {
    const PhoneNumberSet = ['+8613800000002', '+8612345', '+8613900000000', '008613800000003', '+14155550100'];
    const before = api.inbox().length;
    const { SendStatusSet } = (await call(sms({ PhoneNumberSet }))) as { SendStatusSet: { Code: string }[] };
    expect(SendStatusSet.map(({ Code }) => Code)).toEqual([
      'Ok',
      'InvalidParameterValue.IncorrectPhoneNumber',
      'LimitExceeded.PhoneNumberDailyLimit',
      'Ok',
      'InvalidParameterValue.IncorrectPhoneNumber',
    ]);
    expect(
      api
        .inbox()
        .slice(before)
        .map(({ phoneNumber }) => phoneNumber),
    ).toEqual(['+8613800000002', '+8613800000003']);
  });
  it.each([
    ['FailedOperation.SignatureIncorrectOrUnapproved', { SignName: '别家' }],
    ['FailedOperation.TemplateIncorrectOrUnapproved', { TemplateId: '9' }],
    ['FailedOperation.TemplateIncorrectOrUnapproved', { TemplateParamSet: ['123456'] }],
  ])('is not delivered: %s', async (code, changes) => {
    const before = api.inbox().length;
    expect(await call(sms(changes))).toMatchObject({ SendStatusSet: [{ Code: code, Fee: 0 }] });
    expect(api.inbox()).toHaveLength(before);
  });
  it('goes to at most 200 numbers', async () => {
    const numbers = (count: number) => ({
      PhoneNumberSet: Array.from({ length: count }, (_, i) => `+861380000${1000 + i}`),
    });
    expect(((await call(sms(numbers(200)))) as { SendStatusSet: unknown[] }).SendStatusSet).toHaveLength(200);
    expect(await codeOf(sms(numbers(201)))).toBe('LimitExceeded.PhoneNumberCountLimit');
    expect(await codeOf(sms(numbers(0)))).toBe('MissingParameter.EmptyPhoneNumberSet');
  });
});

describe('an endpoint that misbehaves', () => {
  let server: Server;
  const serve = async (answer: (end: (text?: string) => void) => void): Promise<Partial<TencentApiCall>> => {
    server = createServer((_request, reply) =>
      answer((text) => (text === undefined ? reply.destroy() : reply.end(text))),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs: 200 };
  };
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  it.each([
    ['Client.Timeout', () => undefined],
    ['Client.Network', (end: (text?: string) => void) => end()],
    ['Client.BadReply', (end: (text?: string) => void) => end('<html>502</html>')],
    ['Client.BadReply', (end: (text?: string) => void) => end('{"Response":null}')],
    ['Client.BadReply', (end: (text?: string) => void) => end('x'.repeat(2 * 1024 * 1024))],
  ])('is %s', async (code, answer) => {
    const startedMs = Date.now();
    expect(await codeOf(await serve(answer))).toBe(code);
    expect(Date.now() - startedMs).toBeLessThan(2000);
  });
});
