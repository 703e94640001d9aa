import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOfApiKey } from '../../../shared/auth/api-key-caller.ts';
import { createApiKey, listApiKeys, revokeApiKey } from '../../../shared/auth/api-keys.ts';
import { listSessions, revokeSession } from '../../../shared/auth/list-sessions.ts';
import { withinKeyDay } from '../../../shared/auth/within-key-day.ts';
import type { Objects } from '../../../shared/cos/objects.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { listFeatures } from '../../../shared/features/list-features.ts';
import { newId } from '../../../shared/id.ts';

import { claimArchive, countOpen, readArchiveOfKey } from '../../../shared/library/archive/archive-rows.ts';
import { readArchived } from '../../../shared/library/archive/archived-files.ts';
import { sweepArchives } from '../../../shared/library/archive/sweep-archives.ts';

import { eraseDeleted } from '../../../shared/library/erase-deleted.ts';

import { listAssets } from '../../../shared/library/list-assets.ts';
import { deleteAssets, restoreAssets, setFavourite } from '../../../shared/library/mark-results.ts';
import { sweepLibrary } from '../../../shared/library/sweep-library.ts';
import { getMembership } from '../../../shared/membership/get-membership.ts';
import { listPlans } from '../../../shared/membership/list-plans.ts';
import { removeObject, sweepRefusals, wasRefused } from '../../../shared/moderation/content-refusals.ts';
import { recordTextRefusal, wasTextRefused } from '../../../shared/moderation/text-refusals.ts';
import { listEntries } from '../../../shared/quota/list-entries.ts';
import { listTaskEntries } from '../../../shared/quota/list-task-entries.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { cancellation } from '../../../shared/tasks/cancel-task.ts';
import { createBatch } from '../../../shared/tasks/create-batch.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { readPace } from '../../../shared/tasks/feature-paces.ts';
import { getBatch } from '../../../shared/tasks/get-batch.ts';
import { batchStands, taskStands } from '../../../shared/tasks/key-stands.ts';
import { listBatches } from '../../../shared/tasks/list-batches.ts';
import { listTasks } from '../../../shared/tasks/list-tasks.ts';
import { CATALOGUE } from '../../../shared/tasks/processor-catalogue.ts';
import { insertJob } from '../../../shared/tasks/provider/provider-jobs.ts';
import { readInputs, readOutputs, readTask, readUnits } from '../../../shared/tasks/read-task.ts';
import { claimUnit, expireLease, expireTask, failUnit, finishUnit } from '../../../shared/tasks/unit-procedures.ts';
import { deliverWebhooks } from '../../../shared/webhooks/deliver-webhooks.ts';
import { listDeliveries, replayDelivery, testWebhook } from '../../../shared/webhooks/deliveries.ts';
import { rotateSecret } from '../../../shared/webhooks/rotate-secret.ts';
import { createWebhook, listWebhooks, removeWebhook } from '../../../shared/webhooks/webhooks.ts';
import {
  claimTask,
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  OUTPUT,
  type ProductDatabase,
  productDatabase,
  queueTask,
  RETENTION,
  replan,
  taskRequest,
} from '../../fixtures/product-database.ts';
import { readBy } from '../../fixtures/rows-read.ts';

/** Rows of others in each table, and what a statement may read at most: a scan of any one table is ten times that. */
const OTHERS = 3000;
const MAY_READ = 300;

let product: ProductDatabase;
let db: Database;
let merchant: string;

beforeAll(async () => {
  product = await productDatabase();
  db = product.db;
  await seedOthers();
  merchant = await newMerchant(db);
  await grantCredits(db, merchant, 100);
});
afterAll(() => product.close());

