import { sqlTime } from '../../../shared/db/sql-time.ts';
import { createRedeemBatch } from '../../../shared/growth/create-redeem-batch.ts';
import { requestWithdrawal } from '../../../shared/growth/request-withdrawal.ts';
import { merchantWith } from '../bursts/arena.ts';
import type { FaultGround } from './fault-ground.ts';
import type { RequestParts } from './function-events.ts';
import { newOperator } from './ops-scenarios.ts';
import type { Scenario } from './scenario.ts';

type As = (ground: FaultGround, merchant: string, name: string, parts?: RequestParts) => Promise<object>;

const BATCH = {
  ...{
    name: '活动',
    codes: 3,
    credits: 20,
    days: 30,
    uses: 1,
    validDays: 90,
    reason: '活动',
    access: 'member' as const,
  },
};

async function madeBatch({ stage }: FaultGround): Promise<{ batchId: string; code: string }> {
  const asked = { ...BATCH, operatorId: 'mch_operator', idempotencyKey: 'made', requestHash: 'a'.repeat(64) };
  const { batchId, csv } = await createRedeemBatch(stage.db, { ...asked, requestId: 'req_1', nowMs: stage.nowMs });
  return { batchId, code: csv.split('\r\n')[1]?.split(',')[1] ?? '' };
}

const PAYEE = { method: 'alipay' as const, payeeName: '王小明', payeeAccount: '13800000000' };

/** A merchant to whom commissions have left a balance. */
async function earner({ stage, arena }: FaultGround): Promise<string> {
  const merchant = await merchantWith(arena, []);
  const now = sqlTime(stage.nowMs);
  await stage.plain.query(
    `INSERT INTO referral_accounts (merchant_id, code, balance_fen, created_at) VALUES (?, 'ABCDEFGH', 20000, ?);
     INSERT INTO referral_entries (merchant_id, kind, unit, amount, source_key, created_at)
     VALUES (?, 'release', 'fen', 20000, 'commission:earlier', ?)`,
    [merchant, now, merchant, now],
  );
  return merchant;
}

async function asked(ground: FaultGround): Promise<string> {
  const { db, totpKey, nowMs } = ground.stage;
  const made = { idempotencyKey: 'made', requestHash: 'a'.repeat(64), nowMs };
  const merchantId = await earner(ground);
  const { withdrawalId } = await requestWithdrawal(db, async () => totpKey, {
    ...{ merchantId, amountFen: 15_000, ...PAYEE },
    ...made,
  });
  return withdrawalId;
}

const GROWTH = {
  ...{ referralOn: true, commissionBp: 1000, commissionUnit: 'credits', creditDays: 30, leastWithdrawalFen: 5000 },
  ...{ welcomeOn: true, welcomeCredits: 5, welcomeDays: 7, reason: '活动' },
};
/** Who looks again is seen again. */
const AUDITED = { ignores: ['audit_log'] };

/** What the functions about growth do; `as` is the other scenarios' own. */
export function growthScenarios(as: As): Record<string, Scenario> {
  return {
    'redeem-code': {
      prepare: async (ground) => {
        const { code } = await madeBatch(ground);
        return as(ground, await merchantWith(ground.arena, []), 'redeem-code', { body: { code } });
      },
    },
    'create-redeem-batch': {
      prepare: async (ground) => as(ground, await newOperator(ground), 'create-redeem-batch', { body: BATCH }),
      spent: { code: 'REDEEM_CODES_SHOWN', marks: ['redeem_batches'] },
    },
    'list-redeem-batches': {
      prepare: async (ground) => {
        await madeBatch(ground);
        return as(ground, await newOperator(ground), 'list-redeem-batches');
      },
    },
    'list-redeem-codes': {
      prepare: async (ground) => {
        const { batchId } = await madeBatch(ground);
        return as(ground, await newOperator(ground), 'list-redeem-codes', { query: { batchId } });
      },
    },
    'revoke-redeem-batch': {
      prepare: async (ground) => {
        const { batchId } = await madeBatch(ground);
        const body = { batchId, reason: '活动结束' };
        return as(ground, await newOperator(ground), 'revoke-redeem-batch', { body });
      },
      timeless: true,
    },
    'get-referral': {
      prepare: async (ground) => as(ground, await merchantWith(ground.arena, []), 'get-referral'),
      timeless: true,
    },
    'request-withdrawal': {
      prepare: async (ground) =>
        as(ground, await earner(ground), 'request-withdrawal', { body: { amountFen: 15_000, ...PAYEE } }),
    },
    'get-growth': { prepare: async (ground) => as(ground, await newOperator(ground), 'get-growth') },
    'save-growth': {
      prepare: async (ground) => as(ground, await newOperator(ground), 'save-growth', { body: GROWTH }),
    },
    'list-referrals': {
      prepare: async (ground) => {
        await asked(ground);
        return as(ground, await newOperator(ground), 'list-referrals');
      },
      ...AUDITED,
    },
    'show-payee': {
      prepare: async (ground) => {
        const withdrawalId = await asked(ground);
        return as(ground, await newOperator(ground), 'show-payee', { query: { withdrawalId } });
      },
      ...AUDITED,
    },
    'decide-withdrawal': {
      prepare: async (ground) => {
        const body = { withdrawalId: await asked(ground), state: 'rejected', reason: '资料不符' };
        return as(ground, await newOperator(ground), 'decide-withdrawal', { body });
      },
    },
  };
}
