import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceFunction } from '../../../infra/serverless/service.ts';
import type { InvocationResult } from '../../../scripts/local/scf/scf.ts';
import { type CloudStage, cloudStage } from '../../../scripts/soak/cloud-stage.ts';
import { timerEvent } from '../../../scripts/soak/instances/function-events.ts';
import { LATER_NODE, LaterNodeUnavailable, laterNode } from '../../../scripts/test/later-node.ts';
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

function eventOf({ name, cos, timers }: ServiceFunction): object {
  const [watched] = cos;
  if (watched) return uploadEvent(watched.prefix);
  if (timers.length > 0) return timerEvent(name);
  const operation = OPERATIONS.find((one) => one.name === name);
  if (!operation) return BY_ROLE[name] ?? {};
  const { method, reply } = operation;
  if (reply === 'raw') return functionUrlEvent(name, { rawBody: '{}' });
  const input = validInput(name);
  const headers = { 'idempotency-key': 'no-such' };
  return functionUrlEvent(
    name,
    method === 'GET' ? { query: input as Record<string, string>, headers } : { body: input, headers },
  );
}

/** What is wrong with an answer: the platform's own error, our 500, a failed timer or event. */
function complaint(result: InvocationResult): string | null {
  if (!result.ok) return `${result.error.statusCode} ${result.error.errorMessage} ${result.error.stackTrace ?? ''}`;
  const reply = JSON.parse(result.replyText) as { statusCode?: number; ok?: boolean; failed?: number };
  if (reply.statusCode !== undefined) return reply.statusCode >= 500 ? result.replyText : null;
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
  expect(
    [replying({ statusCode: 401 }), replying({ ok: true }), replying({ done: 1, failed: 0 })].map(complaint),
  ).toEqual([...[null, null, null]]);
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
    'every function answers its own kind of event, out of the bundle that deploys',
    async () => {
      const { service, scf } = stage.cloud;
      const wrong: string[] = [];
      const queue = [...service.functions];
      const worker = async (): Promise<void> => {
        for (let entry = queue.shift(); entry; entry = queue.shift()) {
          // The cloud's own timers run meanwhile: a place that is taken is waited for.
          const problem = complaint(await whenFree(() => scf.invoke(entry.name, eventOf(entry))));
          if (problem !== null) wrong.push(`${entry.name}: ${problem}`);
        }
      };
      await Promise.all([worker(), worker(), worker()]);
      expect(wrong).toEqual([]);
    },
    180_000,
  );
});
