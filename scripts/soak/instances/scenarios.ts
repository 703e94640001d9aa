import { hashRefreshToken } from '../../../shared/auth/refresh-token.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { CHECKS } from '../../../shared/ops/audit-ledger.ts';
import { cancellation } from '../../../shared/tasks/cancel-task.ts';
import { insertJob } from '../../../shared/tasks/provider/provider-jobs.ts';
import { claim, create, HOUR_MS, merchantWith, queuedTask } from '../bursts/arena.ts';
import { jpegPhoto, PHOTO_BYTES } from '../simulation/photos.ts';
import { accountScenarios } from './account-scenarios.ts';
import { announcementScenarios } from './announcement-scenarios.ts';
import { cardScenarios, forgetCard } from './card-scenarios.ts';
import { engineScenarios } from './engine-scenarios.ts';
import type { FaultGround } from './fault-ground.ts';
import { type RequestParts, requestEvent, timerEvent } from './function-events.ts';
import { growthScenarios } from './growth-scenarios.ts';
import { libraryScenarios } from './library-scenarios.ts';
import { moneyScenarios } from './money-scenarios.ts';
import { newOperator, opsScenarios } from './ops-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { takeEvent } from './take-event.ts';

const asMerchant = async (ground: FaultGround, merchant: string, name: string, parts: RequestParts = {}) =>
  requestEvent(name, {
    ...parts,
    headers: { authorization: await ground.stage.bearer(merchant), 'idempotency-key': 'the-key' },
  });

/** An operation of a merchant with some history: two lots, a canceled task and an open one. */
const reads = (name: string, query: (ids: { taskId: string }) => Record<string, string> = () => ({})): Scenario => ({
  prepare: async (ground) => {
    const merchant = await merchantWith(ground.arena, [3, 2]);
    const { taskId } = await create(ground.stage.db, merchant);
    return asMerchant(ground, merchant, name, { query: query({ taskId }) });
  },
});

const PHONE = '13900000001';
const SESSION = 'ses_01JD0000000000000000000000';
const TOKEN = 'r'.repeat(43);

/** A code by SMS, as its owner reads it. */
async function sentCode({ stage, call }: FaultGround): Promise<string> {
  await call('send-code', requestEvent('send-code', { body: { phone: PHONE } }));
  return /验证码(\d{6})/.exec(stage.tencent.inbox().at(-1)?.text ?? '')?.[1] ?? '';
}

async function openSession(ground: FaultGround): Promise<string> {
  const { plain, nowMs } = ground.stage;
  const merchant = await merchantWith(ground.arena, []);
  const [now, end] = [sqlTime(nowMs), sqlTime(nowMs + HOUR_MS)];
  await plain.query(
    `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at) VALUES (?, ?, '', '', ?, ?, ?);
     INSERT INTO refresh_tokens (token_hash, session_id, merchant_id, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)`,
    [...[SESSION, merchant, now, now, end], ...[hashRefreshToken(TOKEN), SESSION, merchant, now, end]],
  );
  return merchant;
}

async function order(ground: FaultGround): Promise<{ merchant: string; orderId: string }> {
  const merchant = await merchantWith(ground.arena, []);
  const event = await asMerchant(ground, merchant, 'purchase-membership', {
    body: { planId: 'monthly_99', channel: 'wechat' },
  });
  const { body } = (await ground.call('purchase-membership', event)) as { body: string };
  return { merchant, orderId: (JSON.parse(body) as { data: { orderId: string } }).data.orderId };
}

async function batch(ground: FaultGround): Promise<{ merchant: string; batchId: string; taskIds: string[] }> {
  const merchant = await merchantWith(ground.arena, [4]);
  const photos = ['a.jpg', 'b.jpg'].map((name) => ({ name, contentType: 'image/jpeg', sizeBytes: PHOTO_BYTES }));
  const event = await asMerchant(ground, merchant, 'create-batch', { body: { featureId: 'basic_clean', photos } });
  const { body } = (await ground.call('create-batch', event)) as { body: string };
  const { data } = JSON.parse(body) as { data: { batchId: string; items: { taskId: string }[] } };
  return { merchant, batchId: data.batchId, taskIds: data.items.map(({ taskId }) => taskId) };
}

/** A task that has been given up, with its photo in COS. */
async function canceledTask(ground: FaultGround, merchant: string): Promise<string> {
  const taskId = await queuedTask(ground.arena, merchant);
  await ground.stage.db.callProcedure('cancel_task_v2', cancellation(merchant, taskId, ground.stage.nowMs));
  ground.stage.events.length = 0;
  return taskId;
}

