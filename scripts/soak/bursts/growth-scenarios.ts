import { createRedeemBatch } from '../../../shared/growth/create-redeem-batch.ts';
import { redeemCode } from '../../../shared/growth/redeem-code.ts';
import { revokeRedeemBatch } from '../../../shared/ops/revoke-redeem-batch.ts';
import { type Arena, atOnce, count, holds, merchantWith, NOW_MS, type Scenario } from './arena.ts';

type Db = Arena['db'];

const CREDITS = 7;
const must = (holdsTrue: boolean, sentence: string): string[] => (holdsTrue ? [] : [sentence]);
const times = <T>(n: number, make: (index: number) => T): T[] => Array.from({ length: n }, (_, index) => make(index));

let keys = 0;
const BY_OPERATOR = {
  ...{ operatorId: 'mch_operator', action: 'burst', requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS },
};

async function oneCode(db: Db, uses: number): Promise<{ batchId: string; code: string }> {
  const { batchId, csv } = await createRedeemBatch(db, {
    ...{ name: 'burst', codes: 1, credits: CREDITS, days: 30, uses, validDays: 30, access: 'member', reason: 'burst' },
    ...{ ...BY_OPERATOR, idempotencyKey: `batch-${++keys}` },
  });
  return { batchId, code: csv.split('\r\n')[1]?.split(',')[1] ?? '' };
}

/** However many use a code at once, some of them twice: each merchant gets one lot, and no more merchants than it has uses. */
export const usesOfOneCode: Scenario = async (arena, random) => {
  const uses = 1 + random.below(4);
  const { code } = await oneCode(arena.db, uses);
  const merchants = await Promise.all(times(8, () => merchantWith(arena, [])));
  const deeds = merchants.flatMap((merchantId, n) =>
    times(4, (turn) => (db: Db) => {
      const idempotencyKey = random.oneIn(2) ? `same-${n}` : `key-${n}-${turn}`;
      return redeemCode(db, { merchantId, code, idempotencyKey, nowMs: NOW_MS }).then(() => 'redeemed');
    }),
  );
  await atOnce(arena, random, deeds);
  const held = await Promise.all(merchants.map((merchant) => holds(arena, merchant)));
  return [
    ...must(count(held, CREDITS) === uses, `${count(held, CREDITS)} merchants were given the credits of ${uses} uses`),
    ...must(count(held, 0, CREDITS) === held.length, `somebody holds ${held.join()}`),
  ];
};

/** A code is redeemed or revoked: whoever was told that it is over has nothing, and afterwards nobody is given any. */
export const redemptionAgainstRevocation: Scenario = async (arena, random) => {
  const { batchId, code } = await oneCode(arena.db, 3);
  const merchants = await Promise.all(times(6, () => merchantWith(arena, [])));
  const redeem = (merchantId: string) => (db: Db) =>
    redeemCode(db, { merchantId, code, idempotencyKey: 'key', nowMs: NOW_MS }).then(() => 'redeemed');
  const revoke = (db: Db) =>
    revokeRedeemBatch(db, { batchId, reason: 'burst' }, { ...BY_OPERATOR, idempotencyKey: `revoke-${++keys}` });
  const outcomes = await atOnce(arena, random, [revoke, ...merchants.map(redeem)]);
  const late = await merchantWith(arena, []);
  const [after] = await atOnce(arena, random, [redeem(late)]);
  const held = await Promise.all(merchants.map((merchant) => holds(arena, merchant)));
  return [
    ...must(
      after === 'REDEEM_CODE_OVER' && (await holds(arena, late)) === 0,
      `a revoked code answers ${String(after)}`,
    ),
    ...must(count(held, CREDITS) === count(outcomes, 'redeemed'), 'what was told and what was given differ'),
    ...must(count(held, CREDITS) <= 3, 'more uses than the code has'),
  ];
};
