import { addLot, type CreditsModel, type ModelLot, takeCredits } from './credits-model.ts';
import type { ModelOrder } from './orders-model.ts';

/** What DESIGN says of codes, credits from operators, commissions and withdrawals. Shares no code with the product, on purpose. */

export interface ModelBatch {
  readonly id: string;
  readonly key: string;
  readonly hash: string;
  readonly credits: number;
  readonly days: number;
  readonly access: string;
  readonly uses: number;
  readonly expiresAtMs: number;
  readonly codes: { readonly hash: string; used: number }[];
  ended: boolean;
}

export interface ModelCommission {
  readonly id: string;
  readonly amount: number;
  readonly lots: { readonly turn: number; readonly lot: ModelLot }[];
  state: 'frozen' | 'released' | 'void';
  reversed: number;
  /** The change of the order that was seen last. */
  seen: number;
  turns: number;
  releaseAtMs: number | null;
}

/** What a commission is made of: the rate of the moment at which the order was paid, and what has become of the order. */
export interface ModelReferral {
  readonly invited: string;
  readonly inviter: string;
  readonly rate: GrowthRate;
  order: ModelOrder | undefined;
  settledAtMs: number;
  /** By the count of the order's changes: what of it was on its way back then. */
  readonly refundedFen: number[];
  commission: ModelCommission | undefined;
}

export interface GrowthRate {
  readonly basisPoints: number;
  readonly unit: 'fen' | 'credits';
  readonly creditDays: number;
  readonly leastFen: number;
}

export interface ModelWithdrawal {
  readonly id: string;
  readonly merchant: string;
  readonly key: string;
  readonly hash: string;
  readonly amountFen: number;
  state: 'requested' | 'approved' | 'rejected' | 'paid';
  approved: boolean;
}

export interface GrowthModel {
  readonly batches: ModelBatch[];
  readonly redemptions: {
    readonly merchant: string;
    readonly code: string;
    readonly lot: string;
    readonly key: string;
  }[];
  /** By key: the request that an operator's write stands for. */
  readonly writes: Map<string, string>;
  referral: ModelReferral | undefined;
  /** Of the inviter. */
  balanceFen: number;
  owedCredits: number;
  readonly earned: { readonly kind: string; readonly unit: string; readonly amount: number; readonly of: string }[];
  readonly withdrawals: ModelWithdrawal[];
}

export const newGrowthModel = (): GrowthModel => ({
  ...{ batches: [], redemptions: [], writes: new Map(), referral: undefined, balanceFen: 0, owedCredits: 0 },
  ...{ earned: [], withdrawals: [] },
});

const DAY_MS = 24 * 3_600_000;

export function makeBatchInModel(growth: GrowthModel, asked: Omit<ModelBatch, 'ended'>): string {
  const earlier = growth.batches.find(({ key }) => key === asked.key);
  if (earlier) return earlier.hash === asked.hash ? 'shown' : 'conflict';
  growth.batches.push({ ...asked, ended: false });
  return 'created';
}

export function endBatchInModel(growth: GrowthModel, { key, hash, id }: OperatorDeed & { id: string }): string {
  const before = noted(growth, key, hash);
  if (before) return before;
  const batch = growth.batches.find((one) => one.id === id);
  if (!batch) return 'unknown';
  if (batch.ended) return 'unchanged';
  growth.writes.set(key, hash);
  batch.ended = true;
  return 'revoked';
}

export interface NewRedemption {
  readonly merchant: string;
  /** Of the merchant: false for one who does not exist. */
  readonly hasAccount: boolean;
  readonly code: string;
  readonly lot: string;
  readonly key: string;
}

export function redeemInModel(growth: GrowthModel, credits: CreditsModel, asked: NewRedemption, nowMs: number): string {
  const { merchant, code: hash, lot: id, key } = asked;
  if (!asked.hasAccount) return 'no_account';
  const own = growth.redemptions.filter((one) => one.merchant === merchant);
  const earlier = own.find((one) => one.key === key);
  if (earlier) return earlier.code === hash ? 'replayed' : 'conflict';
  const batch = growth.batches.find(({ codes }) => codes.some((one) => one.hash === hash));
  const code = batch?.codes.find((one) => one.hash === hash);
  if (!batch || !code) return 'unknown';
  if (own.some((one) => one.code === hash)) return 'already_yours';
  if (batch.ended || batch.expiresAtMs <= nowMs) return 'over';
  if (code.used >= batch.uses) return 'used_up';
  code.used += 1;
  growth.redemptions.push({ merchant, code: hash, lot: id, key });
  const { access, credits: amount } = batch;
  addLot(credits, { id, merchant, access, amount, expiresAtMs: nowMs + batch.days * DAY_MS }, null);
  return 'redeemed';
}

