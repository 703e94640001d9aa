import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { totpCode } from '../../../shared/ops/totp.ts';
import { seal } from '../../../shared/seal.ts';
import { create, HOUR_MS, merchantWith } from '../bursts/arena.ts';
import type { FaultGround } from './fault-ground.ts';
import { type RequestParts, timerEvent } from './function-events.ts';
import type { Scenario } from './scenario.ts';

/** `as`: who has signed in. */
export type As = (ground: FaultGround, merchant: string, name: string, parts?: RequestParts) => Promise<object>;

const PHONE = '13900000003';
const SESSION = 'ses_01JD0000000000000000000000';
const SECRET = Buffer.from('12345678901234567890');

/** An operator who has shown a second factor. */
export async function newOperator({ stage, arena }: FaultGround): Promise<string> {
  const operator = await merchantWith(arena, []);
  const [now, later] = [sqlTime(stage.nowMs), sqlTime(stage.nowMs + 24 * HOUR_MS)];
  await stage.plain.query(
    `INSERT INTO operators (merchant_id, role, name, created_at) VALUES (?, 'operator', '', ?);
     INSERT INTO operator_step_ups (merchant_id, session_id, expires_at) VALUES (?, ?, ?)`,
    [operator, now, operator, SESSION, later],
  );
  return operator;
}

/** Who looks again is seen again. */
const AUDITED = { ignores: ['audit_log'] };
const LISTS = [
  'get-operator',
  'get-overview',
  'list-audit',
  'search-merchants',
  'search-tasks',
  'search-orders',
  'list-bills',
  'list-cases',
  'list-invoices',
];

/** What the operators' functions do. */
export function opsScenarios(as: As): Record<string, Scenario> {
  const withSecret = (name: string, column: 'sealed' | 'pending_sealed'): Scenario => ({
    prepare: async (ground) => {
      const { stage } = ground;
      const operator = await newOperator(ground);
      await stage.plain.query(`INSERT INTO operator_totps (merchant_id, ${column}, created_at) VALUES (?, ?, ?)`, [
        ...[operator, seal(stage.totpKey, SECRET, operator), sqlTime(stage.nowMs)],
      ]);
      const code = totpCode(SECRET, Math.floor(stage.nowMs / 30_000));
      return as(ground, operator, name, { body: { code } });
    },
  });
  /** A call about a merchant with one lot. */
  const ofMerchant = (name: string, parts: (merchantId: string, lotId: string) => RequestParts): Scenario => ({
    prepare: async (ground) => {
      const merchant = await merchantWith(ground.arena, [5]);
      const [rows] = await ground.stage.plain.query('SELECT id FROM quota_lots WHERE merchant_id = ?', [merchant]);
      const lotId = (rows as { id: string }[])[0]?.id ?? '';
      return as(ground, await newOperator(ground), name, parts(merchant, lotId));
    },
    ...(name.startsWith('get-') && AUDITED),
  });
  const read = (name: string): Scenario => ({
    prepare: async (ground) => as(ground, await newOperator(ground), name),
    ...AUDITED,
  });
  const exported = (name: string): Scenario => ({
    prepare: async (ground) => {
      const query = { firstDay: '2026-03-01', lastDay: '2026-03-02' };
      return as(ground, await newOperator(ground), name, { query });
    },
    ...AUDITED,
  });
  const ofTask = async (ground: FaultGround, name: string, parts: (taskId: string) => RequestParts) => {
    const { taskId } = await create(ground.stage.db, await merchantWith(ground.arena, [5]));
    return as(ground, await newOperator(ground), name, parts(taskId));
  };
  return {
    ...Object.fromEntries(LISTS.map((name) => [name, read(name)])),
    'get-merchant': ofMerchant('get-merchant', (merchantId) => ({ query: { merchantId } })),
    'list-merchant-entries': {
      ...ofMerchant('list-merchant-entries', (merchantId) => ({ query: { merchantId } })),
      ...AUDITED,
    },
    'grant-credits': ofMerchant('grant-credits', (merchantId) => ({
      body: { merchantId, credits: 5, access: 'member', days: 30, reason: '补偿' },
    })),
    'revoke-credits': ofMerchant('revoke-credits', (merchantId, lotId) => ({
      body: { merchantId, lotId, credits: 2, reason: '误发' },
    })),
    'set-merchant-state': ofMerchant('set-merchant-state', (merchantId) => ({
      body: { merchantId, state: 'suspended', reason: '违规' },
    })),
    'view-as': {
      ...ofMerchant('view-as', (merchantId) => ({ body: { merchantId, reason: '客户来电' } })),
      timeless: true,
    },
    'list-operators': read('list-operators'),
    'set-operator': ofMerchant('set-operator', (merchantId) => ({
      body: { merchantId, role: 'support', name: '周客服', reason: '入职' },
    })),
    'set-card-merchant': {
      ...ofMerchant('set-card-merchant', (merchantId) => ({
        body: { featureId: 'basic_clean', merchantId, allowed: true, reason: '内测' },
      })),
      timeless: true,
    },
    'export-orders': exported('export-orders'),
    'export-days': exported('export-days'),
    'trace-task': {
      prepare: (ground) => ofTask(ground, 'trace-task', (taskId) => ({ query: { taskId } })),
      ...AUDITED,
    },
    'end-task': {
      prepare: (ground) => ofTask(ground, 'end-task', (taskId) => ({ body: { taskId, reason: '没有进展' } })),
      timeless: true,
    },
    'resolve-case': {
      prepare: async (ground) => {
        const { stage } = ground;
        const caseId = newId('cas_', stage.nowMs);
        await stage.plain.query(
          `INSERT INTO reconciliation_cases (id, class, channel, subject, state, remedy, created_at)
           VALUES (?, 'paid_twice', 'wechat', 'x', 'open', 'none', ?)`,
          [caseId, sqlTime(stage.nowMs)],
        );
        return as(ground, await newOperator(ground), 'resolve-case', { body: { caseId, note: '已处理' } });
      },
    },
    'measure-days': {
      prepare: async (ground) => {
        await create(ground.stage.db, await merchantWith(ground.arena, [5]));
        return timerEvent('measure-days');
      },
      timeless: true,
    },
    'enrol-totp': {
      prepare: async (ground) => {
        const { stage } = ground;
        const operator = await newOperator(ground);
        const now = sqlTime(stage.nowMs);
        await stage.plain.query(
          `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at) VALUES (?, ?, '', '', ?, ?, ?)`,
          [SESSION, operator, now, now, sqlTime(stage.nowMs + HOUR_MS)],
        );
        return as(ground, operator, 'enrol-totp', { body: {} });
      },
    },
    'confirm-totp': withSecret('confirm-totp', 'pending_sealed'),
    'step-up': withSecret('step-up', 'sealed'),
    'reset-totp': {
      prepare: async (ground) => {
        const { stage } = ground;
        const operator = await newOperator(ground);
        await stage.plain.query('INSERT INTO operator_totps (merchant_id, created_at) VALUES (?, ?)', [
          ...[operator, sqlTime(stage.nowMs)],
        ]);
        await stage.plain.query('UPDATE merchants SET phone = ? WHERE id = ?', [PHONE, operator]);
        return { phone: PHONE };
      },
      timeless: true,
    },
  };
}