async function seedOthers(): Promise<void> {
  const at = sqlTime(NOW_MS - 86_400_000);
  const later = sqlTime(NOW_MS + 30 * 86_400_000);
  const numbers = `(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1000) SELECT n FROM s)`;
  const each = `FROM (SELECT a.n + 1000 * b.n AS n FROM ${numbers} a JOIN (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2) b) s`;
  const seed = (into: string, values: string) => db.write(`INSERT INTO ${into} SELECT ${values} ${each}`);
  await seed('merchants (id, phone, created_at)', `CONCAT('mch_o', n), CONCAT('139', n), '${at}'`);
  await seed('accounts (merchant_id, created_at)', `CONCAT('mch_o', n), '${at}'`);
  await seed(
    'login_codes (id, phone, address, code_hash, created_at, expires_at)',
    `CONCAT('cod_o', n), CONCAT('139', n), CONCAT('10.0.', n), REPEAT('a', 64), '${at}', '${at}'`,
  );
  await seed(
    'sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)',
    `CONCAT('ses_o', n), CONCAT('mch_o', n), '10.0.0.1', '', '${at}', '${at}', '${later}'`,
  );
  await seed(
    'refresh_tokens (token_hash, session_id, merchant_id, issued_at, expires_at)',
    `SHA2(CONCAT('o', n), 256), CONCAT('ses_o', n), CONCAT('mch_o', n), '${at}', '${later}'`,
  );
  await seed(
    'quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)',
    `CONCAT('lot_o', n), CONCAT('mch_o', n), CONCAT('o', n), 'member', 100, 99, '${at}', '${later}'`,
  );
  await seed(
    'quota_entries (merchant_id, lot_id, kind, amount, task_id, created_at)',
    `CONCAT('mch_o', n), CONCAT('lot_o', n), 'deduct', -1, CONCAT('tsk_o', n), '${at}'`,
  );
  await seed(
    'tasks (id, merchant_id, feature_id, feature_version, state, credits, pipeline_json, idempotency_key, request_hash, created_at, deadline_at, sweep_at)',
    `CONCAT('tsk_o', n), CONCAT('mch_o', n), 'basic_clean', 1, 'awaiting_upload', 1, '[]', 'k', REPEAT('a', 64), '${at}', '${later}', '${later}'`,
  );
  await seed(
    'task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key)',
    `CONCAT('tsk_o', n), 0, CONCAT('mch_o', n), 'image/jpeg', 1, ''`,
  );
  await seed(
    'task_units (task_id, step, unit, merchant_id, state, max_attempts, time_limit_s, next_at, sweep_at)',
    `CONCAT('tsk_o', n), 0, 0, CONCAT('mch_o', n), 'waiting', 3, 240, '${at}', '${later}'`,
  );
  await seed(
    'task_outputs (task_id, step, unit, name, merchant_id, object_key, content_type, width, height, size_bytes)',
    `CONCAT('tsk_o', n), 0, 0, 'a', CONCAT('mch_o', n), '', 'image/png', 1, 1, 1`,
  );
  await seed(
    'batches (id, merchant_id, feature_id, photos, credits, idempotency_key, request_hash, created_at)',
    `CONCAT('bat_o', n), CONCAT('mch_o', n), 'basic_clean', 1, 1, 'k', REPEAT('a', 64), '${at}'`,
  );
  await seed(
    'batch_tasks (batch_id, n, merchant_id, task_id, file_name)',
    `CONCAT('bat_o', n), 0, CONCAT('mch_o', n), CONCAT('tsk_o', n), 'a.jpg'`,
  );
  await seed(
    'archives (id, merchant_id, language, state, idempotency_key, request_hash, created_at, sweep_at)',
    `CONCAT('arc_o', n), CONCAT('mch_o', n), 'zh', 'ready', 'k', REPEAT('a', 64), '${at}', '${later}'`,
  );
  await seed(
    'content_refusals (object_key, merchant_id, task_id, suggestion, label, sub_label, score, request_id, created_at, remove_at)',
    `CONCAT('o', n), CONCAT('mch_o', n), CONCAT('tsk_o', n), 'Block', 'Ad', '', 9, '', '${at}', '${later}'`,
  );
  await seed(
    'text_refusals (task_id, merchant_id, suggestion, label, sub_label, score, request_id, created_at)',
    `CONCAT('tsk_o', n), CONCAT('mch_o', n), 'Block', 'Ad', '', 9, '', '${at}'`,
  );
  await seed(
    'api_keys (id, merchant_id, name, key_hash, hint, scopes, addresses, created_at, idempotency_key, request_hash)',
    `CONCAT('key_o', n), CONCAT('mch_o', n), 'a', SHA2(CONCAT('k', n), 256), '', 'read', '', '${at}', 'k', REPEAT('a', 64)`,
  );
  await seed(
    'webhooks (id, merchant_id, url, events, credits_below, created_at, idempotency_key, request_hash)',
    `CONCAT('whk_o', n), CONCAT('mch_o', n), 'https://a.example.com/', 'task.ended', 5, '${at}', 'k', REPEAT('a', 64)`,
  );
  await seed(
    'webhook_deliveries (id, webhook_id, merchant_id, type, data_json, next_at, created_at)',
    `CONCAT('msg_o', n), CONCAT('whk_o', n), CONCAT('mch_o', n), 'task.ended', '{}', '${later}', '${at}'`,
  );
  await seed('rate_limits (bucket, tat_ms, expires_at)', `CONCAT('o', n), 0, '${later}'`);
  await db.query(
    'ANALYZE TABLE merchants, accounts, login_codes, sessions, refresh_tokens, quota_lots, quota_entries, tasks, task_inputs, task_units, task_outputs, batches, batch_tasks, archives, content_refusals, text_refusals, api_keys, webhooks, webhook_deliveries, rate_limits',
  );
}