/** One of everything that the sweeper is for: an upload that never came, one whose event was lost, a unit nobody claimed, a dead worker. */
async function neglected(ground: FaultGround): Promise<void> {
  const { stage, arena } = ground;
  const merchant = await merchantWith(arena, [9]);
  await create(stage.db, merchant, { nowMs: stage.nowMs - 55 * 60_000 });
  const found = await create(stage.db, merchant);
  await stage.objects.put(`inputs/${found.taskId}/0`, jpegPhoto(1), 'image/jpeg');
  await queuedTask(arena, merchant);
  await claim(stage.db, await queuedTask(arena, merchant));
  stage.events.length = 0;
  stage.nowMs += 6 * 60_000;
}

const OWN_READS = ['get-account', 'get-membership', 'query-quota', 'list-quota-entries', 'list-tasks'];

/** One for each function of `functions/`: a test compares. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...moneyScenarios(asMerchant, order),
  ...growthScenarios(asMerchant),
  ...opsScenarios(asMerchant),
  ...accountScenarios(asMerchant, PHONE, sentCode),
  ...cardScenarios(asMerchant),
  ...announcementScenarios(asMerchant),
  ...engineScenarios,
  ...libraryScenarios(asMerchant),
  'health-ready': { prepare: async () => requestEvent('health-ready', {}), badForMs: 1000 },
  'migrate-database': { prepare: async () => ({ action: 'up' }) },
  // One check is as good as all of them here: each is one statement.
  'audit-ledger': { prepare: async () => ({ from: CHECKS.length - 1 }) },
  'health-live': { prepare: async () => requestEvent('health-live', {}) },
  'list-features': {
    prepare: async (ground) => {
      await forgetCard(ground);
      return requestEvent('list-features', {});
    },
  },
  'list-plans': { prepare: async () => requestEvent('list-plans', {}) },
  ...Object.fromEntries(OWN_READS.map((name) => [name, reads(name)])),
  ...Object.fromEntries(['list-sessions', 'export-quota-entries', 'list-assets'].map((name) => [name, reads(name)])),
  'revoke-session': {
    prepare: async (ground) => {
      const merchant = await openSession(ground);
      return asMerchant(ground, merchant, 'revoke-session', { body: { sessionId: SESSION } });
    },
  },
  'get-task': reads('get-task', ({ taskId }) => ({ taskId })),
  'get-order': {
    prepare: async (ground) => {
      const { merchant, orderId } = await order(ground);
      return asMerchant(ground, merchant, 'get-order', { query: { orderId } });
    },
  },
  'send-code': {
    prepare: async () => requestEvent('send-code', { body: { phone: PHONE } }),
    spent: { code: 'CODE_RATE_LIMITED', marks: [] },
  },
  login: {
    prepare: async (ground) => {
      const body = { phone: PHONE, code: await sentCode(ground), consentVersion: '2026-01', tokenIn: 'body' };
      return requestEvent('login', { body });
    },
    spent: { code: 'CODE_EXPIRED', marks: [] },
  },
  'refresh-session': {
    prepare: async (ground) => {
      await openSession(ground);
      return requestEvent('refresh-session', { body: { refreshToken: TOKEN } });
    },
    spent: { code: 'SESSION_REVOKED', marks: ['sessions'] },
  },
  logout: {
    prepare: async (ground) => {
      await openSession(ground);
      return requestEvent('logout', { body: { refreshToken: TOKEN } });
    },
  },
  'create-task': {
    prepare: async (ground) => {
      const merchant = await merchantWith(ground.arena, [1, 2, 4]);
      const body = { featureId: 'sim_set', inputs: [{ contentType: 'image/jpeg', sizeBytes: PHOTO_BYTES }] };
      return asMerchant(ground, merchant, 'create-task', { body });
    },
  },
  'create-batch': {
    prepare: async (ground) => {
      const merchant = await merchantWith(ground.arena, [2, 2]);
      const photo = { contentType: 'image/jpeg', sizeBytes: PHOTO_BYTES };
      const photos = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => ({ name, ...photo }));
      return asMerchant(ground, merchant, 'create-batch', { body: { featureId: 'basic_clean', photos } });
    },
  },
  'get-batch': {
    prepare: async (ground) => {
      const { merchant, batchId } = await batch(ground);
      return asMerchant(ground, merchant, 'get-batch', { query: { batchId } });
    },
  },
  'list-batches': {
    prepare: async (ground) => asMerchant(ground, (await batch(ground)).merchant, 'list-batches', { query: {} }),
  },
  'retry-batch': {
    prepare: async (ground) => {
      const { merchant, batchId, taskIds } = await batch(ground);
      const { db, nowMs } = ground.stage;
      for (const taskId of taskIds) await db.callProcedure('cancel_task_v2', cancellation(merchant, taskId, nowMs));
      return asMerchant(ground, merchant, 'retry-batch', { body: { batchId } });
    },
    settles: true,
  },
  'cancel-task': {
    prepare: async (ground) => {
      const merchant = await merchantWith(ground.arena, [1]);
      const taskId = await queuedTask(ground.arena, merchant);
      const { db, events, nowMs } = ground.stage;
      // One that an engine has been given: what has not started goes through the half of it.
      const job = { ...(await claim(db, taskId)), merchantId: merchant, attempt: 1, engine: 'tencent-mps' };
      await insertJob(db, job, nowMs, nowMs + HOUR_MS);
      events.length = 0;
      return asMerchant(ground, merchant, 'cancel-task', { body: { taskId } });
    },
  },
  'retry-task': {
    prepare: async (ground) => {
      const merchant = await merchantWith(ground.arena, [1]);
      const taskId = await canceledTask(ground, merchant);
      return asMerchant(ground, merchant, 'retry-task', { body: { taskId } });
    },
    settles: true,
  },
  'rerun-task': {
    prepare: async (ground) => {
      const taskId = await canceledTask(ground, await merchantWith(ground.arena, [1]));
      const body = { taskId, charge: 'goodwill', reason: '引擎故障' };
      return asMerchant(ground, await newOperator(ground), 'rerun-task', { body });
    },
    settles: true,
    timeless: true,
  },
  'purchase-membership': {
    prepare: async (ground) => {
      const merchant = await merchantWith(ground.arena, []);
      const body = { planId: 'monthly_99', channel: 'wechat' };
      return asMerchant(ground, merchant, 'purchase-membership', { body });
    },
  },
  'pay-callback-wechat': {
    prepare: async (ground) => {
      const { cashier } = ground.stage;
      const { orderId } = await order(ground);
      cashier.pay(orderId);
      await cashier.tick();
      const notice = cashier.sent().at(-1);
      if (notice?.outTradeNo !== orderId) throw new Error('no notice of this order');
      const headers = Object.entries(notice.headers).map(([name, value]) => [name.toLowerCase(), value]);
      return requestEvent('pay-callback-wechat', { rawBody: notice.body, headers: Object.fromEntries(headers) });
    },
  },
  'pay-callback-alipay': {
    prepare: async (ground) => {
      const { alipay, nowMs, plain } = ground.stage;
      const { orderId } = await order(ground);
      await plain.query("UPDATE order_attempts SET channel = 'alipay' WHERE order_id = ?", [orderId]);
      const headers = { 'content-type': 'application/x-www-form-urlencoded; text/html; charset=utf-8' };
      return requestEvent('pay-callback-alipay', {
        rawBody: alipay.paid({ orderId, yuan: '99.00', atMs: nowMs }),
        headers,
      });
    },
  },
  'start-task': {
    prepare: async (ground) => {
      const merchant = await merchantWith(ground.arena, [2]);
      // Begins with two units.
      const { taskId } = await create(ground.stage.db, merchant, { featureId: 'sim_member' });
      await ground.stage.objects.put(`inputs/${taskId}/0`, jpegPhoto(1), 'image/jpeg');
      return takeEvent(ground, 'inputs/');
    },
    settles: true,
  },
  'run-image-step': {
    prepare: async (ground) => {
      const merchant = await merchantWith(ground.arena, [3]);
      // Its one unit is followed by two.
      const { taskId } = await create(ground.stage.db, merchant, { featureId: 'sim_set' });
      await ground.stage.objects.put(`inputs/${taskId}/0`, jpegPhoto(1), 'image/jpeg');
      await ground.call('start-task', takeEvent(ground, 'inputs/'));
      return takeEvent(ground, 'work/');
    },
    settles: true,
  },
  'sweep-tasks': {
    prepare: async (ground) => {
      await neglected(ground);
      return timerEvent('sweep-tasks');
    },
    settles: true,
  },
  'purge-expired': {
    prepare: async ({ stage }) => {
      const old = sqlTime(stage.nowMs - 3 * 24 * HOUR_MS);
      await stage.plain.query(
        `INSERT INTO login_codes (id, phone, address, code_hash, created_at, expires_at) VALUES (?, ?, '', '', ?, ?);
         INSERT INTO refresh_tokens (token_hash, session_id, merchant_id, issued_at, expires_at) VALUES ('', '', '', ?, ?);
         INSERT INTO rate_limits (bucket, tat_ms, expires_at) VALUES ('old', 0, ?)`,
        [newId('cod_', stage.nowMs), PHONE, old, old, old, old, old],
      );
      return timerEvent('purge-expired');
    },
  },
};

/** Functions that nobody has written a scenario for: a broken rule like any other. */
export const missingScenarios = (names: readonly string[]): string[] =>
  names.filter((name) => !Object.hasOwn(SCENARIOS, name)).map((name) => `${name}: no scenario`);
