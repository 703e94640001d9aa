import { createHash } from 'node:crypto';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { createRedeemBatch } from '../../../shared/growth/create-redeem-batch.ts';
import { redeemCode } from '../../../shared/growth/redeem-code.ts';
import { requestWithdrawal } from '../../../shared/growth/request-withdrawal.ts';
import { settleCommissions } from '../../../shared/growth/settle-commissions.ts';
import { decideWithdrawal } from '../../../shared/ops/decide-withdrawal.ts';
import { grantCredits } from '../../../shared/ops/grant-credits.ts';
import { revokeCredits } from '../../../shared/ops/revoke-credits.ts';
import { revokeRedeemBatch } from '../../../shared/ops/revoke-redeem-batch.ts';
import type { GrowthRate } from './growth-model.ts';
import { type Begun, begin, HASHES } from './operations.ts';
import type { World } from './world.ts';

/** Of whoever is paid out; only what is sealed under it is in the tables. */
const SEAL_KEY = Buffer.alloc(32, 7);

export interface Keyed {
  readonly key: string;
  readonly otherBody: boolean;
}
const hashOf = ({ otherBody }: Keyed): string => HASHES[otherBody ? 1 : 0] as string;

/** Of this sequence alone, so that no key of one means anything in another; neither of its merchants, for nobody decides over their own. */
export const operatorOf = ({ merchants }: World): string => `ops${merchants[1]?.slice(3)}`;

const write = (world: World, action: string, keyed: Keyed) => ({
  ...{ operatorId: operatorOf(world), action, idempotencyKey: keyed.key, requestHash: hashOf(keyed) },
  ...{ requestId: 'req_1', nowMs: world.nowMs },
});

/** One merchant invites the other, at these rates: as if it had been at the sign-up, before which there is nothing. */
export function beginInvitation(world: World, db: Database, rate: GrowthRate): Begun {
  const [invited, inviter] = world.merchants as [string, string];
  return begin(world, db, `${inviter} invites ${invited}, ${JSON.stringify(rate)}`, { kind: 'grow' }, async (tools) => {
    const { basisPoints, unit, creditDays, leastFen } = rate;
    const now = sqlTime(world.nowMs);
    await tools.db.write(
      `REPLACE INTO growth_settings (id, referral_on, commission_bp, commission_unit, credit_days, least_withdrawal_fen, welcome_on,
         welcome_credits, welcome_days, saved_by) VALUES (1, 1, ?, ?, ?, ?, 0, 1, 1, '')`,
      [basisPoints, unit, creditDays, leastFen],
    );
    const account = 'INSERT INTO referral_accounts (merchant_id, code, created_at) VALUES (?, ?, ?)';
    await tools.db.write(account, [inviter, inviter.slice(-8), now]);
    const invitation = 'INSERT INTO referrals (merchant_id, inviter_id, created_at) VALUES (?, ?, ?)';
    await tools.db.write(invitation, [invited, inviter, now]);
    world.model.growth.referral = {
      ...{ invited, inviter, rate, order: undefined, settledAtMs: 0, refundedFen: [], commission: undefined },
    };
  });
}

export function beginBatch(
  world: World,
  db: Database,
  asked: Keyed & {
    codes: number;
    credits: number;
    days: number;
    uses: number;
    validDays: number;
    access: 'basic' | 'member';
  },
): Begun {
  const { codes, credits, days, uses, validDays, access, key } = asked;
  const about = `make ${codes} codes of ${credits} ${access}, each ${uses} times, key ${key}`;
  const hash = hashOf(asked);
  return begin(world, db, about, { kind: 'grow', key, hash, amount: credits }, async (tools) => {
    const { batchId, csv } = await createRedeemBatch(tools.db, {
      ...{ name: 'simulated', codes, credits, days, uses, validDays, access, reason: 'simulated' },
      ...{
        operatorId: operatorOf(world),
        idempotencyKey: key,
        requestHash: hash,
        requestId: 'req_1',
        nowMs: world.nowMs,
      },
    });
    // Whoever was not answered has no codes.
    for (const line of csv.trim().split('\r\n').slice(1)) world.codes.push({ batchId, code: line.split(',')[1] ?? '' });
  });
}

