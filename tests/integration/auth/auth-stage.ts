import { randomBytes } from 'node:crypto';
import { expect, vi } from 'vitest';
import { startTencentApi, type TencentApi } from '../../../scripts/local/tencent-api/start-tencent-api.ts';
import type { FreshDatabase } from '../../../scripts/test/fresh-database.ts';
import type { DatabaseSecret } from '../../../shared/config/secrets.ts';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { type Database, openDatabase } from '../../../shared/db/database.ts';
import type { Handler } from '../../../shared/http/http-function.ts';
import { apiGatewayEvent, functionUrlEvent, type RequestParts } from './http-events.ts';

export const WEB_ORIGIN = 'https://app.example.com';
export const START_MS = Date.UTC(2026, 2, 1, 4);

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire; each test says what it expects of it
  readonly body: any;
}

export type Call = (name: string, request?: RequestParts) => Promise<Answer>;

export type CallInstance = (request?: RequestParts) => Promise<Answer>;

export interface AuthStage {
  readonly db: Database;
  readonly tencent: TencentApi;
  readonly secrets: Record<string, unknown>;
  /** Calls the stage's own warm instance of a function, as `functionUrl` or `apiGateway` would. */
  readonly call: Call;
  readonly callThroughApiGateway: Call;
  /** A cold instance: its own modules, services and connection. */
  readonly newInstance: (name: string) => Promise<CallInstance>;
  readonly newInstances: (name: string, count: number) => Promise<CallInstance[]>;
  readonly advance: (ms: number) => void;
  readonly logs: () => string;
  /** Codes that phones are refused with by the SMS provider. */
  readonly refusedPhones: Map<string, string>;
  readonly close: () => Promise<void>;
}

export const CREDENTIALS = {
  secretId: 'AKIDtest',
  secretKey: randomBytes(20).toString('hex'),
  sessionToken: 'session',
};
const secretKey = () => randomBytes(32).toString('base64');

/**
 * The auth functions as they are deployed, over a real database and a stand-in for Tencent's secrets manager and SMS.
 * Only `Date` is replaced, so every clock in them shows the test's time.
 */
export async function startAuthStage(
  database: Pick<FreshDatabase, 'connection'>,
  environment: Record<string, string> = {},
): Promise<AuthStage> {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS });
  const refusedPhones = new Map<string, string>();
  const secrets: Record<string, unknown> = {
    'yiying-test-database': database.connection,
    'yiying-test-tokens': { codeKey: secretKey(), currentKeyId: 'k1', keys: [{ id: 'k1', key: secretKey() }] },
    'yiying-test-operators': { totpKey: secretKey() },
    'yiying-test-webhooks': { secretKey: secretKey() },
    'yiying-test-payers': { hashKey: secretKey() },
    'yiying-test-payees': { sealKey: secretKey() },
    'yiying-test-sms': { sdkAppId: '1400000000', signName: '衣影', templateId: '100' },
  };
  const tencent = await startTencentApi({
    clock: () => Date.now(),
    credentials: [CREDENTIALS],
    secrets,
    sms: {
      sdkAppId: '1400000000',
      signName: '衣影',
      templates: { '100': '验证码{1}，{2}分钟内有效。' },
      refuse: (phone) => refusedPhones.get(phone),
    },
  });
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  for (const [key, value] of Object.entries({
    STAGE: 'test',
    REGION: 'ap-guangzhou',
    WEB_ORIGINS: WEB_ORIGIN,
    CHECK_REPLIES: '1',
    SECRETS_ENDPOINT: tencent.url,
    SMS_ENDPOINT: tencent.url,
    TENCENTCLOUD_SECRETID: CREDENTIALS.secretId,
    TENCENTCLOUD_SECRETKEY: CREDENTIALS.secretKey,
    TENCENTCLOUD_SESSIONTOKEN: CREDENTIALS.sessionToken,
    ...environment,
  })) {
    vi.stubEnv(key, value);
  }
  const secret = database.connection as DatabaseSecret;
  const db = openDatabase({ readSecret: async () => secret });
  const warm = new Map<string, Handler>();
  const handlerOf = async (name: string): Promise<Handler> => {
    const handler = warm.get(name) ?? (await coldHandler(name));
    warm.set(name, handler);
    return handler;
  };
  return {
    db,
    tencent,
    secrets,
    refusedPhones,
    call: async (name, request = {}) => send(await handlerOf(name), functionUrlEvent(name, request)),
    callThroughApiGateway: async (name, request = {}) => send(await handlerOf(name), apiGatewayEvent(name, request)),
    newInstance,
    newInstances: async (name, count) => {
      const instances: CallInstance[] = [];
      // One after another: two imports under way at once would be given the same modules.
      while (instances.length < count) instances.push(await newInstance(name));
      return instances;
    },
    advance: (ms) => void vi.setSystemTime(Date.now() + ms),
    logs: () => lines.join(''),
    close: async () => {
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
      vi.useRealTimers();
      await db.close();
      await tencent.close();
    },
  };
}

async function newInstance(name: string): Promise<CallInstance> {
  const handler = await coldHandler(name);
  return (request = {}) => send(handler, functionUrlEvent(name, request));
}

async function coldHandler(name: string): Promise<Handler> {
  vi.resetModules();
  const isOperators = OPERATIONS.some((one) => one.name === name && one.caller === 'operator');
  const { main } = (await (isOperators
    ? import(`../../../functions/ops/${name}/handler.ts`)
    : import(`../../../functions/${name}/handler.ts`))) as { main: Handler };
  return main;
}

async function send(handler: Handler, event: unknown): Promise<Answer> {
  const reply = await handler(event, { request_id: 'req-1', getRemainingTimeInMillis: () => 10_000 });
  expect(reply.isBase64Encoded).toBe(false);
  const isJson = String(reply.headers['Content-Type']).startsWith('application/json');
  const body = reply.body === '' ? null : isJson ? JSON.parse(reply.body) : reply.body;
  return { status: reply.statusCode, headers: reply.headers, body };
}

let phones = 0;
/** A phone that no test had before. */
export const newPhone = (): string => `139${String(++phones).padStart(8, '0')}`;

/** The newest code that reached a phone, read from the SMS's text as its owner would. */
export function codeOf(stage: Pick<AuthStage, 'tencent'>, phone: string): string {
  const sms = stage.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber === `+86${phone}`);
  const code = /验证码(\d{6})，5分钟内有效/.exec(sms?.text ?? '')?.[1];
  if (code === undefined) throw new Error('no SMS with a code reached this phone');
  return code;
}

/** Another code than this one. */
export const wrongCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** An address of its own for every call, so that limits by address are out of the way. */
let addresses = 0;
export const newAddress = (): string => `198.18.${Math.floor(++addresses / 250)}.${addresses % 250}`;

export async function codeFor(stage: AuthStage, phone: string): Promise<string> {
  const { status, body } = await stage.call('send-code', { body: { phone }, sourceIp: newAddress() });
  expect([status, body.error]).toEqual([200, undefined]);
  return codeOf(stage, phone);
}

export const loginBody = (phone: string, code: string, over: Record<string, unknown> = {}) => ({
  phone,
  code,
  consentVersion: '2026-01',
  tokenIn: 'body',
  ...over,
});

export async function signIn(stage: AuthStage, phone = newPhone()) {
  const code = await codeFor(stage, phone);
  const { status, body } = await stage.call('login', { body: loginBody(phone, code), sourceIp: newAddress() });
  expect([status, body.error]).toEqual([200, undefined]);
  return { phone, ...(body.data as { accessToken: string; refreshToken: string; account: { merchantId: string } }) };
}