/** Once a key, whoever writes. @returns why it is not written */
function noted(growth: GrowthModel, key: string, hash: string): 'replayed' | 'conflict' | undefined {
  const known = growth.writes.get(key);
  if (known === undefined) return undefined;
  return known === hash ? 'replayed' : 'conflict';
}

export interface OperatorDeed {
  readonly key: string;
  readonly hash: string;
}

export function grantInModel(
  growth: GrowthModel,
  credits: CreditsModel,
  {
    key,
    hash,
    hasAccount,
    ...lot
  }: OperatorDeed & { hasAccount: boolean } & Omit<ModelLot, 'fresh' | 'remaining' | 'revoked'>,
): string {
  const before = noted(growth, key, hash);
  if (before) return before;
  if (!hasAccount) return 'unknown';
  growth.writes.set(key, hash);
  addLot(credits, lot, null);
  return 'granted';
}

export function takeInModel(
  growth: GrowthModel,
  credits: CreditsModel,
  { key, hash, lot: id, merchant, amount }: OperatorDeed & { lot: string; merchant: string; amount: number },
  nowMs: number,
): string {
  const before = noted(growth, key, hash);
  if (before) return before;
  const lot = credits.lots.find((one) => one.id === id && one.merchant === merchant);
  if (!lot || lot.revoked || lot.expiresAtMs <= nowMs) return 'unknown';
  if (lot.remaining < amount) return 'short';
  growth.writes.set(key, hash);
  takeCredits(credits, lot, amount);
  return 'revoked';
}

export function withdrawInModel(
  growth: GrowthModel,
  asked: Pick<ModelWithdrawal, 'id' | 'merchant' | 'key' | 'hash' | 'amountFen'>,
): string {
  const { merchant, key, hash, amountFen } = asked;
  const own = growth.withdrawals.filter((one) => one.merchant === merchant);
  const earlier = own.find((one) => one.key === key);
  if (earlier) return earlier.hash === hash ? 'replayed' : 'conflict';
  if (own.some(({ state }) => state === 'requested' || state === 'approved')) return 'open';
  const { referral } = growth;
  if (amountFen < (referral?.rate.leastFen ?? 0)) return 'below_least';
  if ((merchant === referral?.inviter ? growth.balanceFen : 0) < amountFen) return 'short';
  growth.balanceFen -= amountFen;
  growth.withdrawals.push({ ...asked, state: 'requested', approved: false });
  growth.earned.push({ kind: 'withdraw', unit: 'fen', amount: -amountFen, of: asked.id });
  return 'requested';
}

export function decideInModel(
  growth: GrowthModel,
  { key, hash, id, state }: OperatorDeed & { id: string; state: 'approved' | 'rejected' | 'paid' },
): string {
  const before = noted(growth, key, hash);
  if (before) return before;
  const withdrawal = growth.withdrawals.find((one) => one.id === id);
  if (!withdrawal) return 'unknown';
  const was = withdrawal.state;
  if (state === 'paid' && (was === 'paid' || !withdrawal.approved)) return 'over';
  if (state !== 'paid' && (was === 'paid' || was === 'rejected')) return 'over';
  if (state === 'approved' && was === 'approved') return 'over';
  if (state === 'approved' && growth.balanceFen < 0) return 'short';
  growth.writes.set(key, hash);
  withdrawal.state = state;
  if (state === 'approved') withdrawal.approved = true;
  const { amountFen } = withdrawal;
  if (state === 'rejected') {
    growth.balanceFen += amountFen;
    growth.earned.push({ kind: 'return', unit: 'fen', amount: amountFen, of: id });
  } else if (was === 'rejected') {
    growth.balanceFen -= amountFen;
    growth.earned.push({ kind: 'withdraw', unit: 'fen', amount: -amountFen, of: id });
  }
  return 'done';
}
