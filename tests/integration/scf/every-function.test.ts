import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceFunction } from '../../../infra/serverless/service.ts';
import { DemoMerchant } from '../../../scripts/demo/demo-merchant.ts';
import { drawSample, sampleGarments } from '../../../scripts/garments/draw-garment.ts';
import type { InvocationResult } from '../../../scripts/local/scf/scf.ts';
import { type CloudStage, cloudStage } from '../../../scripts/soak/cloud-stage.ts';
import { timerEvent } from '../../../scripts/soak/instances/function-events.ts';
import { LATER_NODE, LaterNodeUnavailable, laterNode } from '../../../scripts/test/later-node.ts';
import type { ErrorCode } from '../../../shared/contract/errors.ts';
import type { CallerKind } from '../../../shared/contract/operation.ts';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { functionUrlEvent } from '../auth/http-events.ts';
import { validInput } from '../bad-input/valid-requests.ts';

/** What a role hands to each function that has no trigger. */
const BY_ROLE: Readonly<Record<string, object>> = {
  'create-operator': { phone: '13900000009', name: '运营', role: 'operator' },
  'reset-totp': { phone: '13900000009' },
  'migrate-database': { action: 'status' },
  'audit-ledger': { from: 0 },
};

/** An upload as recorded in production: a concrete event, a short region, `reqid` 0. */
function uploadEvent(prefix: string): object {
  const key = `/1250000000/yiying-local/${prefix}tsk_01JD0000000000000000000000/0`;
  const cosBucket = {
    appid: '1250000000',
    cosRegion: 'ap-guangzhou',
    name: 'yiying-local',
    region: 'gz',
    s3Region: 'ap-guangzhou',
  };
  const meta = {
    'Content-Type': 'image/jpeg',
    ETag: '"eb6cf523ae4d528e72f2d11f3a91cd40"',
    'x-cos-storage-class': 'Standard',
  };
  const cosObject = {
    key,
    meta,
    size: 1000,
    url: 'http://yiying-local-1250000000.cos.ap-guangzhou.myqcloud.com/x',
    vid: '',
  };
  const event = {
    ...{ eventName: 'cos:ObjectCreated:Put', eventSource: 'qcs::cos', eventTime: 1645634761, eventVersion: '1.0' },
    ...{ eventQueue: 'qcs:0:scf:ap-guangzhou:appid/1250000000:default.x.$DEFAULT', reqid: 0, reservedInfo: '' },
    requestParameters: { requestHeaders: { Authorization: 'q-sign-algorithm=sha1' }, requestSourceIP: '203.0.113.9' },
  };
  return { Records: [{ cos: { cosBucket, cosNotificationId: 'unkown', cosObject, cosSchemaVersion: '1.0' }, event }] };
}

/** Of the account that the valid request of delete-account names. */
const PHONE = '13800000000';

/** Who is signed in, by what an operation asks of its caller. */
type Callers = Readonly<Partial<Record<CallerKind, DemoMerchant>>>;

function eventOf({ name, cos, timers }: ServiceFunction, callers: Callers): object {
  const [watched] = cos;
  if (watched) return uploadEvent(watched.prefix);
  if (timers.length > 0) return timerEvent(name);
  const operation = OPERATIONS.find((one) => one.name === name);
  if (!operation) return BY_ROLE[name] ?? {};
  const { method, reply, caller } = operation;
  if (reply === 'raw') return functionUrlEvent(name, { rawBody: '{}' });
  const input = validInput(name);
  const as = callers[caller];
  const headers = { 'idempotency-key': 'no-such', ...(as && { authorization: as.authorization }) };
  return functionUrlEvent(
    name,
    method === 'GET' ? { query: input as Record<string, string>, headers } : { body: input, headers },
  );
}

/** Refusals before the function's own work has begun: who gets one has called nothing. */
const AT_THE_DOOR: readonly ErrorCode[] = [
  ...(['BAD_REQUEST', 'VALIDATION_FAILED', 'IDEMPOTENCY_KEY_REQUIRED', 'METHOD_NOT_ALLOWED'] as const),
  ...(['UNSUPPORTED_MEDIA_TYPE', 'NOT_SIGNED_IN', 'TOKEN_EXPIRED', 'NOT_AN_OPERATOR', 'STEP_UP_REQUIRED'] as const),
  ...(['ACCOUNT_SUSPENDED', 'ORIGIN_REFUSED', 'RATE_LIMITED'] as const),
];

