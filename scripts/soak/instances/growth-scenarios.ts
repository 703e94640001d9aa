import { createRedeemBatch } from '../../../shared/growth/create-redeem-batch.ts';
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

/** What the functions about redeem codes do; `as` is the other scenarios' own. */
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
  };
}