/** What the model calls a code: SHA-256 of its letters. */
export const hashOfCode = (code: string): string => createHash('sha256').update(code.replaceAll('-', '')).digest('hex');

export function beginRedemption(world: World, db: Database, merchant: string, code: string, key: string): Begun {
  return begin(
    world,
    db,
    `redeem ${code} by ${merchant}, key ${key}`,
    { kind: 'grow', merchant, key, code: hashOfCode(code) },
    (tools) => redeemCode(tools.db, { merchantId: merchant, code, idempotencyKey: key, nowMs: world.nowMs }),
  );
}

export function beginBatchEnd(world: World, db: Database, asked: Keyed & { batchId: string }): Begun {
  const { batchId, key } = asked;
  const intent = { kind: 'grow', key, hash: hashOf(asked) } as const;
  return begin(world, db, `end the codes of ${batchId}, key ${key}`, intent, (tools) =>
    revokeRedeemBatch(tools.db, { batchId, reason: 'simulated' }, write(world, 'revoke-redeem-batch', asked)),
  );
}

/** The timer that books commissions and releases them. */
export function beginBooking(world: World, db: Database): Begun {
  const seen = world.looks;
  return begin(world, db, 'book commissions', { kind: 'book', looks: seen }, (tools) =>
    settleCommissions(tools.db, world.nowMs),
  );
}

export function beginWithdrawal(
  world: World,
  db: Database,
  asked: Keyed & { merchant: string; amountFen: number },
): Begun {
  const { merchant, amountFen, key } = asked;
  const hash = hashOf(asked);
  return begin(
    world,
    db,
    `${merchant} withdraws ${amountFen} fen, key ${key}`,
    { kind: 'grow', merchant, amount: amountFen, key, hash },
    (tools) =>
      requestWithdrawal(tools.db, async () => SEAL_KEY, {
        ...{ merchantId: merchant, amountFen, method: 'alipay', payeeName: 'sim', payeeAccount: '13800000000' },
        ...{ idempotencyKey: key, requestHash: hash, nowMs: world.nowMs },
      }),
  );
}

export function beginDecision(
  world: World,
  db: Database,
  asked: Keyed & { withdrawalId: string; state: 'approved' | 'rejected' | 'paid' },
): Begun {
  const { withdrawalId, state, key } = asked;
  const intent = { kind: 'grow', key, hash: hashOf(asked) } as const;
  return begin(world, db, `${withdrawalId} is ${state}, key ${key}`, intent, (tools) =>
    decideWithdrawal(
      tools.db,
      { withdrawalId, state, reason: 'simulated', ...(state === 'paid' && { reference: 'ref-1' }) },
      write(world, 'decide-withdrawal', asked),
    ),
  );
}

export function beginGrant(
  world: World,
  db: Database,
  asked: Keyed & { merchant: string; amount: number; days: number; access: 'basic' | 'member' },
): Begun {
  const { merchant: merchantId, amount: credits, days, access, key } = asked;
  const intent = { kind: 'grow', merchant: merchantId, amount: credits, key, hash: hashOf(asked) } as const;
  return begin(world, db, `an operator grants ${credits} ${access} to ${merchantId}, key ${key}`, intent, (tools) =>
    grantCredits(
      tools.db,
      { merchantId, credits, access, days, reason: 'simulated' },
      write(world, 'grant-credits', asked),
    ),
  );
}

export function beginTaking(
  world: World,
  db: Database,
  asked: Keyed & { merchant: string; lotId: string; amount: number },
): Begun {
  const { merchant: merchantId, lotId, amount: credits, key } = asked;
  const intent = { kind: 'grow', merchant: merchantId, amount: credits, key, hash: hashOf(asked) } as const;
  return begin(world, db, `an operator takes ${credits} of ${lotId}, key ${key}`, intent, (tools) =>
    revokeCredits(tools.db, { merchantId, lotId, credits, reason: 'simulated' }, write(world, 'revoke-credits', asked)),
  );
}
