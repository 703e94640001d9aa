import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { SecretSource } from '../../../shared/config/secret-source.ts';
import { TencentApiError } from '../../../shared/config/tencent-api.ts';
import { ServicesFailed } from '../../../shared/http/failure.ts';
import { openAlipayChannel } from '../../../shared/payments/open-alipay-channel.ts';
import { channelsOf, listChannels, notifyUrlsAt } from '../../../shared/payments/open-channels.ts';
import { openWechatChannel } from '../../../shared/payments/open-wechat-channel.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SECRETS: Record<string, object> = {
  'yiying-test-wechat-signing': {
    mchId: '1900000001',
    appId: 'wx8888888888888888',
    merchantSerial: 'ABC123',
    merchantPrivateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    platformKeys: [{ serial: 'PUB_KEY_ID_01', pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }],
  },
  'yiying-test-alipay-signing': {
    appId: '2021001234567890',
    sellerId: '2088101106499364',
    appPrivateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    alipayPublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  },
};

/** The secrets manager's answers, as its client hands them out. */
function holding(secrets: Record<string, object>, code = 'ResourceNotFound.SecretNotExist'): SecretSource {
  const get = async (name: string) => {
    const secret = secrets[name];
    if (secret === undefined) throw new TencentApiError({ service: 'ssm', action: 'GetSecretValue' }, code, null);
    return secret;
  };
  return { get, refresh: get };
}

describe.each([
  ['wechat', openWechatChannel],
  ['alipay', openAlipayChannel],
] as const)('the channel %s', (id, open) => {
  const name = `yiying-test-${id}-signing`;
  const opened = (secrets: SecretSource) => open({ STAGE: 'test' }, secrets, () => 0);

  it('is open when its secret is there', async () => {
    expect((await opened(holding(SECRETS)))?.id).toBe(id);
  });

  it('is closed when its secret is not there, and never imitated', async () => {
    expect(await opened(holding({}))).toBeUndefined();
  });

  it('is neither while the secrets manager cannot be asked', async () => {
    await expect(opened(holding({}, 'FailedOperation'))).rejects.toBeInstanceOf(ServicesFailed);
  });

  it.each(Object.keys(SECRETS[name] ?? {}))('without %s names the field and no value', async (field) => {
    const { [field]: _, ...rest } = SECRETS[name] as Record<string, unknown>;
    const error = await opened(holding({ [name]: rest })).catch((cause: unknown) => cause as Error);
    expect(String(error)).toBe(`SecretUnreadable: secret ${name}: not valid: ${field}`);
  });

  const malformed = Object.keys(SECRETS[name] ?? {}).map(
    (field) => [field, field === 'platformKeys' ? [] : 'no key'] as const,
  );
  it.each(
    [...malformed, ['pem', [{ serial: 'PUB_KEY_ID_01', pem: 'no key' }]] as const].filter(
      ([field]) => id === 'wechat' || field !== 'pem',
    ),
  )('is closed with a malformed %s, which is named once; the other one stays open', async (field, value) => {
    const told: string[] = [];
    const secret = { ...SECRETS[name], [field === 'pem' ? 'platformKeys' : field]: value };
    const channels = channelsOf({ STAGE: 'test' }, holding({ ...SECRETS, [name]: secret }), () => 0);
    const listed = await listChannels(channels(({ channel, error }) => told.push(`${channel}: ${String(error)}`)));
    expect(listed.map(({ channel, open: isOpen }) => [channel, isOpen])).toEqual([
      ['wechat', id !== 'wechat'],
      ['alipay', id !== 'alipay'],
    ]);
    expect(told).toEqual([expect.stringMatching(`^${id}: SecretUnreadable: secret ${name}: .*${field}`)]);
    expect(told.join()).not.toContain('no key');
  });
});

it('both are listed, with the ways in which each is paid, and send their notices to an address of their own', async () => {
  const channels = channelsOf({ STAGE: 'test' }, holding(SECRETS), () => 0);
  const listed = await listChannels(channels(() => undefined));
  expect(listed).toEqual([
    { channel: 'wechat', open: true, methods: ['qr', 'h5'] },
    { channel: 'alipay', open: true, methods: ['qr', 'page', 'wap'] },
  ]);
  expect(listed.map(({ channel }) => notifyUrlsAt('https://api.example.com')(channel))).toEqual([
    'https://api.example.com/v1/pay-callback-wechat',
    'https://api.example.com/v1/pay-callback-alipay',
  ]);
});

it('one that is closed has no ways', async () => {
  const closed = { open: false, methods: [] };
  expect(await listChannels(channelsOf({ STAGE: 'test' }, holding({}), () => 0)(() => undefined))).toEqual([
    { channel: 'wechat', ...closed },
    { channel: 'alipay', ...closed },
  ]);
});

it('WeChat Pay’s signs by the clock that it was opened with', async () => {
  let authorization: string | undefined;
  const server = createServer((request, response) => {
    authorization = request.headers.authorization;
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const name = 'yiying-test-wechat-signing';
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secrets = holding({ [name]: { ...SECRETS[name], baseUrl } });
  const wechat = await openWechatChannel({ STAGE: 'test' }, secrets, () => Date.UTC(2026, 10, 23, 2));
  await expect(wechat?.queryOrder('ord_01JD0000000000000000000000')).rejects.toThrow('wechat');
  server.close();
  expect(authorization).toContain(`timestamp="${Date.UTC(2026, 10, 23, 2) / 1000}"`);
});

it('Alipay’s signs by the clock that it was opened with', async () => {
  const alipay = await openAlipayChannel({ STAGE: 'test' }, holding(SECRETS), () => Date.UTC(2026, 10, 23, 2));
  const asked = await alipay?.createOrder({
    ...{ outTradeNo: 'ord_01JD0000000000000000000000', method: 'page', amountFen: 9900, description: '衣影会员' },
    ...{ expiresAtMs: Date.UTC(2026, 10, 23, 2, 15), notifyUrl: 'https://api.example.com/v1/pay-callback-alipay' },
  });
  const parameters = new URL(asked?.payUrl ?? '').searchParams;
  expect(parameters.get('timestamp')).toBe('2026-11-23 10:00:00');
});

it('while the secrets manager cannot be asked nobody knows which are open', async () => {
  const asked = channelsOf({ STAGE: 'test' }, holding({}, 'FailedOperation'), () => 0)(() => undefined);
  await expect(listChannels(asked)).rejects.toBeInstanceOf(ServicesFailed);
});