const processing = async () => {
  const taskId = await newTask(db, merchant);
  await queueTask(db, taskId);
  return claimTask(db, taskId);
};
const hash = 'b'.repeat(64);
const BUCKET = {
  bucket: 'pictures-1250000000',
  region: 'ap-guangzhou',
  credentials: () => ({ secretId: 'AKIDreader', secretKey: 'for this test only' }),
};

const assets = (page: object) => () =>
  listAssets({ db, bucket: BUCKET, retention: RETENTION }, merchant, { limit: 20, ...page }, NOW_MS);

const STATEMENTS: Record<string, () => Promise<() => Promise<unknown>>> = {
  listPlans: async () => () => listPlans(db),
  listFeatures: async () => () => listFeatures(db, CATALOGUE, merchant),
  getMembership: async () => () => getMembership(db, merchant, NOW_MS),
  queryQuota: async () => () => queryQuota(db, merchant, NOW_MS),
  listEntries: async () => () => listEntries(db, merchant, { limit: 20 }),
  'listEntries, a later page': async () => () => listEntries(db, merchant, { limit: 20, cursor: '9999' }),
  listTaskEntries: async () => {
    const taskId = await newTask(db, merchant);
    return () => listTaskEntries(db, merchant, { taskId, limit: 20 });
  },
  listTasks: async () => () => listTasks(db, merchant, { limit: 20 }, 'zh'),
  'listTasks by state': async () => () => listTasks(db, merchant, { limit: 20, state: 'queued' }, 'zh'),
  'listTasks by date and file name': async () => () =>
    listTasks(db, merchant, { limit: 20, fromMs: '0', toMs: '9000000000000', search: 'a' }, 'zh'),
  listAssets: async () => assets({}),
  'listAssets, a later page': async () => assets({ cursor: 'tsk_01JD0000000000000000000000/0/0/a.jpg', search: 'a' }),
  'listAssets, photos': async () => assets({ kind: 'photo' }),
  'the sweeper of results': async () => () =>
    sweepLibrary(
      { db, objects: { delete: async () => undefined } as unknown as Objects },
      RETENTION,
      NOW_MS,
      () => NOW_MS,
    ),
  'archives: of a batch, of chosen results, and their sweeper': async () => {
    for (const n of [1, 2, 3, 4, 5, 7]) await replan(db, `tsk_o${n}`, { units: 1 });
    return async () => {
      await countOpen(db, 'mch_o7');
      const at = { retention: RETENTION, nowMs: NOW_MS };
      await readArchived(db, { merchantId: 'mch_o7', batchId: 'bat_o7', assetIds: null }, at);
      const assetIds = Array.from({ length: 5 }, (_, n) => `tsk_o${n + 1}/0/0/a`);
      await readArchived(db, { merchantId: 'mch_o1', batchId: null, assetIds }, at);
      await readArchiveOfKey(db, 'mch_o7', 'k');
      await claimArchive(db, 'arc_o7', 'lse_1', NOW_MS);
      await sweepArchives({ db, objects: { delete: async () => undefined } as unknown as Objects }, NOW_MS);
    };
  },
  'refused texts': async () => async () => {
    await wasTextRefused(db, 'tsk_o7');
    const refusal = { kind: 'refused', suggestion: 'Block', label: '', subLabel: '', score: 9, requestId: '' } as const;
    await recordTextRefusal(db, { taskId: 'tsk_o7', merchantId: 'mch_o7' }, refusal, NOW_MS);
  },
  'refused pictures': async () => async () => {
    await wasRefused(db, 'o7');
    const objects = { delete: async () => undefined } as unknown as Objects;
    await removeObject({ db, objects }, 'o7');
    await sweepRefusals({ db, objects }, NOW_MS);
  },
  'marking results': async () => async () => {
    const ids = Array.from({ length: 5 }, (_, n) => `tsk_o${n + 1}/0/0/a`);
    await deleteAssets(db, merchant, ids, NOW_MS);
    await restoreAssets(db, merchant, ids, NOW_MS);
    await setFavourite(db, 'mch_o7', 'tsk_o7/0/0/a', true);
  },
  'the sessions of a merchant, and ending one': async () => async () => {
    const who = { id: 'mch_o7', sessionId: 'ses_o7' };
    await listSessions(db, who, NOW_MS);
    await revokeSession(db, who, 'others', NOW_MS);
    await revokeSession(db, who, 'ses_o7', NOW_MS);
  },
  'API keys: making, listing, using and ending one': async () => async () => {
    const asked = { name: 'a', scopes: ['create'] as const, idempotencyKey: 'k', requestHash: hash, nowMs: NOW_MS };
    const { key, apiKeyId } = await createApiKey(db, { merchantId: merchant, ...asked });
    await createApiKey(db, { merchantId: merchant, ...asked }).catch(() => undefined);
    await listApiKeys(db, merchant, NOW_MS);
    const caller = await callerOfApiKey(db, key, { scope: 'create', sourceIp: '', nowMs: NOW_MS });
    const stands = async () =>
      (await batchStands(db, merchant, 'none')()) || (await taskStands(db, merchant, 'none')());
    await withinKeyDay(db, caller, { tasks: 1, stands, nowMs: NOW_MS }, async () => undefined);
    await revokeApiKey(db, merchant, apiKeyId, NOW_MS);
  },
  'webhooks: naming, telling and removing one': async () => async () => {
    const asked = { url: 'https://a.example.com/', idempotencyKey: 'k', requestHash: hash, nowMs: NOW_MS };
    const made = { merchantId: merchant, events: ['batch.ended', 'credits.low'] as const, creditsBelow: 90, ...asked };
    const { webhookId } = await createWebhook(db, Buffer.alloc(32), made);
    await listWebhooks(db, merchant, NOW_MS);
    await rotateSecret(db, Buffer.alloc(32), { merchantId: merchant, webhookId, secretVersion: 1, nowMs: NOW_MS });
    const { deliveryId } = await testWebhook(db, { merchantId: merchant, webhookId, nowMs: NOW_MS, trace: 'req-1' });
    const post = async () => ({ status: 500, retryAfter: undefined });
    await deliverWebhooks({ db, readKey: async () => Buffer.alloc(32), post }, { clock: () => NOW_MS, log: () => {} });
    await replayDelivery(db, merchant, deliveryId, NOW_MS);
    await listDeliveries(db, merchant, { limit: 20, cursor: '999999' });
    await listDeliveries(db, merchant, { limit: 20, webhookId });
    await removeWebhook(db, merchant, webhookId, NOW_MS);
  },
  delete_account_v2: async () => {
    await db.write('UPDATE login_codes SET expires_at = ? WHERE phone = ?', [sqlTime(NOW_MS + 60_000), '13911']);
    const params = ['mch_o11', '13911', 'a'.repeat(64), 'e'.repeat(64), sqlTime(NOW_MS), sqlTime(NOW_MS)];
    return async () => {
      expect(await db.callProcedure('delete_account_v2', params)).toMatchObject({ outcome: 'deleted', tasks: 1 });
    };
  },
  'erasing what a deleted account has left': async () => {
    const at = sqlTime(NOW_MS);
    await db.write(
      "INSERT INTO account_deletions (merchant_id, canceled_tasks, forfeited_credits, deleted_at) VALUES ('mch_o12', 0, 0, ?)",
      [at],
    );
    const objects = { delete: async () => undefined } as unknown as Objects;
    return async () => {
      await eraseDeleted({ db, objects }, NOW_MS);
      expect(await eraseDeleted({ db, objects }, NOW_MS + 3_600_000)).toMatchObject({ accounts: 2 });
      expect(await db.query("SELECT id FROM api_keys WHERE merchant_id = 'mch_o12'")).toEqual([]);
    };
  },
  readTask: async () => () => readTask(db, 'tsk_o5'),
  readInputs: async () => () => readInputs(db, 'tsk_o5'),
  readOutputs: async () => () => readOutputs(db, 'tsk_o5'),
  create_task_v4: async () => () => createTask(db, taskRequest(merchant)),
  'create_task_v4, a key again': async () => {
    const request = taskRequest(merchant);
    await createTask(db, request);
    return () => createTask(db, request);
  },
  'cancel_task_v2, of one that runs at an engine': async () => {
    const taskId = await newTask(db, merchant);
    await queueTask(db, taskId);
    const lease = await claimTask(db, taskId);
    const job = { ...lease, merchantId: merchant, attempt: 1, engine: 'tencent-mps' };
    await insertJob(db, job, NOW_MS, NOW_MS + 60_000);
    return () => db.callProcedure('cancel_task_v2', cancellation(merchant, taskId, NOW_MS));
  },
  'create_batch_v3, and reading it': async () => async () => {
    const { batchId } = await createBatch(db, BUCKET, {
      ...{ merchantId: merchant, featureId: 'basic_clean', idempotencyKey: 'batch', requestHash: 'a'.repeat(64) },
      ...{ photos: [{ name: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 1 }], nowMs: NOW_MS, language: 'zh' },
    });
    await getBatch(db, merchant, batchId, 'zh');
    await listBatches(db, merchant, { limit: 20 });
  },
  'create_batch_v3, what is refused': async () => () =>
    createBatch(db, BUCKET, {
      ...{ merchantId: 'mch_o7', featureId: 'basic_clean', idempotencyKey: 'k', requestHash: 'a'.repeat(64) },
      ...{
        photos: [{ name: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 1 }],
        nowMs: NOW_MS + 90 * 86_400_000,
        language: 'zh',
      },
    }).catch(() => undefined),
  readUnits: async () => () => readUnits(db, 'tsk_o5'),
  'the pace of a card': async () => () => readPace(db, 'basic_clean', NOW_MS),
  accept_input_v2: async () => {
    const taskId = await newTask(db, merchant);
    return () => queueTask(db, taskId);
  },
  refuse_input_v1: async () => {
    const taskId = await newTask(db, merchant);
    return () => db.callProcedure('refuse_input_v1', [taskId, 'INPUT_CORRUPT', sqlTime(NOW_MS)]);
  },
  claim_unit_v3: async () => {
    const taskId = await newTask(db, merchant);
    await queueTask(db, taskId);
    return () => claimUnit(db, { taskId, step: 0, unit: 0, leaseId: 'lse_1' }, NOW_MS);
  },
  finish_unit_v2: async () => {
    const lease = await processing();
    return () => finishUnit(db, lease, [OUTPUT], NOW_MS);
  },
  'fail_unit_v2 with refund_task_v1 and end_task_v1': async () => {
    const lease = await processing();
    return () => failUnit(db, lease, { code: 'PROCESSING_FAILED' }, NOW_MS);
  },
  expire_lease_v2: async () => {
    const lease = await processing();
    return () => expireLease(db, lease, NOW_MS + 86_400_000);
  },
  expire_task_v1: async () => {
    const taskId = await newTask(db, merchant);
    return () => expireTask(db, taskId, NOW_MS + 86_400_000);
  },
  'the sweeper, tasks': async () => () =>
    db.query('SELECT id FROM tasks WHERE sweep_at <= ? ORDER BY sweep_at LIMIT 200', [sqlTime(NOW_MS - 1)]),
  'the sweeper, units': async () => () =>
    db.query('SELECT task_id FROM task_units WHERE sweep_at <= ? ORDER BY sweep_at LIMIT 200', [sqlTime(NOW_MS - 1)]),
  issue_login_code_v1: async () => () =>
    db.callProcedure('issue_login_code_v1', [
      newId('cod_', NOW_MS),
      '13712345678',
      '10.9.9.9',
      hash,
      sqlTime(NOW_MS),
      sqlTime(NOW_MS + 300_000),
      '2026-03-01',
      1000,
    ]),
  use_login_code_v3: async () => () =>
    db.callProcedure('use_login_code_v3', [
      '13712345678',
      hash,
      'd'.repeat(64),
      newId('mch_', NOW_MS),
      newId('ses_', NOW_MS),
      'c'.repeat(64),
      'v1',
      '10.9.9.9',
      '',
      sqlTime(NOW_MS),
      sqlTime(NOW_MS + 86_400_000),
      'mch_o7',
      newId('lot_', NOW_MS),
    ]),
  'rotate_refresh_token_v2, and the same again': async () => async () => {
    const times = [sqlTime(NOW_MS), sqlTime(NOW_MS + 86_400_000), sqlTime(NOW_MS - 60_000)];
    const params = ['c'.repeat(64), 'd'.repeat(64), 'e'.repeat(64), ...times];
    for (const outcome of ['rotated', 'repeated'])
      expect(await db.callProcedure('rotate_refresh_token_v2', params)).toMatchObject({ outcome });
  },
  take_rate_v1: async () => () => db.callProcedure('take_rate_v1', ['bucket', NOW_MS, 10, 60_000]),
};

it.each(Object.entries(STATEMENTS))('%s finds its rows by an index', async (_name, prepare) => {
  const statement = await prepare();
  expect(await readBy(db, statement)).toBeLessThan(MAY_READ);
});

it('sees a scan: the same read without an index, and by a parameter in another character set', async () => {
  expect(await readBy(db, () => db.query("SELECT id FROM tasks WHERE request_hash = 'x'"))).toBeGreaterThan(OTHERS / 2);
  const plain = await createConnection(product.secret);
  await plain.query(
    'CREATE PROCEDURE find_task_badly(IN p_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci) SELECT id FROM tasks WHERE id = p_id',
  );
  await plain.end();
  const badly = readBy(db, () => db.query("CALL find_task_badly('tsk_o5')"));
  expect(await badly).toBeGreaterThan(OTHERS / 2);
});