/** What is wrong with an answer: the platform's own error, our 500, a refusal at the door, no envelope of ours, a failed timer or event. */
function complaint(result: InvocationResult, operation?: Pick<(typeof OPERATIONS)[number], 'reply' | 'caller'>) {
  if (!result.ok) return `${result.error.statusCode} ${result.error.errorMessage} ${result.error.stackTrace ?? ''}`;
  const reply = JSON.parse(result.replyText) as { statusCode?: number; body?: string; ok?: boolean; failed?: number };
  if (reply.statusCode !== undefined) {
    // Who asks anybody in has looked for a session itself before it says that there is none.
    const door = AT_THE_DOOR.filter((code) => code !== 'NOT_SIGNED_IN' || operation?.caller !== 'anyone');
    const refused = door.find((code) => reply.body?.includes(`"code":"${code}"`));
    const isOurs = operation?.reply !== 'json' || /^\{"success":(true|false),/.test(reply.body ?? '');
    return reply.statusCode >= 500 || refused !== undefined || !isOurs ? result.replyText : null;
  }
  return reply.ok === false || (reply.failed ?? 0) > 0 ? result.replyText : null;
}

async function whenFree(invoke: () => Promise<InvocationResult>): Promise<InvocationResult> {
  for (let times = 0; ; times++) {
    const result = await invoke();
    if (result.ok || result.error.statusCode !== 432 || times === 100) return result;
    await sleep(200);
  }
}

it('an answer of the platform, an error of ours and a failed timer are complaints', () => {
  const replying = (reply: object): InvocationResult => ({
    ok: true,
    requestId: 'r',
    replyText: JSON.stringify(reply),
  });
  const dead = { kind: 'userCode', errorCode: 1, errorMessage: 'no such module', statusCode: 430 } as const;
  expect(complaint({ ok: false, requestId: 'r', error: dead })).toContain('430 no such module');
  expect(complaint(replying({ statusCode: 500 }))).not.toBe(null);
  expect(complaint(replying({ ok: false }))).not.toBe(null);
  const ofMerchants = { reply: 'json', caller: 'merchant' } as const;
  const refusing = (code: string) =>
    replying({ statusCode: 401, body: JSON.stringify({ success: false, error: { code } }) });
  expect(complaint(refusing('NOT_SIGNED_IN'), ofMerchants)).not.toBe(null);
  expect(complaint(refusing('SESSION_REVOKED'), ofMerchants)).toBe(null);
  expect(complaint(replying({ statusCode: 404, body: 'no such path' }), ofMerchants)).not.toBe(null);
  const good = [replying({ statusCode: 401 }), replying({ ok: true }), replying({ done: 1, failed: 0 })];
  expect(good.map((result) => complaint(result))).toEqual([null, null, null]);
});

const later = await laterNode().catch((error: unknown) => {
  if (!(error instanceof LaterNodeUnavailable)) throw error;
  process.stderr.write(`\nSKIPPED: no function is called under Node ${LATER_NODE}: ${error.message}\n\n`);
  return null;
});

describe.each([
  ['this Node', process.execPath],
  [`Node ${LATER_NODE}`, later],
])('under %s', (_name, nodePath) => {
  let stage: CloudStage;
  beforeAll(async () => {
    if (nodePath !== null) stage = await cloudStage({ nodePath, coldStarts: 'always' });
  }, 180_000);
  afterAll(() => stage?.close());

  it.skipIf(nodePath === null)(
    'every function answers its own kind of event, of who may call it, out of the bundle that deploys',
    async () => {
      const { service, scf, apiUrl, localUrl } = stage.cloud;
      const callers = { merchant: new DemoMerchant(apiUrl, localUrl), operator: new DemoMerchant(apiUrl, localUrl) };
      await Promise.all([callers.merchant.signIn(PHONE), callers.operator.becomeOperator()]);
      const wrong: string[] = [];
      const queue = [...service.functions];
      const worker = async (): Promise<void> => {
        for (let entry = queue.shift(); entry; entry = queue.shift()) {
          // The cloud's own timers run meanwhile: a place that is taken is waited for.
          const { name } = entry;
          const operation = OPERATIONS.find((one) => one.name === name);
          const problem = complaint(await whenFree(() => scf.invoke(name, eventOf(entry, callers))), operation);
          if (problem !== null) wrong.push(`${entry.name}: ${problem}`);
        }
      };
      await Promise.all([worker(), worker(), worker()]);
      expect(wrong).toEqual([]);
    },
    180_000,
  );

  // Under this Node the end-to-end suite makes them.
  it.skipIf(nodePath === null || nodePath === process.execPath)(
    'a photo becomes pictures, by the native modules that deploy',
    async () => {
      const [sample] = sampleGarments();
      const bytes = await sharp(await drawSample(sample!))
        .resize(600)
        .jpeg()
        .toBuffer();
      const merchant = await stage.member();
      const taskId = await merchant.submit('basic_clean', { name: 'garment.jpg', bytes, contentType: 'image/jpeg' });
      expect(await merchant.waitForEnd(taskId)).toMatchObject({ state: 'succeeded', outputs: { length: 3 } });
    },
    60_000,
  );
});
