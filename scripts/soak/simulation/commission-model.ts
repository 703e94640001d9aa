import { addLot, type CreditsModel, takeCredits } from './credits-model.ts';
import type { GrowthModel, ModelCommission, ModelReferral } from './growth-model.ts';
import type { ModelOrder } from './orders-model.ts';

/** What DESIGN says of commissions. Shares no code with the product, on purpose. */

const DAY_MS = 24 * 3_600_000;
const FROZEN_MS = 7 * DAY_MS;
const WHOLE_BP = 10_000;

/** The first order of somebody who was invited has been paid. */
export function paidInModel({ referral }: GrowthModel, order: ModelOrder, nowMs: number): void {
  if (referral?.order || referral?.invited !== order.merchant) return;
  referral.order = order;
  referral.settledAtMs = nowMs;
  referral.refundedFen[1] = 0;
}

/** Something of it is on its way back, or stays after all. */
export function refundedInModel({ referral }: GrowthModel, order: ModelOrder, refundedFen: number): void {
  if (referral?.order === order) referral.refundedFen.push(refundedFen);
}

export const changesOf = ({ refundedFen }: ModelReferral): number => Math.max(0, refundedFen.length - 1);

export interface SeenOrder {
  /** Which change of the order was the last that was seen. */
  readonly changes: number;
  /** Its credits are out of reach, and nothing of it goes back. */
  readonly held: boolean;
  readonly id: string;
  readonly lot: string;
}

export function settleCommissionInModel(
  growth: GrowthModel,
  credits: CreditsModel,
  { changes, held, id, lot }: SeenOrder,
  nowMs: number,
): string {
  const { referral } = growth;
  const order = referral?.order;
  if (!referral || !order) return 'unknown';
  const { amountFen: paidFen, credits: bought } = order.plan;
  const { unit, basisPoints } = referral.rate;
  const left = paidFen - (referral.refundedFen[changes] ?? 0);
  const known = referral.commission;
  if (!known) {
    const amount = Math.floor(((unit === 'fen' ? paidFen : bought) * basisPoints) / WHOLE_BP);
    const state = amount === 0 ? 'void' : 'frozen';
    const reversed = amount - Math.floor((amount * left) / paidFen);
    const releaseAtMs = state === 'void' ? null : referral.settledAtMs + FROZEN_MS;
    referral.commission = { id, amount, lots: [], state, reversed, seen: changes, turns: 0, releaseAtMs };
    return state;
  }
  if (changes < known.seen) return 'unchanged';
  known.seen = changes;
  if (known.state === 'void') return 'unchanged';
  const kept = Math.floor((known.amount * left) / paidFen);
  const isDue = known.releaseAtMs !== null && known.releaseAtMs <= nowMs;
  const before = known.amount - known.reversed;
  if (!isDue && before === kept) return 'unchanged';
  known.turns += 1;
  known.reversed = known.amount - kept;
  if (isDue && held) {
    known.releaseAtMs = nowMs + DAY_MS;
    return 'postponed';
  }
  if (isDue) {
    known.state = 'released';
    known.releaseAtMs = null;
    move(growth, credits, kept, 'release', lot, nowMs);
    return 'released';
  }
  if (known.state === 'released')
    move(growth, credits, kept - before, kept < before ? 'reverse' : 'restore', lot, nowMs);
  return 'adjusted';
}

/** Fen into the balance or out of it; credits into a lot of their own, less what is owed, or out of those lots, and what is missing is owed. */
function move(
  growth: GrowthModel,
  credits: CreditsModel,
  amount: number,
  kind: string,
  id: string,
  nowMs: number,
): void {
  const referral = growth.referral as ModelReferral; // the caller has one
  const commission = referral.commission as ModelCommission;
  const { unit, creditDays } = referral.rate;
  if (amount === 0) return;
  growth.earned.push({ kind, unit, amount, of: commission.id });
  if (unit === 'fen') {
    growth.balanceFen += amount;
    return;
  }
  if (amount > 0) {
    const setOff = Math.min(amount, growth.owedCredits);
    growth.owedCredits -= setOff;
    if (amount === setOff) return;
    const access = referral.order?.plan.access ?? '';
    const made = {
      id,
      merchant: referral.inviter,
      access,
      amount: amount - setOff,
      expiresAtMs: nowMs + creditDays * DAY_MS,
    };
    commission.lots.push({ turn: commission.turns, lot: addLot(credits, made, null) });
    return;
  }
  let missing = -amount;
  for (const { lot } of [...commission.lots].sort((a, b) => (String(a.turn) < String(b.turn) ? -1 : 1))) {
    const part = Math.min(missing, lot.remaining);
    if (part > 0) takeCredits(credits, lot, part);
    missing -= part;
  }
  growth.owedCredits += missing;
}
