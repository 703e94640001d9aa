import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTencentApi, type TencentApi } from '../../../scripts/local/tencent-api/start-tencent-api.ts';
import { SecretUnreadable, secretSource } from '../../../shared/config/secret-source.ts';
import { DatabaseSecret, readSecretOf, secretName, TokensSecret } from '../../../shared/config/secrets.ts';
import { TencentApiError } from '../../../shared/config/tencent-api.ts';
import { randomToken } from '../../../shared/id.ts';

const credentials = { secretId: 'AKIDrole', secretKey: randomToken(24) };
const name = secretName('test', 'database');
const secrets: Record<string, unknown> = {};
let api: TencentApi;
let calls = 0;
let shiftMs = 0;
const clock = () => Date.now() + shiftMs;

beforeAll(async () => {
  const counted = new Proxy(secrets, {
    getOwnPropertyDescriptor: (target, key) => {
      calls++;
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  });
  const sms = { sdkAppId: '1', signName: 's', templates: {} };
  api = await startTencentApi({ clock, credentials: [credentials], secrets: counted, sms });
});
afterAll(() => api.close());

const start = (endpoint = api.url, onStale?: (name: string) => void) => {
  calls = 0;
  return secretSource({
    region: 'ap-guangzhou',
    endpoint,
    credentials: () => credentials,
    clock,
    timeoutMs: 1000,
    ...(onStale && { onStale }),
  });
};
const good = { host: 'db', port: 3306, user: 'u', password: 'p', database: 'd' };

describe('a secret', () => {
  it('is called yiying-{stage}-{purpose}', () => {
    expect(name).toBe('yiying-test-database');
  });
  it('is fetched once for all who ask at once, and kept for ten minutes', async () => {
    secrets[name] = { password: 'first' };
    const source = start();
    const all = await Promise.all([source.get(name), source.get(name), source.get(name)]);
    expect(all).toEqual(new Array(3).fill({ password: 'first' }));
    secrets[name] = { password: 'second' };
    shiftMs += 599_000;
    expect(await source.get(name)).toEqual({ password: 'first' });
    expect(calls).toBe(1);
    shiftMs += 2000;
    expect(await source.get(name)).toEqual({ password: 'second' });
    expect(calls).toBe(2);
  });
  it('can be had fresh when the kept one was refused', async () => {
    secrets[name] = { password: 'old' };
    const source = start();
    await source.get(name);
    secrets[name] = { password: 'rotated' };
    expect(await source.refresh(name)).toEqual({ password: 'rotated' });
    expect(await source.get(name)).toEqual({ password: 'rotated' });
  });
  it('outlives the manager’s absence, but cannot begin in it', async () => {
    const other = await startTencentApi({
      clock,
      credentials: [credentials],
      secrets: { [name]: { a: 1 } },
      sms: { sdkAppId: '1', signName: 's', templates: {} },
    });
    const stale: string[] = [];
    const source = start(other.url, (which) => stale.push(which));
    await source.get(name);
    await other.close();
    shiftMs += 601_000;
    expect(await source.get(name)).toEqual({ a: 1 });
    expect(stale).toEqual([name]);
    await expect(start(other.url).get(name)).rejects.toMatchObject({ code: 'Client.Network' });
    await expect(start().get('yiying-test-none')).rejects.toThrow(TencentApiError);
  });
  it('with a bad field names the field and shows no value', async () => {
    secrets[name] = { ...good, port: 'PORT-VALUE', password: ['PASS-VALUE'] };
    const error = await readSecretOf(DatabaseSecret, start(), name).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SecretUnreadable);
    expect(String((error as Error).stack)).not.toContain('-VALUE');
    expect((error as Error).message).toBe(`secret ${name}: not valid: port, password`);
    secrets[name] = { socketPath: '', user: 'u', password: '', database: 'd' };
    await expect(readSecretOf(DatabaseSecret, start(), name)).rejects.toThrow(/not valid: socketPath$/);
  });
  it('of a database is a host or a socket', async () => {
    secrets[name] = { ...good, port: undefined };
    expect(await readSecretOf(DatabaseSecret, start(), name)).toEqual(good);
    const local = { socketPath: '/tmp/s', user: 'u', password: '', database: 'd' };
    secrets[name] = local;
    expect(await readSecretOf(DatabaseSecret, start(), name)).toEqual(local);
  });
  it('of tokens has 32-byte keys, the current one among them', async () => {
    const tokens = secretName('test', 'tokens');
    const key = Buffer.alloc(32, 7).toString('base64');
    const read = (value: unknown) => {
      secrets[tokens] = value;
      return readSecretOf(TokensSecret, start(), tokens);
    };
    const codeKey = key;
    expect(await read({ codeKey, currentKeyId: 'a', keys: [{ id: 'a', key }] })).toMatchObject({ currentKeyId: 'a' });
    await expect(read({ codeKey, currentKeyId: 'b', keys: [{ id: 'a', key }] })).rejects.toThrow(/currentKeyId/);
    await expect(read({ codeKey, currentKeyId: 'a', keys: [{ id: 'a', key: 'short' }] })).rejects.toThrow(
      /keys\.0\.key/,
    );
    await expect(read({ codeKey, currentKeyId: 'a', keys: [] })).rejects.toThrow(/keys/);
    await expect(read({ currentKeyId: 'a', keys: [{ id: 'a', key }] })).rejects.toThrow(/codeKey/);
  });
});
