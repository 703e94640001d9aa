import type { SqlValue } from '../../../shared/db/database.ts';
import { changesOf, paidInModel, refundedInModel, settleCommissionInModel } from './commission-model.ts';
import {
  decideInModel,
  endBatchInModel,
  grantInModel,
  makeBatchInModel,
  redeemInModel,
  takeInModel,
  withdrawInModel,
} from './growth-model.ts';
import type { Intent } from './intent.ts';
import type { ModelOrder } from './orders-model.ts';
import type { World } from './world.ts';

type Params = readonly SqlValue[];

/** Where each procedure of growth has the moment at which it happens. */
export const GROWTH_NOW_AT: Readonly<Record<string, number>> = {
  create_redeem_batch_v1: 15,
  decide_withdrawal_v1: 8,
  grant_credits_v1: 10,
  redeem_code_v2: 4,
  request_withdrawal_v1: 8,
  revoke_credits_v1: 8,
  revoke_redeem_batch_v2: 6,
  settle_commission_v2: 16,
};

/** One outcome is another refusal, by who asked. */
const WORDS: Readonly<Record<string, string>> = {
  ...{ 'redeem_code_v2 unknown': 'code unknown', 'redeem_code_v2 over': 'code over' },
  ...{ 'redeem_code_v2 already_yours': 'code used', 'redeem_code_v2 used_up': 'code used' },
  ...{ 'request_withdrawal_v1 open': 'withdrawal open', 'request_withdrawal_v1 short': 'balance short' },
  ...{ 'decide_withdrawal_v1 short': 'balance short', 'decide_withdrawal_v1 over': 'withdrawal over' },
  'revoke_credits_v1 short': 'lot short',
};

export const verdictOf = (name: string, foretold: string): string => WORDS[`${name} ${foretold}`] ?? foretold;

/** undefined: it is no procedure of growth. */
export function foretellGrowth(
  world: World,
  intent: Intent,
  { name, params, nowMs, timeOf }: { name: string; params: Params; nowMs: number; timeOf: (value: SqlValue) => number },
): string | undefined {
  const { growth, credits } = world.model;
  const text = (index: number): string => String(params[index]);
  const number = (index: number): number => Number(params[index]);
  const { merchant = '', key = '', hash = '', amount = 0 } = intent;
  const hasAccount = world.merchants.includes(merchant);
  switch (name) {
    case 'create_redeem_batch_v1': {
      const hashes = text(8).match(/.{64}/g) ?? [];
      return makeBatchInModel(growth, {
        ...{ id: text(0), key, hash, credits: amount, days: number(4), access: text(5), uses: number(6) },
        ...{ expiresAtMs: timeOf(params[7] ?? null), codes: hashes.map((one) => ({ hash: one, used: 0 })) },
      });
    }
    case 'revoke_redeem_batch_v2':
      return endBatchInModel(growth, { key, hash, id: text(1) });
    case 'redeem_code_v2':
      return redeemInModel(
        growth,
        credits,
        { merchant, hasAccount, code: intent.code ?? '', lot: text(2), key },
        nowMs,
      );
    case 'grant_credits_v1': {
      const lot = { id: text(2), merchant, amount, access: text(4), expiresAtMs: timeOf(params[5] ?? null) };
      return grantInModel(growth, credits, { key, hash, hasAccount, ...lot });
    }
    case 'revoke_credits_v1':
      return takeInModel(growth, credits, { key, hash, lot: text(2), merchant, amount }, nowMs);
    case 'request_withdrawal_v1':
      return withdrawInModel(growth, { id: text(1), merchant, key, hash, amountFen: amount });
    case 'decide_withdrawal_v1':
      return decideInModel(growth, { key, hash, id: text(1), state: text(2) as 'paid' }); // one of three, from the steps
    case 'settle_commission_v2': {
      checkSeen(world, intent, params);
      const seen = { changes: number(2), held: params[10] === 1, id: text(14), lot: text(15) };
      return settleCommissionInModel(growth, credits, seen, nowMs);
    }
    default:
      return undefined;
  }
}

/** What the booking was told of an order is what the order was at that change of it. */
function checkSeen(world: World, { looks }: Intent, params: Params): void {
  const { referral } = world.model.growth;
  const order = referral?.order;
  if (!referral || !order) {
    world.violate('a commission is booked of nobody who was invited');
    return;
  }
  const [inviter, id, changes, paidFen, refundedFen] = params;
  if (inviter !== referral.inviter || id !== order.id)
    world.violate('a commission is booked of another order, or for another');
  const at = Number(changes);
  if (at < 1 || at > changesOf(referral)) world.violate(`a commission has seen change ${at} of ${changesOf(referral)}`);
  if (paidFen !== order.plan.amountFen || refundedFen !== referral.refundedFen[at])
    world.violate(`at change ${at} ${refundedFen} of ${paidFen} fen went back, a commission was told`);
  const { basisPoints, unit, creditDays } = referral.rate;
  if (params[11] !== basisPoints || params[12] !== unit || params[13] !== creditDays)
    world.violate('a commission is booked at another rate');
  // Somebody may have frozen or released the order since it was looked at.
  const isHeld = order.lot?.revoked === true && referral.refundedFen[at] === 0;
  if (looks === world.looks && at === changesOf(referral) && (params[10] === 1) !== isHeld)
    world.violate(`a commission was told that its order is ${params[10] === 1 ? '' : 'not '}looked into`);
}

/** What becomes of an order is told to whoever invited its merchant. `outcome`: of the procedure, as the model has foretold it. */
export function tellGrowth(world: World, name: string, params: Params, outcome: string, nowMs: number): void {
  const { growth, orders, refunds } = world.model;
  const id = String(params[0]);
  if (name === 'settle_order_v5' && (outcome === 'granted' || outcome === 'held')) {
    const order = [...orders.values()].find(({ attempts }) => attempts.some(({ number }) => number === id));
    if (order) paidInModel(growth, order, nowMs);
  }
  if (name === 'create_refund_v4' && outcome === 'created') tellRefunded(world, orders.get(id));
  if (name === 'settle_refund_v4' && outcome === 'closed') {
    const refund = refunds.find((one) => one.id === id);
    if (refund && refund.kind !== 'second_payment') tellRefunded(world, refund.order);
  }
  if (name === 'freeze_order_v3' || name === 'settle_order_v5') world.looks += 1;
}

function tellRefunded({ model }: World, order: ModelOrder | undefined): void {
  if (!order) return;
  const own = model.refunds.filter((one) => one.order === order && one.payment.disposition === 'granted');
  const back = own.filter(({ state }) => state !== 'closed').reduce((sum, { amountFen }) => sum + amountFen, 0);
  refundedInModel(model.growth, order, back);
}
